import { crc32 } from 'node:zlib';
import type { Keyv } from 'keyv';
import { NO_INPUTS } from './guard.ts';
import { decodeHead, encodeHead, type Variant } from './head.ts';
import { openKeyv } from './stores/keyv.ts';
import type { FileDatabase, Write } from './stores/store.ts';

/** Variants kept per key: the newest ones. */
const MOST_VARIANTS = 4;

/** Keys removed in one commit. */
const AT_ONCE = 200;

/** Heads by key. */
const HEADS = 'h';
/** Values by `key#variant`. */
const VALUES = 'v';

/**
 * The level that survives a restart, on Keyv. A key has one small head record, which names its
 * variants, and one value record per variant; both land in one commit. Every record is checked
 * when it is read: what is torn or foreign is reported and absent.
 */
export class FileLevel {
  readonly #database: FileDatabase;
  readonly #heads: Keyv;
  readonly #values: Keyv;
  /** The last write under way per key: reads of the key wait for it, later writes follow it. */
  readonly #writes = new Map<string, Promise<void>>();
  /** The last write of many keys under way: reads wait for it, later writes follow it. */
  #sweep: Promise<void> | undefined;
  readonly #problem: (error: Error) => void;

  constructor(database: FileDatabase, problem: (error: Error) => void) {
    this.#database = database;
    this.#heads = openKeyv(database, HEADS);
    this.#values = openKeyv(database, VALUES);
    this.#problem = problem;
  }

  /** Newest first; empty when the key is not stored. Rejects when the store fails. */
  async variants(key: string): Promise<readonly Variant[]> {
    const writing = this.#writes.get(key) ?? this.#sweep;
    if (writing) await writing.catch(() => {}); // its own caller reports it
    return this.#decode(key, await this.#heads.get<Uint8Array>(key));
  }

  /** The encoded value of a variant, undefined when it is gone or another than the head means. */
  async value(key: string, variant: Variant): Promise<Uint8Array | undefined> {
    const bytes = await this.#values.get<Uint8Array>(`${key}#${variant.id}`);
    return bytes !== undefined && crc32(bytes) === variant.sum ? bytes : undefined;
  }

  /**
   * Adds or replaces one variant; the oldest beyond the bound goes. What rests on no inputs holds
   * whatever the others say: it replaces them, and is replaced by them. `alone`, asked when it is
   * this write's turn, tells that no older variant may stay.
   */
  put(
    key: string,
    variant: Omit<Variant, 'sum' | 'bytes'>,
    bytes: Uint8Array,
    alone: () => boolean,
  ): Promise<void> {
    return this.#afterWrites([key], async () => {
      const known = this.#decode(key, await this.#heads.get<Uint8Array>(key));
      const all = alone() || variant.id === NO_INPUTS;
      const kept = known.filter(({ id }) => !all && id !== NO_INPUTS && id !== variant.id);
      kept.splice(MOST_VARIANTS - 1);
      const dropped = known.filter((other) => other.id !== variant.id && !kept.includes(other));
      kept.unshift({ ...variant, bytes: bytes.length, sum: crc32(bytes) });
      const writes: Write[] = [
        { namespace: VALUES, key: `${key}#${variant.id}`, value: bytes },
        { namespace: HEADS, key, value: await encodeHead(kept) },
      ];
      for (const old of dropped) writes.push({ namespace: VALUES, key: `${key}#${old.id}` });
      await this.#database.commit(writes);
    });
  }

  /** Removes keys with all their variants, as they are now: what is put from now on stays. */
  async remove(keys: readonly string[]): Promise<void> {
    let last: Promise<void> = Promise.resolve();
    const all: Promise<void>[] = [];
    for (let from = 0; from < keys.length; from += AT_ONCE) {
      const some = keys.slice(from, from + AT_ONCE);
      const before = last;
      last = this.#afterWrites(some, async () => {
        await before.catch(() => {}); // awaited below
        await this.#remove(some);
      });
      all.push(last);
    }
    await Promise.all(all);
  }

  /** The same for all keys that match, of whichever process. */
  removeMatching(matches: (key: string) => boolean): Promise<void> {
    return this.#afterAll(async () => {
      const keys: string[] = [];
      await this.#database.each(HEADS, (rows) => {
        for (const [key] of rows) if (matches(key)) keys.push(key);
      });
      for (let from = 0; from < keys.length; from += AT_ONCE)
        await this.#remove(keys.slice(from, from + AT_ONCE));
    });
  }

  /** Removes everything there is now: what is put from now on stays. */
  clear(): Promise<void> {
    return this.#afterAll(async () => {
      await this.#database.clear(HEADS);
      await this.#database.clear(VALUES);
    });
  }

  /** Every key with its variants, one after the other, without the values. */
  async each(onKey: (key: string, variants: readonly Variant[]) => Promise<void>): Promise<void> {
    let last: Promise<void> = Promise.resolve();
    await this.#database.each(HEADS, (rows) => {
      last = last.then(async () => {
        for (const [key, bytes] of rows) await onKey(key, this.#decode(key, bytes));
      });
      last.catch(() => {}); // awaited below
    });
    await last;
  }

  /** Settles when every write asked for so far has ended, well or not. */
  async flush(): Promise<void> {
    await Promise.allSettled([...this.#writes.values(), this.#sweep]);
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#database.close();
  }

  /** Runs after what is being written for these keys, and before what comes later for them. */
  #afterWrites(keys: readonly string[], write: () => Promise<void>): Promise<void> {
    const before = new Set(keys.flatMap((key) => this.#writes.get(key) ?? this.#sweep ?? []));
    const next = before.size > 0 ? Promise.allSettled(before).then(write) : write();
    for (const key of keys) this.#writes.set(key, next);
    const done = () => {
      for (const key of keys) if (this.#writes.get(key) === next) this.#writes.delete(key);
    };
    next.then(done, done);
    return next;
  }

  /** Runs after all that is being written, and before all that comes later. */
  #afterAll(write: () => Promise<void>): Promise<void> {
    const sweep = Promise.allSettled([...this.#writes.values(), this.#sweep]).then(write);
    this.#sweep = sweep;
    this.#writes.clear(); // later reads and writes wait for this one instead
    const done = () => {
      if (this.#sweep === sweep) this.#sweep = undefined;
    };
    sweep.then(done, done);
    return sweep;
  }

  async #remove(keys: readonly string[]): Promise<void> {
    const heads = await this.#heads.getMany<Uint8Array>([...keys]);
    const writes = keys.flatMap((key, i): Write[] => [
      { namespace: HEADS, key },
      ...this.#decode(key, heads[i]).map(({ id }) => ({ namespace: VALUES, key: `${key}#${id}` })),
    ]);
    await this.#database.commit(writes);
  }

  #decode(key: string, bytes: Uint8Array | undefined): readonly Variant[] {
    if (bytes === undefined) return [];
    try {
      return decodeHead(bytes);
    } catch (error) {
      this.#problem(new Error(`The record of ${key} is unreadable: ${(error as Error).message}`));
      return [];
    }
  }
}
