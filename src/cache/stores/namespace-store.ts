import { EventEmitter } from 'node:events';
import { type KeyvStorageAdapter, type KeyvStorageEntry, keyvStorageCapability } from 'keyv';
import { type Row, type Stored, StoreError, type Write } from './store.ts';

/** The few operations on which a database builds both its own interface and its Keyv adapters. */
export interface Records {
  get(namespace: string, keys: readonly string[]): Promise<readonly (Stored | undefined)[]>;
  has(namespace: string, keys: readonly string[]): Promise<boolean[]>;
  /** All or nothing; per write whether it is now stored, or for a deletion whether there was a live record. */
  write(writes: readonly Write[]): Promise<boolean[]>;
  /** Live records in key order, after the given key; empty at the end. */
  page(namespace: string, after: string | undefined): Promise<readonly (readonly [string, Stored])[]>;
  clear(namespace: string): Promise<void>;
}

/** Calls back with every live record of a namespace, page by page. */
export async function eachRow(
  records: Records,
  namespace: string,
  onChunk: (rows: readonly Row[]) => void,
): Promise<void> {
  let after: string | undefined;
  for (;;) {
    const page = await records.page(namespace, after);
    const last = page.at(-1);
    if (!last) return;
    after = last[0];
    onChunk(page.map(([key, stored]) => [key, stored.value]));
  }
}

/** Node's emitter does what Keyv's emitter type asks, but types its listeners as `Function`. */
type Methods = Omit<KeyvStorageAdapter, keyof EventEmitter>;

export function namespaceStore(records: Records, namespace: string): KeyvStorageAdapter {
  const adapter: Methods = new NamespaceStore(records, namespace);
  return adapter as KeyvStorageAdapter;
}

/**
 * A Keyv 6 storage adapter for one namespace. Keyv prefixes no keys: it sets its adapter's
 * `namespace`, so two Keyvs on one database need two of these. Takes and returns the envelope
 * `{value: Uint8Array, expires?}` that Keyv passes when its serialisation is off.
 */
class NamespaceStore extends EventEmitter implements Methods {
  namespace: string | undefined;
  readonly #records: Records;

  constructor(records: Records, namespace: string) {
    super();
    this.#records = records;
    this.namespace = namespace;
  }

  get capabilities() {
    return keyvStorageCapability(this);
  }

  async get<Value>(key: string) {
    const [stored] = await this.getMany<Value>([key]);
    return stored;
  }

  async getMany<Value>(keys: string[]) {
    const found = await this.#records.get(this.#name, keys);
    return [...found] as unknown as ({ value: Value; expires?: number } | undefined)[];
  }

  async has(key: string): Promise<boolean> {
    const [has] = await this.hasMany([key]);
    return has === true;
  }

  async hasMany(keys: string[]): Promise<boolean[]> {
    return this.#records.has(this.#name, keys);
  }

  async set(key: string, value: unknown, expires?: number): Promise<boolean> {
    const [done] = await this.setMany([{ key, value, ...(expires === undefined ? {} : { expires }) }]);
    return done === true;
  }

  async setMany<Value>(entries: KeyvStorageEntry<Value>[]): Promise<boolean[]> {
    const namespace = this.#name;
    return this.#records.write(
      entries.map(({ key, value, expires }) => ({ namespace, key, value: bytesIn(value), expires })),
    );
  }

  async delete(key: string): Promise<boolean> {
    const [was] = await this.deleteMany([key]);
    return was === true;
  }

  async deleteMany(keys: string[]): Promise<boolean[]> {
    const namespace = this.#name;
    return this.#records.write(keys.map((key) => ({ namespace, key })));
  }

  async clear(): Promise<void> {
    await this.#records.clear(this.#name);
  }

  async *iterator<Value>(): AsyncGenerator<Array<string | Awaited<Value> | undefined>, void> {
    const namespace = this.#name;
    let after: string | undefined;
    for (;;) {
      const page = await this.#records.page(namespace, after);
      if (page.length === 0) return;
      for (const [key, stored] of page) yield [key, stored as Awaited<Value>];
      after = page.at(-1)?.[0];
    }
  }

  get #name(): string {
    return this.namespace ?? '';
  }
}

function bytesIn(envelope: unknown): Uint8Array {
  return asBytes(typeof envelope === 'object' && envelope !== null && 'value' in envelope && envelope.value);
}

/** Throws a StoreError for anything but bytes: the cache encodes its values itself. */
export function asBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new StoreError('failed', 'A file store keeps bytes only: the value has to be encoded.');
}
