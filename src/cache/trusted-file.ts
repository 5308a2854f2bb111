import type { Catalog } from './catalog.ts';
import type { Entry } from './entry.ts';
import type { FileLevel } from './file-level.ts';
import type { Guard, Miss, Observer } from './guard.ts';
import { namespaceOf } from './key.ts';
import type { Namespaces } from './namespace.ts';
import { type Found, Restore } from './restore.ts';

type Matcher = (key: string) => boolean;

/**
 * The file level as far as it can be trusted. A failure is reported and gone around: what could not
 * be removed is not asked for again, until a later write or removal of it ends well.
 */
export class TrustedFile<S> {
  readonly #file: FileLevel;
  readonly #catalog: Catalog<S>;
  readonly #guard: Guard<S>;
  readonly #observer: Observer<S>;
  readonly #namespaces: Namespaces;
  readonly #restore: Restore<S>;
  /** Keys of which the file level may hold what is no longer true: it is not asked for them. */
  readonly #unremoved = new Set<string>();
  /** The same for all keys that match one of these. */
  readonly #unremovedMatches = new Set<Matcher>();
  /** What was removed while the catalog is loaded: the rows may have been read before. */
  #removedMeanwhile: { readonly keys: Set<string>; readonly matches: Matcher[] } | undefined;
  /** How often it was cleared: what was read from it before is not there any more. */
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
    this.#namespaces = namespaces;
    this.#restore = new Restore(file, guard, observer, now);
  }

  /** `miss` is the reason so far. */
  async find(key: string, miss: Miss): Promise<Found<S> | { readonly miss: Miss }> {
    if (this.#mistrusts(key)) return { miss };
    try {
      return await this.#restore.find(key, this.#namespaces.get(namespaceOf(key)), miss);
    } catch (error) {
      this.#observer.problem('file', error as Error);
      return { miss: { reason: 'failed', detail: 'file level' } };
    }
  }

  /** Not awaited by the reader: a slow disk costs durability of the last moments, not an answer's time. */
  write(entry: Entry<S>, id: string, encoded: Uint8Array): void {
    const stamp = this.#guard.dump(entry.stamp);
    const { key, createdAt, expiresAt, cost } = entry;
    const alone = () => this.#mistrusts(key);
    this.#file.put(key, { id, stamp, createdAt, expiresAt, costMs: cost.ms }, encoded, alone).then(
      () => this.#unremoved.delete(key),
      (error: Error) => {
        entry.variant = undefined;
        this.#unremoved.add(key);
        if (!entry.inMemory) this.#catalog.retire(entry, { reason: 'failed', detail: 'file level' });
        this.#observer.problem('file', error);
      },
    );
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
    try {
      await this.#restore.each(this.#namespaces, (key, entry) => {
        if (this.#catalog.get(key) || this.#mistrusts(key) || clearings !== this.clearings) return;
        if (removed.keys.has(key) || removed.matches.some((matches) => matches(key))) return;
        if (entry) this.#catalog.admit(entry);
        else this.#catalog.dormant.add(key);
      });
    } finally {
      if (this.#removedMeanwhile === removed) this.#removedMeanwhile = undefined;
    }
  }

  flush(): Promise<void> {
    return this.#file.flush();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #mistrusts(key: string): boolean {
    if (this.#unremoved.has(key)) return true;
    for (const matches of this.#unremovedMatches) if (matches(key)) return true;
    return false;
  }
}
