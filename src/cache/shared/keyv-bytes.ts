import { EventEmitter } from 'node:events';
import { Keyv, type KeyvStorageAdapter, type KeyvStorageEntry, keyvStorageCapability } from 'keyv';

/** What a Keyv adapter does with bytes; `expires` is an absolute time, ms since the epoch. */
export interface BytesAdapter {
  get(key: string): Promise<Uint8Array | undefined>;
  set(key: string, value: Uint8Array, expires?: number): Promise<unknown>;
  setMany?(entries: { key: string; value: Uint8Array; expires?: number }[]): Promise<unknown>;
  delete(key: string): Promise<boolean>;
  deleteMany?(keys: string[]): Promise<unknown>;
}

/**
 * A Keyv that hands bytes to an adapter and back, untouched. With its serialisation off Keyv passes
 * `{value, expires}`, which adapters for servers cannot store: it is unpacked here. Rejects when the
 * adapter does (see `stores/keyv.ts` on why by way of the `error` event).
 */
export function openBytesKeyv(adapter: BytesAdapter): Keyv<Uint8Array> {
  const unpacking: Methods = new Unpacking(adapter);
  const keyv = new Keyv<Uint8Array>({
    store: unpacking as KeyvStorageAdapter,
    serialization: false,
    checkExpired: false, // the server does
  });
  keyv.on('error', (error: unknown) => {
    throw error;
  });
  return keyv;
}

type Methods = Omit<KeyvStorageAdapter, keyof EventEmitter>;

/** Passes on no events of the adapter: the `error` of a lost connection would be thrown, to nobody. */
class Unpacking extends EventEmitter implements Methods {
  readonly #adapter: BytesAdapter;

  constructor(adapter: BytesAdapter) {
    super();
    this.#adapter = adapter;
  }

  get capabilities() {
    return keyvStorageCapability(this);
  }

  async get<Value>(key: string) {
    const value = await this.#adapter.get(key);
    return (value === undefined ? undefined : { value }) as { value: Value } | undefined;
  }

  getMany<Value>(keys: string[]) {
    return Promise.all(keys.map((key) => this.get<Value>(key)));
  }

  async has(key: string) {
    return (await this.#adapter.get(key)) !== undefined;
  }

  hasMany(keys: string[]) {
    return Promise.all(keys.map((key) => this.has(key)));
  }

  async set(key: string, value: unknown, expires?: number) {
    await this.#adapter.set(key, bytesIn(value), expires);
    return true;
  }

  async setMany<Value>(entries: KeyvStorageEntry<Value>[]) {
    const plain = entries.map(({ key, value, expires }) => ({
      key,
      value: bytesIn(value),
      ...(expires !== undefined && { expires }),
    }));
    if (this.#adapter.setMany) await this.#adapter.setMany(plain);
    else await Promise.all(plain.map(({ key, value, expires }) => this.#adapter.set(key, value, expires)));
    return entries.map(() => true);
  }

  delete(key: string) {
    return this.#adapter.delete(key);
  }

  async deleteMany(keys: string[]) {
    if (!this.#adapter.deleteMany) return Promise.all(keys.map((key) => this.delete(key)));
    await this.#adapter.deleteMany(keys);
    return keys.map(() => true);
  }

  async clear() {
    throw new Error('A server that others use is never cleared.');
  }
}

function bytesIn(envelope: unknown): Uint8Array {
  const value = typeof envelope === 'object' && envelope !== null && 'value' in envelope && envelope.value;
  if (value instanceof Uint8Array) return value;
  throw new Error('Only bytes are stored on a server.');
}
