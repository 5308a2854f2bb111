import type { Cache } from '../cache/cache.ts';
import type { Entry } from '../cache/entry.ts';
import { UNSURE } from '../cache/guard.ts';
import { Slices } from '../cache/slices.ts';
import type { FileId } from './context.ts';
import type { Dependents } from './dependents.ts';
import type { Fingerprint, Fingerprints } from './fingerprints.ts';
import type { Stamp } from './stamp.ts';
import type { StampGuard } from './stamp-guard.ts';

/** Entries checked, and paths looked at, in one go. */
const AT_ONCE = 256;

type States = ReadonlyMap<FileId, Fingerprint>;

/** What a burst of changes made invalid. */
export interface ChangeReport {
  /** Paths that had dependents, in the order of their events. */
  readonly paths: readonly FileId[];
  readonly invalid: readonly Entry<Stamp>[];
}

/**
 * Follows hints that inputs may have changed: retires the entries that no longer hold, and only
 * those; then what rests on them, as far as their values are others now. Reads verify by
 * themselves; this only does it ahead of them.
 */
export class Invalidator {
  readonly #cache: Cache<Stamp>;
  readonly #guard: StampGuard;
  readonly #dependents: Dependents;
  readonly #fingerprints: Fingerprints;
  readonly #changed: (report: ChangeReport) => void;
  #paths = new Set<FileId>();
  #entries = new Set<Entry<Stamp>>();
  #running: Promise<void> | undefined;

  constructor(
    cache: Cache<Stamp>,
    guard: StampGuard,
    dependents: Dependents,
    fingerprints: Fingerprints,
    changed: (report: ChangeReport) => void,
  ) {
    this.#cache = cache;
    this.#guard = guard;
    this.#dependents = dependents;
    this.#fingerprints = fingerprints;
    this.#changed = changed;
  }

  /** Cheap; duplicates and paths that nothing rests on cost next to nothing. */
  hint(path: FileId): void {
    this.#paths.add(path);
    this.#start();
  }

  /** The same for entries that may not hold any more. */
  hintEntries(entries: Iterable<Entry<Stamp>>): void {
    for (const entry of entries) this.#entries.add(entry);
    this.#start();
  }

  /** Whether every hint given so far has been followed. */
  get idle(): boolean {
    return this.#running === undefined;
  }

  /** Settles when every hint given so far has been followed. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running;
  }

  #start(): void {
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined;
    });
  }

  async #work(): Promise<void> {
    await new Promise(setImmediate); // what belongs to one save arrives together
    while (this.#paths.size > 0 || this.#entries.size > 0) {
      const { paths, states } = await this.#affected();
      const invalid: Entry<Stamp>[] = [];
      // Those that leave hint what rests on them.
      while (this.#entries.size > 0) {
        const entries = this.#entries;
        this.#entries = new Set();
        await this.#retire([...entries], states, invalid);
      }
      if (invalid.length > 0) this.#changed({ paths, invalid });
    }
  }

  /** Collects the entries that the paths may have changed, with the paths that have any and their states now. */
  async #affected(): Promise<{ paths: FileId[]; states: States }> {
    const paths: FileId[] = [];
    const states = new Map<FileId, Fingerprint>();
    const slices = new Slices();
    const pending = this.#paths;
    this.#paths = new Set();
    for (const path of pending) {
      let found = false;
      for (const entry of this.#dependents.affectedBy(path)) {
        found = true;
        this.#entries.add(entry);
        if (slices.due) await slices.pause();
      }
      if (slices.due) await slices.pause();
      if (found) paths.push(path);
    }
    for (let from = 0; from < paths.length; from += AT_ONCE) {
      const some = paths.slice(from, from + AT_ONCE);
      const found = await Promise.all(some.map((path) => this.#fingerprints.settle(path)));
      for (const [i, path] of some.entries()) {
        const state = found[i];
        if (state) states.set(path, state);
      }
    }
    return { paths, states };
  }

  async #retire(affected: readonly Entry<Stamp>[], states: States, invalid: Entry<Stamp>[]): Promise<void> {
    const slices = new Slices();
    for (let from = 0; from < affected.length; from += AT_ONCE) {
      const some = affected.slice(from, from + AT_ONCE).filter((entry) => this.#holds(entry));
      // In this moment each path is looked at once, however many entries rest on it.
      const glances = this.#fingerprints.atOnce(states, () =>
        some.map(({ stamp }) => this.#guard.check(stamp)),
      );
      // Those in doubt are verified together: they share what has to be read.
      const misses = await Promise.all(
        some.map(({ stamp, key }, i) => {
          const glance = glances[i];
          return glance === UNSURE ? this.#guard.verify(stamp, key) : glance;
        }),
      );
      for (const [i, entry] of some.entries()) {
        const miss = misses[i];
        if (miss === undefined || !this.#holds(entry)) continue;
        this.#cache.retire(entry, miss);
        invalid.push(entry);
      }
      if (slices.due) await slices.pause();
    }
  }

  #holds(entry: Entry<Stamp>): boolean {
    return this.#cache.entry(entry.key) === entry;
  }
}
