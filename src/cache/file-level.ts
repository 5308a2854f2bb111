import { crc32 } from 'node:zlib';
import type { Keyv } from 'keyv';
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
  readonly #problem: (error: Error) => void;

  constructor(database: FileDatabase, problem: (error: Error) => void) {
    this.#database = database;
    this.#heads = openKeyv(database, HEADS);
    this.#values = openKeyv(database, VALUES);
    this.#problem = problem;
  }

  /** Newest first; empty when the key is not stored. Rejects when the store fails. */
  async variants(key: string): Promise<readonly Variant[]> {
    const writing = this.#writes.get(key);
    if (writing) await writing.catch(() => {}); // its own caller reports it
    return this.#decode(key, await this.#heads.get<Uint8Array>(key));
  }

  /** The encoded value of a variant, undefined when it is gone or another than the head means. */
  async value(key: string, variant: Variant): Promise<Uint8Array | undefined> {
    const bytes = await this.#values.get<Uint8Array>(`${key}#${variant.id}`);
    return bytes !== undefined && crc32(bytes) === variant.sum ? bytes : undefined;
  }

  /** Adds or replaces one variant; the oldest beyond the bound goes. */
  put(key: string, variant: Omit<Variant, 'sum' | 'bytes'>, bytes: Uint8Array): Promise<void> {
    return this.#afterWrites([key], async () => {
      const known = this.#decode(key, await this.#heads.get<Uint8Array>(key));
      const kept = known.filter((other) => other.id !== variant.id);
      const dropped = kept.splice(MOST_VARIANTS - 1);
      kept.unshift({ ...variant, bytes: bytes.length, sum: crc32(bytes) });
      const writes: Write[] = [
        { namespace: VALUES, key: `${key}#${variant.id}`, value: bytes },
        { namespace: HEADS, key, value: await encodeHead(kept) },
      ];
      for (const old of dropped) writes.push({ namespace: VALUES, key: `${key}#${old.id}` });
      await this.#database.commit(writes);
    });
  }

  /** Removes keys with all their variants. */
  async remove(keys: readonly string[]): Promise<void> {
    for (let from = 0; from < keys.length; from += AT_ONCE) {
      const some = keys.slice(from, from + AT_ONCE);
      await this.#afterWrites(some, async () => {
        const heads = await this.#heads.getMany<Uint8Array>(some);
        const writes = some.flatMap((key, i): Write[] => [
          { namespace: HEADS, key },
          ...this.#decode(key, heads[i]).map(({ id }) => ({ namespace: VALUES, key: `${key}#${id}` })),
        ]);
        await this.#database.commit(writes);
      });
    }
  }

  async clear(): Promise<void> {
    await this.flush();
    await this.#database.clear(HEADS);
    await this.#database.clear(VALUES);
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
    await Promise.allSettled(this.#writes.values());
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#database.close();
  }

  /** Runs after what is being written for these keys, and before what comes later for them. */
  #afterWrites(keys: readonly string[], write: () => Promise<void>): Promise<void> {
    const before = keys.flatMap((key) => this.#writes.get(key) ?? []);
    const next = before.length > 0 ? Promise.allSettled(before).then(write) : write();
    for (const key of keys) this.#writes.set(key, next);
    const done = () => {
      for (const key of keys) if (this.#writes.get(key) === next) this.#writes.delete(key);
    };
    next.then(done, done);
    return next;
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
