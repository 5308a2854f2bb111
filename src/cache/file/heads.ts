import type { Keyv } from 'keyv';
import { LRUCache } from 'lru-cache';
import { FormatError } from '../codec.ts';
import { decodeHead, encodeHead, type Variant } from '../head.ts';
import { Slices } from '../slices.ts';
import { openKeyv } from '../stores/keyv.ts';
import { type Condition, type FileDatabase, StoreError, type Write } from '../stores/store.ts';

/** Heads by key. */
export const HEADS = 'h';
/** Values by `key#variant`. */
export const VALUES = 'v';

/** Keys in one request. */
export const MOST_KEYS = 1000;

/** Keys of another version that are remembered. */
const MOST_FOREIGN = 10_000;

/** How often a head that other processes keep changing is read again. */
const MOST_ATTEMPTS = 30;

/** What becomes of a key: its variants, newest first, with the values that are not stored yet by variant. */
export interface Revision {
  readonly head: readonly Variant[];
  readonly values?: ReadonlyMap<string, Uint8Array>;
}

export function valueKey(key: string, id: string): string {
  return `${key}#${id}`;
}

/** The heads of a database, changed by whichever process only as they were read. */
export class Heads {
  readonly #database: FileDatabase;
  readonly #keyv: Keyv;
  readonly #problem: (error: Error) => void;
  /** Keys whose heads are of another version, as they were read last. */
  readonly #foreign = new LRUCache<string, string>({ max: MOST_FOREIGN });

  constructor(database: FileDatabase, problem: (error: Error) => void) {
    this.#database = database;
    this.#keyv = openKeyv(database, HEADS);
    this.#problem = problem;
  }

  /** At most {@link MOST_KEYS} at once. */
  readRaw(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    return this.#keyv.getMany<Uint8Array>([...keys]);
  }

  async read(keys: readonly string[]): Promise<readonly (readonly Variant[])[]> {
    const heads = await this.readRaw(keys);
    const slices = new Slices();
    const variants: (readonly Variant[])[] = [];
    for (const [i, key] of keys.entries()) {
      variants.push(this.decode(key, heads[i]));
      if (slices.due) await slices.pause();
    }
    return variants;
  }

  /** Why nothing of the key can be served though it is stored, when another version of the program stored it. */
  foreign(key: string): string | undefined {
    return this.#foreign.get(key);
  }

  /** Empty for a key that is not stored; so is an unreadable head, which is told. */
  decode(key: string, bytes: Uint8Array | undefined): readonly Variant[] {
    if (this.#foreign.size > 0) this.#foreign.delete(key);
    if (bytes === undefined) return [];
    try {
      return decodeHead(bytes);
    } catch (error) {
      if (error instanceof FormatError) this.#foreign.set(key, error.message);
      this.#problem(new Error(`The record of ${key} is unreadable: ${(error as Error).message}`));
      return [];
    }
  }

  /**
   * Replaces the heads of keys, given once each, and the values with them, in one commit. `change`
   * is asked again for a key whose head another process has replaced meanwhile; undefined leaves a
   * key as it is. Rejects with a StoreError when a head never comes to rest; `force` then writes all
   * the same.
   */
  async revise(
    keys: readonly string[],
    change: (key: string, known: readonly Variant[]) => Revision | undefined,
    force = false,
  ): Promise<void> {
    let left = keys;
    for (let attempt = 1; left.length > 0; attempt++) {
      const heads = await this.readRaw(left);
      const writes: Write[] = [];
      const slices = new Slices();
      for (const [i, key] of left.entries()) {
        const known = this.decode(key, heads[i]);
        const revision = change(key, known);
        const seen =
          force && attempt === MOST_ATTEMPTS ? undefined : { namespace: HEADS, key, value: heads[i] };
        if (revision) writes.push(...(await writesOf(key, known, revision, seen)));
        if (slices.due) await slices.pause();
      }
      left = writes.length > 0 ? (await this.#database.commit(writes)).map(({ key }) => key) : [];
      if (left.length > 0 && attempt >= MOST_ATTEMPTS) {
        throw new StoreError('failed', `Other processes keep changing the record of ${left[0]}.`);
      }
    }
  }
}

async function writesOf(
  key: string,
  known: readonly Variant[],
  { head, values }: Revision,
  onlyIf: Condition | undefined,
): Promise<Write[]> {
  const condition = onlyIf && { onlyIf };
  const writes: Write[] = [];
  for (const { id } of head) {
    const value = values?.get(id);
    if (value) writes.push({ namespace: VALUES, key: valueKey(key, id), value, ...condition });
  }
  const value = head.length > 0 ? await encodeHead(head) : undefined;
  writes.push({ namespace: HEADS, key, ...(value && { value }), ...condition });
  for (const { id } of known) {
    if (head.some((kept) => kept.id === id)) continue;
    writes.push({ namespace: VALUES, key: valueKey(key, id), ...condition });
  }
  return writes;
}
