import { crc32 } from 'node:zlib';
import type { Keyv } from 'keyv';
import { decodeHead, encodeHead, type Variant } from './head.ts';
import { openKeyv } from './stores/keyv.ts';
import type { FileDatabase, Write } from './stores/store.ts';

/** Variants kept per key: the newest ones. */
const MOST_VARIANTS = 4;

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
    return this.#inOrder(key, async () => {
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
    await Promise.all(
      keys.map((key) =>
        this.#inOrder(key, async () => {
          const variants = this.#decode(key, await this.#heads.get<Uint8Array>(key));
          const writes: Write[] = [{ namespace: HEADS, key }];
          for (const variant of variants) writes.push({ namespace: VALUES, key: `${key}#${variant.id}` });
          await this.#database.commit(writes);
        }),
      ),
    );
  }

  async clear(): Promise<void> {
    await this.flush();
    await this.#database.clear(HEADS);
    await this.#database.clear(VALUES);
  }

  /** Every key with its variants, in chunks, without the values. */
  async each(
    onChunk: (rows: readonly (readonly [key: string, variants: readonly Variant[]])[]) => Promise<void>,
  ) {
    const chunks: Promise<void>[] = [];
    await this.#database.each(HEADS, (rows) => {
      const previous = chunks.at(-1);
      const decoded = rows.map(([key, bytes]) => [key, this.#decode(key, bytes)] as const);
      chunks.push(previous ? previous.then(() => onChunk(decoded)) : onChunk(decoded));
    });
    await Promise.all(chunks);
  }

  /** Settles when every write asked for so far has ended, well or not. */
  async flush(): Promise<void> {
    await Promise.allSettled(this.#writes.values());
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#database.close();
  }

  #inOrder(key: string, write: () => Promise<void>): Promise<void> {
    const previous = this.#writes.get(key);
    const next = previous ? previous.then(write, write) : write();
    this.#writes.set(key, next);
    const done = () => {
      if (this.#writes.get(key) === next) this.#writes.delete(key);
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
