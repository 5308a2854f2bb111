import type { Cache } from '../cache/cache.ts';
import type { Entry } from '../cache/entry.ts';
import { type Miss, UNSURE } from '../cache/guard.ts';
import { Slices } from '../cache/slices.ts';
import type { FileId } from './context.ts';
import type { Dependents } from './dependents.ts';
import type { Stamp, StampGuard } from './stamp.ts';

/** What a burst of changes made invalid. */
export interface ChangeReport {
  /** Paths that had dependents, in the order of their events. */
  readonly paths: readonly FileId[];
  readonly invalid: readonly Entry<Stamp>[];
}

/**
 * Follows hints that paths may have changed: retires the entries that no longer hold, and only
 * those. Reads verify by themselves; this only does it ahead of them.
 */
export class Invalidator {
  readonly #cache: Cache<Stamp>;
  readonly #guard: StampGuard;
  readonly #dependents: Dependents;
  readonly #changed: (report: ChangeReport) => void;
  readonly #pending = new Set<FileId>();
  #running: Promise<void> | undefined;

  constructor(
    cache: Cache<Stamp>,
    guard: StampGuard,
    dependents: Dependents,
    changed: (report: ChangeReport) => void,
  ) {
    this.#cache = cache;
    this.#guard = guard;
    this.#dependents = dependents;
    this.#changed = changed;
  }

  /** Cheap; duplicates and paths that nothing rests on cost next to nothing. */
  hint(path: FileId): void {
    this.#pending.add(path);
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined;
    });
  }

  /** Settles when every hint given so far has been followed. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #work(): Promise<void> {
    await new Promise(setImmediate); // what belongs to one save arrives together
    while (this.#pending.size > 0) {
      const paths: FileId[] = [];
      const affected = new Set<Entry<Stamp>>();
      const slices = new Slices();
      const pending = [...this.#pending];
      this.#pending.clear();
      for (const path of pending) {
        if (slices.due) await slices.pause();
        const entries = this.#dependents.affectedBy(path);
        if (entries.size > 0) paths.push(path);
        for (const entry of entries) affected.add(entry);
      }
      const invalid = await this.#retire(affected);
      if (invalid.length > 0) this.#changed({ paths, invalid });
    }
  }

  async #retire(affected: Iterable<Entry<Stamp>>): Promise<Entry<Stamp>[]> {
    const invalid: Entry<Stamp>[] = [];
    const slices = new Slices();
    for (const entry of affected) {
      if (slices.due) await slices.pause();
      const glance = this.#guard.check(entry.stamp);
      const miss: Miss | undefined = glance === UNSURE ? await this.#guard.verify(entry.stamp) : glance;
      if (miss === undefined || this.#cache.entry(entry.key) !== entry) continue;
      this.#cache.retire(entry, miss);
      invalid.push(entry);
    }
    return invalid;
  }
}
