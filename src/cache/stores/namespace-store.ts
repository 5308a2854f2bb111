import { EventEmitter } from 'node:events';
import { type KeyvStorageAdapter, type KeyvStorageEntry, keyvStorageCapability } from 'keyv';
import { type Row, type Stored, StoreError, type Write } from './store.ts';

/** The few operations on which a database builds both its own interface and its Keyv adapters. */
export interface Records {
  get(namespace: string, keys: readonly string[]): Promise<readonly (Stored | undefined)[]>;
  has(namespace: string, keys: readonly string[]): Promise<boolean[]>;
  /** All or nothing; without conditions. Per write whether it is now stored, or for a deletion whether there was a live record. */
  write(writes: readonly Write[]): Promise<readonly boolean[]>;
  /** Every live record of a namespace, in pages. */
  pages(namespace: string): AsyncIterable<readonly (readonly [string, Stored])[]>;
  clear(...namespaces: string[]): Promise<void>;
}

/** Calls back with every live record of a namespace, page by page. */
export async function eachRow(
  records: Records,
  namespace: string,
  onChunk: (rows: readonly Row[]) => Promise<void> | void,
): Promise<void> {
  for await (const page of records.pages(namespace)) {
    await onChunk(page.map(([key, stored]) => [key, stored.value]));
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
    const done = await this.#records.write(
      entries.map(({ key, value, expires }) => ({ namespace, key, value: bytesIn(value), expires })),
    );
    return [...done];
  }

  async delete(key: string): Promise<boolean> {
    const [was] = await this.deleteMany([key]);
    return was === true;
  }

  async deleteMany(keys: string[]): Promise<boolean[]> {
    const namespace = this.#name;
    return [...(await this.#records.write(keys.map((key) => ({ namespace, key }))))];
  }

  async clear(): Promise<void> {
    await this.#records.clear(this.#name);
  }

  async *iterator<Value>(): AsyncGenerator<Array<string | Awaited<Value> | undefined>, void> {
    for await (const page of this.#records.pages(this.#name)) {
      for (const [key, stored] of page) yield [key, stored as Awaited<Value>];
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
