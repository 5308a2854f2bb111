import type { Catalog } from './catalog.ts';
import { type Entry, ON_FILE } from './entry.ts';
import type { Covered, Taken, Undoable } from './file/aside.ts';
import { TooLargeError } from './file/bounds.ts';
import { Doubts } from './file/doubts.ts';
import { split } from './file/values.ts';
import type { FileLevel, Standing } from './file-level.ts';
import type { FileSiblings, KnowsSiblings } from './file-siblings.ts';
import type { Guard, Miss, Observer } from './guard.ts';
import type { Variant } from './head.ts';
import type { Ask, Current, Found, LowerLevel, Missed, Put } from './lower-level.ts';
import type { Namespaces } from './namespace.ts';
import { Restore } from './restore.ts';
import { Slices } from './slices.ts';
import { StoreError } from './stores/store.ts';

type Matcher = (key: string) => boolean;

/**
 * The file level as far as it can be trusted. A failure is reported and gone around: what could not
 * be removed is not asked for again, until a later write or removal of it ends well.
 */
export class TrustedFile<S> implements LowerLevel<S> {
  readonly name = 'file';
  readonly bit = ON_FILE;
  readonly #file: FileLevel;
  readonly #catalog: Catalog<S>;
  readonly #guard: Guard<S>;
  readonly #observer: Observer<S>;
  readonly #restore: Restore<S>;
  readonly #siblings: FileSiblings | undefined;
  readonly #doubts = new Doubts();
  clearings = 0;
  /** Under way while this process does not see yet what another has written. */
  #renewing: Promise<void> | undefined;

  constructor(
    file: FileLevel,
    catalog: Catalog<S>,
    guard: Guard<S>,
    observer: Observer<S> & KnowsSiblings,
    namespaces: Namespaces,
    now: () => number,
  ) {
    this.#file = file;
    this.#catalog = catalog;
    this.#guard = guard;
    this.#observer = observer;
    this.#siblings = observer.siblings;
    this.#restore = new Restore({
      level: 'file',
      bit: ON_FILE,
      source: file,
      guard,
      observer,
      namespaces,
      now,
    });
  }

  async find(asks: readonly Ask[]): Promise<readonly (Found<S> | Missed)[]> {
    if (this.#renewing) await this.#renewing;
    const trusted = asks.filter(({ key }) => !this.#doubts.has(key));
    if (trusted.length === 0) return asks.map(({ miss }) => ({ miss }));
    const doubts = this.#doubts.watch(); // what a failed write or removal left behind is found by who waited for it
    try {
      const stored = await this.#file.variantsMany(trusted.map(({ key }) => key));
      const found = await this.#restore.find(trusted, stored);
      const byKey = new Map(trusted.map(({ key }, i) => [key, this.#told(key, found[i])]));
      return asks.map(({ key, miss }) => (!doubts.has(key) && byKey.get(key)) || { miss });
    } catch (error) {
      this.#observer.problem('file', error as Error);
      const miss = failed(error as Error);
      return asks.map(() => ({ miss }));
    } finally {
      doubts.end();
    }
  }

  /** What is stored under a key, newest first; nothing while the level cannot tell. */
  async variants(key: string): Promise<readonly Variant[]> {
    if (this.#renewing) await this.#renewing;
    if (this.#doubts.has(key)) return [];
    try {
      return await this.#file.variants(key);
    } catch (error) {
      this.#observer.problem('file', error as Error);
      return [];
    }
  }

  /** What is stored under the key may be of a version that cannot be read. */
  #told(key: string, answer: Found<S> | Missed | undefined): Found<S> | Missed | undefined {
    if (!answer || !('miss' in answer) || answer.miss.reason !== 'never-cached') return answer;
    const detail = this.#file.foreign(key);
    return detail === undefined ? answer : { miss: { reason: 'version', detail } };
  }

  async write(puts: readonly Put<S>[]): Promise<void> {
    const rows = puts.map((put) => this.#row(put));
    const told = this.#tellLater(puts);
    const { moment } = this.#doubts;
    const written = (some: readonly Put<S>[]) =>
      this.#doubts.settle(
        some.map(({ entry }) => entry.key),
        moment,
      );
    try {
      await this.#file.putMany(rows);
      written(puts);
    } catch (error) {
      // What is too large is not there, and nothing older of it; all others are stored.
      const large = error instanceof TooLargeError ? new Set(error.keys) : undefined;
      if (large) written(puts);
      else this.#doubts.add(rows.map(({ key }) => key));
      for (const { entry } of puts) {
        if (large && !large.has(entry.key)) continue;
        entry.on &= ~ON_FILE;
        if (!entry.inMemory) this.#catalog.retire(entry, failed(error as Error));
      }
      if (error instanceof StoreError && error.code === 'full') this.#file.giveWay();
      this.#observer.problem('file', error as Error);
    }
    told?.();
  }

  async remove(keys: readonly string[]): Promise<void> {
    const following = this.#follow(() => {
      const removed = new Set(keys);
      return (key) => removed.has(key);
    });
    if (following) return following;
    const moment = this.#doubt(keys);
    try {
      await this.#file.remove(keys);
      this.#doubts.settle(keys, moment);
    } catch (error) {
      this.#observer.problem('file', error as Error);
    }
  }

  /** The same, but what is there can be brought back; it is removed when it cannot be set aside. */
  async setAside(keys: readonly string[], undoable: Undoable, deep: boolean): Promise<Taken> {
    if (keys.length === 0) return NOTHING;
    const moment = this.#doubt(keys);
    try {
      const taken = await this.#file.setAside(keys, undoable, deep);
      this.#doubts.settle(keys, moment);
      return taken;
    } catch (error) {
      this.#observer.problem('file', error as Error);
      await this.remove(keys);
      return NOTHING;
    }
  }

  readonly swaps = true;

  async current(ask: Ask): Promise<Current<S> | undefined> {
    if (this.#renewing) await this.#renewing;
    const doubts = this.#doubts.watch();
    try {
      const stored = await this.#file.variantsMany([ask.key]);
      const newest = stored[0]?.[0];
      if (doubts.has(ask.key)) return { answer: ask, newest };
      const [answer] = await this.#restore.find([ask], stored);
      return { answer: (!doubts.has(ask.key) && answer) || ask, newest };
    } catch (error) {
      this.#observer.problem('file', error as Error);
      return undefined;
    } finally {
      doubts.end();
    }
  }

  async swap(newest: Variant | undefined, put: Put<S>): Promise<boolean | undefined> {
    const { key, variant, bytes } = this.#row(put);
    const { moment } = this.#doubts;
    try {
      const swapped = await this.#file.swap(key, newest, variant, bytes);
      if (swapped) this.#doubts.settle([key], moment);
      if (swapped) this.#siblings?.wrote([], [key], put.entry.createdAt);
      return swapped;
    } catch (error) {
      this.#doubts.add([key]);
      this.#observer.problem('file', error as Error);
      return undefined;
    }
  }

  /** Removes all keys that match, of whichever process. */
  async removeMatching(matches: Matcher): Promise<void> {
    const following = this.#follow(() => matches);
    if (following) return following;
    this.#doubts.addMatching(matches);
    await this.#removeDoubted(matches);
  }

  /** The same for what can be brought back, of whichever process. */
  async setAsideMatching(covered: Covered, undoable: Undoable): Promise<Taken> {
    const { matches, createdBefore = Number.POSITIVE_INFINITY } = covered;
    this.#doubts.pass(matches);
    const doubted = (key: string) => matches(key) && (this.#catalog.get(key)?.createdAt ?? 0) < createdBefore;
    this.#doubts.addMatching(doubted);
    try {
      const taken = await this.#file.setAsideMatching(covered, undoable);
      this.#doubts.settleMatching(doubted);
      return taken;
    } catch (error) {
      this.#observer.problem('file', error as Error);
      this.#doubts.addMatching(matches);
      this.#doubts.settleMatching(doubted);
      await this.#removeDoubted(matches);
      return NOTHING;
    }
  }

  async clear(): Promise<void> {
    const following = this.#follow(() => () => true);
    if (following) return following;
    await this.#empty(() => this.#file.clear());
  }

  /** The same, but it can be brought back. `told`: stamps tell already, so that reads need not wait for it. */
  async setAsideAll(undoable: Undoable, told: boolean): Promise<Taken> {
    let taken = NOTHING;
    await this.#empty(async () => {
      try {
        taken = told
          ? await this.#file.setAsideAll(undoable)
          : await this.#file.setAsideMatching({ matches: () => true }, undoable);
      } catch (error) {
        this.#observer.problem('file', error as Error);
        await this.#file.clear();
      }
    });
    return taken;
  }

  /**
   * Takes back what one invalidation has set aside, of these keys or of all, and lists what holds
   * now. Resolves to the entries. Rejects when the level fails.
   */
  async bringBack(id: string, keys?: readonly string[]): Promise<readonly Entry<S>[]> {
    return this.list([...(await this.#file.bringBack(id, keys)), ...this.#catalog.dormant]);
  }

  /** Takes keys into the catalog, as far as they are stored and fresh now; resolves to those entries. */
  async list(keys: readonly string[]): Promise<readonly Entry<S>[]> {
    const entries: Entry<S>[] = [];
    const slices = new Slices();
    const doubts = this.#doubts.watch();
    try {
      for (const part of split(keys)) {
        const stored = await this.#file.variantsMany(part);
        for (const [i, key] of part.entries()) {
          if (slices.due) await slices.pause();
          const entry = await this.#restore.listed(key, stored[i] ?? []);
          if (doubts.has(key)) continue;
          const listed = this.#list(key, entry, (stored[i]?.length ?? 0) > 0);
          if (listed) entries.push(listed);
        }
      }
    } finally {
      doubts.end();
    }
    return entries;
  }

  /** One of them, with the entry that holds now; the listed one, if it is this. */
  #list(key: string, entry: Entry<S> | undefined, isStored: boolean): Entry<S> | undefined {
    const known = this.#catalog.get(key);
    if (!known && entry) this.#catalog.admit(entry);
    else if (!known && isStored) this.#catalog.rest(key);
    else if (known && entry?.createdAt === known.createdAt && known.inMemory) known.on |= ON_FILE;
    const listed = this.#catalog.get(key);
    return entry && listed?.inFile && listed.createdAt === entry.createdAt ? listed : undefined;
  }

  /** Takes what is stored into the catalog, as far as it is fresh now. Rejects when it cannot be read. */
  async load(): Promise<void> {
    const doubts = this.#doubts.watch(); // the rows may have been read before they were removed
    const { clearings } = this;
    const slices = new Slices();
    try {
      await this.#file.each(async (key, variants) => {
        if (slices.due) await slices.pause();
        const entry = await this.#restore.listed(key, variants);
        if (this.#catalog.get(key) || doubts.has(key) || clearings !== this.clearings) return;
        if (entry) this.#catalog.admit(entry);
        else this.#catalog.rest(key);
      });
    } finally {
      doubts.end();
    }
  }

  /** Removes what has expired and, beyond the level's bound, what is worth least; returns what it removed whole. */
  async tidy(
    worth: (key: string) => number | undefined,
    standing: Standing | undefined,
  ): Promise<readonly string[]> {
    try {
      return (await this.#file.tidy(worth, undefined, standing)).removed;
    } catch (error) {
      this.#observer.problem('file', error as Error);
      return [];
    }
  }

  flush(): Promise<void> {
    return this.#file.flush();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #row({ entry, id, encoded }: Put<S>) {
    const { key, createdAt, expiresAt, costMs } = entry;
    const variant = { id, stamp: this.#guard.dump(entry.stamp), createdAt, expiresAt, costMs };
    const most = entry.namespace.policy.variants;
    return { key, variant, bytes: encoded, most, alone: () => this.#doubts.has(key) };
  }

  /** Until it is settled: a read must not find what is about to go. */
  #doubt(keys: readonly string[]): number {
    for (const key of keys) this.#catalog.dormant.delete(key);
    return this.#doubts.add(keys);
  }

  async #removeDoubted(matches: Matcher): Promise<void> {
    try {
      await this.#file.removeMatching(matches);
      this.#doubts.settleMatching(matches);
    } catch (error) {
      this.#observer.problem('file', error as Error);
    }
  }

  async #empty(clear: () => Promise<void>): Promise<void> {
    this.clearings++;
    const { moment } = this.#doubts;
    this.#catalog.dormant.clear();
    try {
      await clear();
      this.#doubts.settleAll(moment);
    } catch (error) {
      this.#observer.problem('file', error as Error);
    }
  }

  /**
   * When another process has changed what matches, nothing that was read before counts: reads wait
   * until they see the change, and do without the level when they cannot. Undefined when this process
   * has to change it.
   */
  #follow(changed: () => Matcher): Promise<void> | undefined {
    const { following, refresh } = this.#siblings ?? ALONE;
    if (following === undefined || following === 'nothing') return following && DONE;
    const matches = changed();
    this.#doubts.pass(matches);
    if (!refresh) return DONE;
    const renewing = refresh().catch((error: Error) => {
      this.#doubts.addMatching(matches);
      this.#observer.problem('file', error);
    });
    this.#renewing = renewing;
    void renewing.then(() => {
      if (this.#renewing === renewing) this.#renewing = undefined;
    });
    return renewing;
  }

  /** To be called when they are written, or could not be: then other processes hear of what was set. */
  #tellLater(puts: readonly Put<S>[]): (() => void) | undefined {
    const siblings = this.#siblings;
    if (!siblings) return undefined;
    const set = puts.filter(({ outside }) => outside).map(({ entry }) => entry);
    const computed = puts.filter(({ outside }) => !outside).map(({ entry }) => entry);
    const since = Math.min(...set.map(({ createdAt }) => createdAt));
    siblings.writing(computed);
    return () =>
      siblings.wrote(
        computed,
        set.map(({ key }) => key),
        since,
      );
  }
}

function failed({ message }: Error): Miss {
  return { reason: 'failed', detail: `file level: ${message}` };
}

const ALONE = { following: undefined, refresh: undefined };
const DONE = Promise.resolve();
const NOTHING: Taken = { keys: [], bytes: 0, again: 0 };
