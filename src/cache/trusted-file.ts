import type { Catalog } from './catalog.ts';
import { ON_FILE } from './entry.ts';
import { TooLargeError } from './file/bounds.ts';
import type { FileLevel } from './file-level.ts';
import type { Guard, Observer } from './guard.ts';
import type { Variant } from './head.ts';
import type { Ask, Current, Found, LowerLevel, Missed, Put } from './lower-level.ts';
import type { Namespaces } from './namespace.ts';
import { Restore } from './restore.ts';
import { Slices } from './slices.ts';

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
  /** Keys of which the file level may hold what is no longer true: it is not asked for them. */
  readonly #unremoved = new Set<string>();
  /** The same for all keys that match one of these. */
  readonly #unremovedMatches = new Set<Matcher>();
  /** What was removed while the catalog is loaded: the rows may have been read before. */
  #removedMeanwhile: { readonly keys: Set<string>; readonly matches: Matcher[] } | undefined;
  clearings = 0;

  constructor(
    file: FileLevel,
    catalog: Catalog<S>,
    guard: Guard<S>,
    observer: Observer<S>,
    namespaces: Namespaces,
    now: () => number,
  ) {
    this.#file = file;
    this.#catalog = catalog;
    this.#guard = guard;
    this.#observer = observer;
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
    const trusted = asks.filter(({ key }) => !this.#mistrusts(key));
    if (trusted.length === 0) return asks.map(({ miss }) => ({ miss }));
    try {
      const stored = await this.#file.variantsMany(trusted.map(({ key }) => key));
      const found = await this.#restore.find(trusted, stored);
      const byKey = new Map(trusted.map(({ key }, i) => [key, found[i]]));
      return asks.map(({ key, miss }) => byKey.get(key) ?? { miss });
    } catch (error) {
      this.#observer.problem('file', error as Error);
      return asks.map(() => ({ miss: { reason: 'failed', detail: 'file level' } }));
    }
  }

  async write(puts: readonly Put<S>[]): Promise<void> {
    const rows = puts.map((put) => this.#row(put));
    try {
      await this.#file.putMany(rows);
      for (const { key } of rows) this.#unremoved.delete(key);
    } catch (error) {
      // What is too large is not there, and nothing older of it; all others are stored.
      const large = error instanceof TooLargeError ? new Set(error.keys) : undefined;
      for (const { entry } of puts) {
        if (large) this.#unremoved.delete(entry.key);
        else this.#unremoved.add(entry.key);
        if (large && !large.has(entry.key)) continue;
        entry.on &= ~ON_FILE;
        if (!entry.inMemory) this.#catalog.retire(entry, { reason: 'failed', detail: 'file level' });
      }
      this.#observer.problem('file', error as Error);
    }
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.#unremoved.add(key);
      this.#catalog.dormant.delete(key);
      this.#removedMeanwhile?.keys.add(key);
    }
    try {
      await this.#file.remove(keys);
      for (const key of keys) if (this.#catalog.get(key)?.inFile !== true) this.#unremoved.delete(key);
    } catch (error) {
      // A write that began before this removal, and ended well, may have taken the key for settled.
      for (const key of keys) this.#unremoved.add(key);
      this.#observer.problem('file', error as Error);
    }
  }

  readonly swaps = true;

  async current(ask: Ask): Promise<Current<S> | undefined> {
    try {
      const stored = await this.#file.variantsMany([ask.key]);
      const newest = stored[0]?.[0];
      if (this.#mistrusts(ask.key)) return { answer: ask, newest };
      const [answer] = await this.#restore.find([ask], stored);
      return { answer: answer ?? ask, newest };
    } catch (error) {
      this.#observer.problem('file', error as Error);
      return undefined;
    }
  }

  async swap(newest: Variant | undefined, put: Put<S>): Promise<boolean | undefined> {
    const { key, variant, bytes } = this.#row(put);
    try {
      const swapped = await this.#file.swap(key, newest, variant, bytes);
      if (swapped) this.#unremoved.delete(key);
      return swapped;
    } catch (error) {
      this.#unremoved.add(key);
      this.#observer.problem('file', error as Error);
      return undefined;
    }
  }

  /** Removes all keys that match, of whichever process. */
  async removeMatching(matches: Matcher): Promise<void> {
    this.#removedMeanwhile?.matches.push(matches);
    try {
      await this.#file.removeMatching(matches);
    } catch (error) {
      this.#unremovedMatches.add(matches);
      this.#observer.problem('file', error as Error);
    }
  }

  async clear(): Promise<void> {
    this.clearings++;
    const unremoved = [...this.#unremoved];
    const unremovedMatches = [...this.#unremovedMatches];
    this.#catalog.dormant.clear();
    try {
      await this.#file.clear();
      for (const key of unremoved) this.#unremoved.delete(key);
      for (const matches of unremovedMatches) this.#unremovedMatches.delete(matches);
    } catch (error) {
      this.#observer.problem('file', error as Error);
    }
  }

  /** Takes what is stored into the catalog, as far as it is fresh now. Rejects when it cannot be read. */
  async load(): Promise<void> {
    const removed = { keys: new Set<string>(), matches: [] as Matcher[] };
    this.#removedMeanwhile = removed;
    const { clearings } = this;
    const slices = new Slices();
    try {
      await this.#file.each(async (key, variants) => {
        if (slices.due) await slices.pause();
        const entry = await this.#restore.listed(key, variants);
        if (this.#catalog.get(key) || this.#mistrusts(key) || clearings !== this.clearings) return;
        if (removed.keys.has(key) || removed.matches.some((matches) => matches(key))) return;
        if (entry) this.#catalog.admit(entry);
        else this.#catalog.dormant.add(key);
      });
    } finally {
      if (this.#removedMeanwhile === removed) this.#removedMeanwhile = undefined;
    }
  }

  /** Removes what has expired and, beyond the level's bound, what is worth least; returns what it removed whole. */
  async tidy(worth: (key: string) => number | undefined): Promise<readonly string[]> {
    try {
      return (await this.#file.tidy(worth)).removed;
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
    return { key, variant, bytes: encoded, alone: () => this.#mistrusts(key) };
  }

  #mistrusts(key: string): boolean {
    if (this.#unremoved.has(key)) return true;
    for (const matches of this.#unremovedMatches) if (matches(key)) return true;
    return false;
  }
}
