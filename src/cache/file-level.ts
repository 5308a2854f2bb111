import { Aside, type Covered, type Taken, type Undoable } from './file/aside.ts';
import { Bounds, type FileLimits } from './file/bounds.ts';
import { HEADS, Heads, VALUES } from './file/heads.ts';
import { Tidy } from './file/tidy.ts';
import { split, Values, type Wanted } from './file/values.ts';
import { WriteOrder } from './file/write-order.ts';
import { type NewVariant, type Put, Writer } from './file/writer.ts';
import { inReach, type Variant } from './head.ts';
import { Slices } from './slices.ts';
import type { FileDatabase } from './stores/store.ts';

export interface FileLevelOptions {
  readonly limits?: Partial<FileLimits>;
  /** Called when the level is found beyond a bound: it is time to {@link FileLevel.tidy}. */
  readonly onGrown?: () => void;
  readonly now?: () => number;
}

export interface Tidied {
  /** Keys that are not stored any more, and are not being stored again. */
  readonly removed: readonly string[];
  /** Of the values removed. */
  readonly bytes: number;
}

/** The invalidations that may still be undone; asked after their marks were seen. */
export type Standing = () => Promise<ReadonlySet<string>>;

/** Between two times that a full disk takes what is set aside, ms. */
const GIVE_WAY_EVERY = 60_000;

/**
 * The level that survives a restart, on Keyv. A key has one small head record, which names its
 * variants, and one value record per variant; both land in one commit. Every record is checked
 * when it is read: what is torn or foreign is reported and absent. All methods but {@link tidy}
 * reject when the store fails. Reads of a key wait for its writes asked for before.
 */
export class FileLevel {
  readonly #database: FileDatabase;
  readonly #heads: Heads;
  readonly #values: Values;
  readonly #order = new WriteOrder();
  readonly #writer: Writer;
  readonly #aside: Aside;
  readonly #problem: (error: Error) => void;
  readonly #onGrown: (() => void) | undefined;
  readonly #now: () => number;
  readonly #closing = new AbortController();
  #bounds: Bounds;
  #tidy: Tidy | undefined;
  #tidying: Promise<Tidied> | undefined;
  #gaveWayAt = Number.NEGATIVE_INFINITY;
  /** What is set aside goes with the next round of upkeep. */
  #givesWay = false;

  constructor(database: FileDatabase, problem: (error: Error) => void, options: FileLevelOptions = {}) {
    this.#database = database;
    this.#heads = new Heads(database, problem);
    this.#values = new Values(database);
    this.#problem = problem;
    this.#bounds = new Bounds(options.limits);
    this.#onGrown = options.onGrown;
    this.#now = options.now ?? Date.now;
    this.#writer = new Writer({
      database,
      heads: this.#heads,
      order: this.#order,
      largest: () => this.largest,
      wrote: (keys, bytes) => this.#wrote(keys, bytes),
    });
    this.#aside = new Aside({ database, heads: this.#heads, order: this.#order, now: this.#now });
  }

  /** Bytes of the largest value that is taken. */
  get largest(): number {
    return this.#bounds.largest;
  }

  /** New bounds; {@link tidy} brings the level within them. */
  resize(limits: Partial<FileLimits>): void {
    this.#bounds = new Bounds(limits);
    void this.#look();
  }

  /** Of heads and values, what is set aside included. */
  get maxBytes(): number {
    return this.#bounds.maxBytes;
  }

  /** Keys, and the bytes of their heads and values, those of other processes and set aside too. Cheap. */
  async size(): Promise<{ readonly entries: number; readonly bytes: number }> {
    const [heads, values] = await Promise.all([this.#database.size(HEADS), this.#database.size(VALUES)]);
    return { entries: heads.entries, bytes: heads.bytes + values.bytes };
  }

  /** Newest first; empty when the key is not stored. */
  async variants(key: string): Promise<readonly Variant[]> {
    await this.#order.pending([key]);
    return this.#values.withHead(key, async () => inReach((await this.#heads.read([key]))[0] ?? []));
  }

  /** See {@link Heads.foreign}. */
  foreign(key: string): string | undefined {
    return this.#heads.foreign(key);
  }

  /** The same of many keys, in their order; one request for every thousand. */
  async variantsMany(keys: readonly string[]): Promise<readonly (readonly Variant[])[]> {
    if (keys.length === 1) return [await this.variants(keys[0] as string)];
    await this.#order.pending(keys);
    const parts = split(keys);
    return (await Promise.all(parts.map((part) => this.#heads.read(part)))).flat().map(inReach);
  }

  /** The encoded value of a variant, undefined when it is gone or another than the head means. */
  async value(key: string, variant: Variant): Promise<Uint8Array | undefined> {
    return (await this.values([{ key, variant }]))[0];
  }

  /** The same of many, in their order; one request for every thousand or 16 MB. */
  values(wanted: readonly Wanted[]): Promise<readonly (Uint8Array | undefined)[]> {
    return this.#values.read(wanted);
  }

  /** {@link putMany} of one. */
  put(key: string, variant: NewVariant, bytes: Uint8Array, alone: () => boolean): Promise<void> {
    return this.putMany([{ key, variant, bytes, alone }]);
  }

  /**
   * Adds or replaces variants; the oldest of a key beyond four go. One read of the heads and one
   * commit for every thousand or 8 MB; processes that put to one key at once lose nothing of each
   * other's. Rejects with a TooLargeError when values are beyond the bound of one value: their keys
   * are removed, all others are stored.
   */
  putMany(puts: readonly Put[]): Promise<void> {
    return this.#writer.putMany(puts);
  }

  /**
   * Puts the variant if the newest one is still the expected one; undefined expects none. False when
   * it is another by now, of whichever process. Rejects with a TooLargeError, the old value kept.
   */
  swap(key: string, expected: Variant | undefined, variant: NewVariant, bytes: Uint8Array): Promise<boolean> {
    return this.#writer.swap(key, expected, variant, bytes);
  }

  /**
   * Adds variants of elsewhere in the order of their times: nothing newer is overwritten. What is
   * too large is left out. Resolves to the keys to which something was added.
   */
  merge(items: readonly Omit<Put, 'alone'>[]): Promise<readonly string[]> {
    return this.#writer.merge(items);
  }

  /** Removes keys with all their variants, as they are now: what is put from now on stays. */
  remove(keys: readonly string[]): Promise<void> {
    return this.#writer.remove(keys);
  }

  /** The same for all keys that match, of whichever process. */
  removeMatching(matches: (key: string) => boolean): Promise<void> {
    return this.#writer.removeMatching(matches);
  }

  /** Removes everything there is now: what is put from now on stays. */
  clear(): Promise<void> {
    return this.#writer.clear();
  }

  /**
   * Takes keys out of reach, as they are now, until {@link bringBack}: what is put from now on stays
   * in reach, and takes the place of what it replaces. `deep`: also what others have set aside before.
   */
  setAside(keys: readonly string[], undoable: Undoable, deep: boolean): Promise<Taken> {
    return this.#aside.setAside(keys, undoable, deep);
  }

  /** The same, `deep`, for whatever is covered, of whichever process. */
  setAsideMatching(covered: Covered, undoable: Undoable): Promise<Taken> {
    return this.#aside.setAsideMatching(covered, undoable);
  }

  /** The same for everything, bit by bit: reads meanwhile may still find it. */
  setAsideAll(undoable: Undoable): Promise<Taken> {
    return this.#aside.setAsideAll(undoable);
  }

  /** Takes back what one invalidation did, to these keys or to all; resolves to those that are in reach again. */
  bringBack(id: string, keys?: readonly string[]): Promise<readonly string[]> {
    return this.#aside.bringBack(id, keys);
  }

  /** The disk is full: what is set aside goes first, at most once a minute. */
  giveWay(): void {
    if (this.#now() - this.#gaveWayAt < GIVE_WAY_EVERY) return;
    this.#gaveWayAt = this.#now();
    this.#givesWay = true;
    this.#onGrown?.();
  }

  /** The keys that match, all by default; those that are set aside too. */
  async keys(matches: (key: string) => boolean = () => true): Promise<string[]> {
    const keys: string[] = [];
    await this.#database.eachKey(HEADS, (rows) => {
      for (const [key] of rows) if (matches(key)) keys.push(key);
    });
    return keys;
  }

  /** Every key with its variants in reach, one after the other, without the values. */
  each(onKey: (key: string, variants: readonly Variant[]) => Promise<void> | void): Promise<void> {
    const slices = new Slices();
    return this.#database.each(HEADS, async (rows) => {
      for (const [key, bytes] of rows) {
        const variants = this.#heads.decode(key, bytes);
        const reachable = inReach(variants);
        if (reachable.length > 0 || variants.length === 0) await onKey(key, reachable);
        if (slices.due) await slices.pause();
      }
    });
  }

  /**
   * Removes what has expired, what nobody can read, and what was set aside by invalidations that are
   * not among the `standing` ones, if these are given; beyond a bound also what is set aside, the oldest first, and the
   * least useful keys, until 90 % of it is left: first those that the caller does not know, the oldest
   * before the others, then those for which `worth` is lowest. In short steps beside reads and writes;
   * a call during a run shares it. Never rejects: a failure is a problem, and ends the run as `signal` does.
   */
  tidy(
    worth: (key: string) => number | undefined = () => undefined,
    signal?: AbortSignal,
    standing?: Standing,
  ): Promise<Tidied> {
    this.#tidying ??= this.#runTidy(worth, signal, standing).finally(() => {
      this.#tidying = undefined;
    });
    return this.#tidying;
  }

  /** Settles when every write asked for so far has ended, well or not. */
  flush(): Promise<void> {
    return this.#order.settled();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#tidying;
    await this.flush();
    await this.#database.close();
  }

  async #runTidy(
    worth: (key: string) => number | undefined,
    stop: AbortSignal | undefined,
    standing: Standing | undefined,
  ): Promise<Tidied> {
    const givesWay = this.#givesWay;
    this.#givesWay = false;
    const signal = AbortSignal.any([this.#closing.signal, ...(stop ? [stop] : [])]);
    const tidy = new Tidy({
      database: this.#database,
      heads: this.#heads,
      order: this.#order,
      bounds: () => this.#bounds,
      now: this.#now,
      worth,
      standing: givesWay ? async () => new Set() : standing,
      signal,
    });
    this.#tidy = tidy;
    try {
      await tidy.run();
    } catch (error) {
      if (!signal.aborted) this.#problem(error as Error);
    }
    this.#tidy = undefined;
    const removed = [...tidy.removed].filter((key) => !this.#order.isWritten(key));
    return { removed, bytes: tidy.bytes };
  }

  #wrote(keys: readonly string[], bytes: number): void {
    if (this.#tidy) for (const key of keys) this.#tidy.removed.delete(key); // stored again since
    if (this.#onGrown && this.#bounds.wrote(keys.length, bytes)) void this.#look();
  }

  /** Tells when the level is beyond a bound. */
  async #look(): Promise<void> {
    try {
      if (this.#bounds.exceededBy(await this.size())) this.#onGrown?.();
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#problem(error as Error);
    }
  }
}
