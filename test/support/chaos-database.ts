import type { KeyvStorageAdapter } from 'keyv';
import { eachRow, namespaceStore, type Records } from '../../src/cache/stores/namespace-store.ts';
import {
  type Condition,
  type FileDatabase,
  type KeyRow,
  type Row,
  type Stored,
  StoreError,
  type Write,
} from '../../src/cache/stores/store.ts';
import type { Random } from './fuzz/random.ts';

/** A file database in memory: everything takes effect at the call. Several levels on one are several processes. */
export class MemoryDatabase implements FileDatabase, Records {
  readonly kind = 'sqlite';
  readonly #records = new Map<string, { namespace: string; key: string; value: Uint8Array }>();

  store(namespace: string): KeyvStorageAdapter {
    return namespaceStore(this, namespace);
  }

  async commit(writes: readonly Write[]): Promise<readonly Condition[]> {
    const conditions = [...new Set(writes.flatMap(({ onlyIf }) => onlyIf ?? []))];
    const unmet = conditions.filter(({ namespace, key, value }) => {
      const stored = this.#records.get(`${namespace}:${key}`)?.value;
      return value && stored ? !Buffer.from(value).equals(stored) : value !== stored;
    });
    await this.write(writes.filter(({ onlyIf }) => !onlyIf || !unmet.includes(onlyIf)));
    return unmet;
  }

  async write(writes: readonly Write[]): Promise<boolean[]> {
    return writes.map(({ namespace, key, value }) => {
      const name = `${namespace}:${key}`;
      if (!value) return this.#records.delete(name);
      this.#records.set(name, { namespace, key, value: Uint8Array.from(value) });
      return true;
    });
  }

  async get(namespace: string, keys: readonly string[]): Promise<(Stored | undefined)[]> {
    return keys.map((key) => {
      const value = this.#records.get(`${namespace}:${key}`)?.value;
      return value && { value: Uint8Array.from(value) };
    });
  }

  async has(namespace: string, keys: readonly string[]): Promise<boolean[]> {
    return keys.map((key) => this.#records.has(`${namespace}:${key}`));
  }

  async *pages(namespace: string): AsyncGenerator<(readonly [string, Stored])[]> {
    const keys = this.#keys(namespace);
    for (let from = 0; from < keys.length; from += 100) {
      const some = keys.slice(from, from + 100);
      const stored = await this.get(namespace, some);
      const page = some.flatMap((key, i): [string, Stored][] => (stored[i] ? [[key, stored[i]]] : []));
      if (page.length > 0) yield page;
    }
  }

  each(namespace: string, onChunk: (rows: readonly Row[]) => Promise<void> | void): Promise<void> {
    return eachRow(this, namespace, onChunk);
  }

  async eachKey(namespace: string, onChunk: (rows: readonly KeyRow[]) => Promise<void> | void) {
    await this.each(namespace, (rows) => onChunk(rows.map(([key, value]) => [key, value.length])));
  }

  async startingWith(namespace: string, start: string, most: number): Promise<readonly Row[]> {
    const records = [...this.#records.values()].filter((one) => one.namespace === namespace);
    return records.flatMap(({ key, value }): Row[] =>
      key.startsWith(start) && value.length <= most ? [[key, Uint8Array.from(value)]] : [],
    );
  }

  async size(namespace?: string): Promise<{ entries: number; bytes: number }> {
    const records = [...this.#records.values()].filter(
      (one) => (namespace ?? one.namespace) === one.namespace,
    );
    return { entries: records.length, bytes: records.reduce((sum, { value }) => sum + value.length, 0) };
  }

  async clear(...namespaces: string[]): Promise<void> {
    for (const namespace of namespaces)
      for (const key of this.#keys(namespace)) this.#records.delete(`${namespace}:${key}`);
  }

  async close(): Promise<void> {}

  #keys(namespace: string): string[] {
    return [...this.#records.values()].flatMap((one) => (one.namespace === namespace ? [one.key] : []));
  }
}

export interface Chaos {
  /** Turns of the event loop that a request takes at the most, before its effect and after. */
  readonly slow: number;
  /** Probability that a request fails: half of them before their effect, half after. */
  readonly failing?: number;
  /** Probability that a record that is read comes back cut, with a flipped bit, or not at all. */
  readonly torn?: number;
}

/**
 * A database that is slow, fails and gives back damaged records, as a seed says. Requests take
 * effect in the order of the calls, as the stores promise.
 */
export class ChaosDatabase implements FileDatabase {
  readonly kind: FileDatabase['kind'];
  readonly #inner: FileDatabase;
  readonly #random: Random;
  #last: Promise<unknown> = Promise.resolve();
  chaos: Chaos;
  /** Requests so far, as `commit` or `get h`. */
  readonly requests: string[] = [];

  constructor(inner: FileDatabase, random: Random, chaos: Chaos) {
    this.#inner = inner;
    this.kind = inner.kind;
    this.#random = random;
    this.chaos = chaos;
  }

  store(namespace: string): KeyvStorageAdapter {
    const store = this.#inner.store(namespace);
    const getMany = store.getMany?.bind(store);
    if (!getMany) throw new Error('Every file store reads many keys at once.');
    const torn = (keys: string[]) =>
      this.#request(`get ${namespace}`, async () => (await getMany(keys)).map((one) => this.#torn(one)));
    store.getMany = (keys) => torn(keys) as never;
    store.get = async (key) => (await torn([key]))[0] as never;
    return store;
  }

  commit(writes: readonly Write[]): Promise<readonly Condition[]> {
    return this.#request('commit', () => this.#inner.commit(writes));
  }

  each(namespace: string, onChunk: (rows: readonly Row[]) => Promise<void> | void): Promise<void> {
    return this.#inner.each(namespace, async (rows) => {
      await this.#request(`each ${namespace}`, async () => {});
      await onChunk(rows);
    });
  }

  eachKey(namespace: string, onChunk: (rows: readonly KeyRow[]) => Promise<void> | void): Promise<void> {
    return this.#inner.eachKey(namespace, async (rows) => {
      await this.#request(`keys ${namespace}`, async () => {});
      await onChunk(rows);
    });
  }

  startingWith(namespace: string, start: string, most: number): Promise<readonly Row[]> {
    return this.#request(`ahead ${namespace}`, async () => {
      const rows = (await this.#inner.startingWith?.(namespace, start, most)) ?? [];
      return rows.flatMap(([key, value]): Row[] => {
        const stored = this.#torn({ value }) as Stored | undefined;
        return stored ? [[key, stored.value]] : [];
      });
    });
  }

  size(namespace?: string) {
    return this.#request('size', () => this.#inner.size(namespace));
  }

  clear(...namespaces: string[]): Promise<void> {
    return this.#request('clear', () => this.#inner.clear(...namespaces));
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #request<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.requests.push(name);
    const random = this.#random;
    const fails = random.chance(this.chaos.failing ?? 0);
    const early = random.chance(0.5);
    const failure = () => new StoreError('failed', 'Chaos lets the disk fail.');
    const before = this.#last;
    const done = (async () => {
      await before;
      await this.#pass();
      if (fails && early) throw failure();
      return work();
    })();
    this.#last = done.catch(() => {}); // its caller hears
    return (async () => {
      const result = await done;
      await this.#pass();
      if (fails) throw failure();
      return result;
    })();
  }

  async #pass(): Promise<void> {
    for (let turns = this.#random.below(this.chaos.slow + 1); turns > 0; turns--)
      await new Promise(setImmediate);
  }

  #torn(stored: unknown): unknown {
    const random = this.#random;
    const value = (stored as Stored | undefined)?.value;
    if (!value || !random.chance(this.chaos.torn ?? 0)) return stored;
    if (random.chance(0.3)) return undefined;
    const torn = Uint8Array.from(value);
    if (random.chance(0.5)) return { value: torn.subarray(0, random.below(torn.length)) };
    const at = random.below(torn.length);
    torn[at] = (torn[at] ?? 0) ^ (1 << random.below(8));
    return { value: torn };
  }
}
