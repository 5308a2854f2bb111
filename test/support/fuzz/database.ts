import type { KeyvStorageAdapter } from 'keyv';
import { type FileDatabase, StoreError, type Write } from '../../../src/cache/stores/store.ts';

/** A database that is slow to answer and, when told so, fails: before the work or after it. */
export class FuzzDatabase implements FileDatabase {
  readonly kind;
  readonly #inner: FileDatabase;
  readonly #moment: () => Promise<void>;
  readonly #fails: () => boolean;

  constructor(inner: FileDatabase, moment: () => Promise<void>, fails: () => boolean) {
    this.#inner = inner;
    this.kind = inner.kind;
    this.#moment = moment;
    this.#fails = fails;
  }

  store(namespace: string): KeyvStorageAdapter {
    const store = this.#inner.store(namespace);
    const get = store.get.bind(store);
    store.get = (key) => this.#slowly(() => get(key));
    const getMany = store.getMany?.bind(store);
    if (getMany) store.getMany = (keys) => this.#slowly(() => getMany(keys));
    return store;
  }

  commit(writes: readonly Write[]) {
    return this.#slowly(() => this.#inner.commit(writes));
  }

  each(...args: Parameters<FileDatabase['each']>): Promise<void> {
    return this.#slowly(() => this.#inner.each(...args));
  }

  eachKey(...args: Parameters<FileDatabase['eachKey']>): Promise<void> {
    return this.#slowly(() => this.#inner.eachKey(...args));
  }

  size(namespace?: string) {
    return this.#inner.size(namespace);
  }

  clear(...namespaces: string[]): Promise<void> {
    return this.#slowly(() => this.#inner.clear(...namespaces));
  }

  /** The timeline decides when the real one is closed. */
  async close(): Promise<void> {}

  /** The work is asked for at once: a database answers in the order of the calls. */
  async #slowly<T>(work: () => Promise<T>): Promise<T> {
    if (this.#fails()) throw this.#failure();
    const done = work();
    done.catch(() => {}); // awaited below
    await this.#moment();
    const result = await done;
    await this.#moment();
    if (this.#fails()) throw this.#failure();
    return result;
  }

  #failure(): StoreError {
    return new StoreError('failed', 'The fuzzer lets the disk fail.');
  }
}
