import type { Computing } from './computing.ts';
import { type Entry, FIXED, ON_FILE, ON_SHARED } from './entry.ts';
import type { Miss } from './guard.ts';
import { Kept, type KeptValue } from './kept.ts';
import type { Level } from './policy/policy.ts';
import { Slices } from './slices.ts';
import type { CacheState } from './state.ts';
import type { TrustedFile } from './trusted-file.ts';
import type { TrustedShared } from './trusted-shared.ts';
import type { Withdrawal } from './withdrawal.ts';
import type { WriteBack } from './write-back.ts';

/** Entries dropped between two looks at the clock. */
const AT_ONCE = 200;
/** Values handed to the shared level at once. */
const OFFERED_AT_ONCE = 50;

export interface RemovingParts<S> {
  readonly state: CacheState<S>;
  readonly computing: Computing<S>;
  readonly writeBack: WriteBack<S>;
  readonly file: TrustedFile<S> | undefined;
  readonly shared: TrustedShared<S> | undefined;
}

/**
 * Takes entries off the levels of this machine, as far as an undo may want them only aside, and
 * brings them back.
 */
export class Removing<S> {
  readonly kept = new Kept<S>();
  readonly #parts: RemovingParts<S>;
  /** Withdrawals under way, with what they are about to drop. */
  readonly #running = new Map<Withdrawal<S>, (entry: Entry<S>) => boolean>();
  /** What is being offered to the shared level. */
  #offering: Promise<unknown> = Promise.resolve();

  constructor(parts: RemovingParts<S>) {
    this.#parts = parts;
    parts.state.catalog.onInvalidated = (entry) => this.#found(entry);
  }

  /** From now on, until the release that is returned, what a read finds invalidated and drops is kept for `undo`. */
  expect(undo: Withdrawal<S>, covered: (entry: Entry<S>) => boolean): () => void {
    this.#running.set(undo, covered);
    return () => void this.#running.delete(undo);
  }

  /**
   * Drops entries, and whatever there is of keys without one, from the levels of this machine; settles
   * when none of them can be served from here any more. With `undo`, {@link bringBack} can take it back.
   * The shared level is invalidated by name, not by entry.
   */
  async invalidate(
    entries: readonly Entry<S>[],
    miss: Miss,
    undo?: Withdrawal<S>,
    unlisted: readonly string[] = [],
  ): Promise<void> {
    const supersede = (key: string) => {
      this.supersede(key);
      if (undo?.deep !== false) this.kept.mark(key, undo);
    };
    for (const { key } of entries) supersede(key);
    for (const key of unlisted) supersede(key);
    // What began meanwhile may have found an entry before it was dropped.
    const dropped = (key: string) => this.supersede(key);
    await Promise.all([this.#fromFile(unlisted, undo), this.forget(entries, miss, undo, dropped)]);
  }

  /**
   * Takes entries out that do not hold any more, in slices: their stamps tell already, so that none is
   * served. Settles when they are gone from the levels of this machine.
   */
  async forget(
    entries: readonly Entry<S>[],
    miss: Miss,
    undo?: Withdrawal<S>,
    dropped?: (key: string) => void,
  ): Promise<void> {
    const { catalog } = this.#parts.state;
    const slices = new Slices();
    if (entries.length > AT_ONCE) await slices.pause();
    for (let from = 0; from < entries.length; from += AT_ONCE) {
      const some = entries.slice(from, from + AT_ONCE).filter((entry) => catalog.holds(entry));
      for (const entry of some) {
        this.#dropOne(entry, miss, undo);
        dropped?.(entry.key);
      }
      const keys = some.map(({ key }) => key);
      // One after the other: side by side, what each does between two pauses would add up.
      if (this.#parts.file && keys.length > 0) await this.#fromFile(keys, undo);
      if (slices.due) await slices.pause();
    }
  }

  /** The same as {@link invalidate} for all there is, and for all that the file level keeps for inputs as they were. */
  async clear(miss: Miss, undo?: Withdrawal<S>): Promise<void> {
    const { state, computing } = this.#parts;
    state.fences.breakAll();
    computing.leaveAll();
    state.catalog.forgetOlderMatching(() => true);
    if (!undo) this.kept.markMatching(() => true, undefined);
    await Promise.all([this.#fileEmptied(undo), this.#drop([...state.catalog.values()], miss, undo)]);
  }

  /**
   * The same for matching keys without an entry: what is under way for them, and what the file level
   * keeps for inputs as they were or from before this process; of that only what was created before
   * the moment given, ms since the epoch.
   */
  async invalidateUnlisted(
    matches: (key: string) => boolean,
    undo?: Withdrawal<S>,
    createdBefore = Number.POSITIVE_INFINITY,
  ): Promise<void> {
    const { state, file } = this.#parts;
    for (const key of state.fences.keys()) if (matches(key)) this.supersede(key);
    const covered = ({ key, createdAt }: Entry<S>) => createdAt < createdBefore && matches(key);
    this.kept.markMatching(covered, undo);
    state.catalog.forgetOlderMatching(covered);
    if (!undo) {
      const dormant = [...state.catalog.dormant].filter(matches);
      await Promise.all([file?.remove(dormant), file?.removeMatching(matches)]);
      return;
    }
    if (file) undo.add(await file.setAsideMatching({ matches, createdBefore }, undo));
  }

  /** Values leave this level; what another level holds is still served. */
  async clearLevel(level: 'memory' | 'file', miss: Miss, undo?: Withdrawal<S>): Promise<void> {
    const { state, writeBack } = this.#parts;
    const entries = [...state.catalog.values()]; // what is stored from now on stays
    if (level === 'memory') await writeBack.flush(); // it would be lost
    const clearing = level === 'file' ? this.#fileEmptied(undo) : undefined;
    if (level === 'memory') state.catalog.forgetOlderMatching(() => true);
    if (undo && level === 'memory') {
      const slices = new Slices();
      for (const entry of entries) {
        if (state.catalog.holds(entry)) this.#keep(entry, undo);
        if (slices.due) await slices.pause();
      }
    }
    await Promise.all([clearing, state.catalog.leaveLevel(level, entries, miss)]);
  }

  /**
   * Takes back what an undoable invalidation did, to these keys or to all: what nothing else keeps out
   * of reach, has not expired, and was not stored anew. `shared` are keys that the shared level had,
   * which it is offered again. Resolves to the entries that are listed again. Rejects when the file
   * level fails; it can be asked again then.
   */
  async bringBack(
    id: string,
    keys: readonly string[] | undefined,
    shared: ReadonlySet<string>,
  ): Promise<readonly Entry<S>[]> {
    const listed = (await this.#parts.file?.bringBack(id, keys)) ?? [];
    const entries = new Set(listed);
    for (const kept of await this.kept.release(id)) {
      if (await this.#restore(kept)) entries.add(kept.entry);
    }
    if (shared.size > 0) {
      this.#offering = this.#offering.then(() => this.#offer(shared));
    }
    return [...entries];
  }

  /** Settles when the shared level has been offered what came back. */
  async settled(): Promise<void> {
    await this.#offering;
  }

  /** Whatever is under way for the key is not stored, and nobody joins it. */
  supersede(key: string): void {
    this.#parts.state.fences.break(key);
    this.#parts.state.catalog.forgetOlder(key);
    this.#parts.computing.leave(key);
  }

  async #drop(entries: readonly Entry<S>[], miss: Miss, undo: Withdrawal<S> | undefined): Promise<void> {
    const slices = new Slices();
    if (entries.length > AT_ONCE) await slices.pause();
    for (const entry of entries) {
      if (this.#parts.state.catalog.holds(entry)) this.#dropOne(entry, miss, undo);
      if (slices.due) await slices.pause();
    }
  }

  #dropOne(entry: Entry<S>, miss: Miss, undo: Withdrawal<S> | undefined): void {
    if (undo) this.#keep(entry, undo);
    this.#parts.state.catalog.drop(entry, miss);
  }

  /** Keeps the value if nobody but memory has it. */
  #keep(entry: Entry<S>, undo: Withdrawal<S>): void {
    if (!undo.takes(entry.key)) return;
    undo.hit(entry);
    const waiting = this.#parts.writeBack.held(entry);
    if (!waiting && (entry.inFile || !entry.inMemory)) return;
    const { value } = waiting ?? entry;
    this.kept.add({ entry, value, waiting, taker: undo.id, aside: new Set([undo.id]) });
  }

  /** A read came upon an entry that is about to be dropped, and drops it. */
  #found(entry: Entry<S>): void {
    for (const [undo, covered] of this.#running) if (covered(entry)) this.#keep(entry, undo);
  }

  async #fromFile(keys: readonly string[], undo: Withdrawal<S> | undefined): Promise<void> {
    const { file } = this.#parts;
    if (!undo) await file?.remove(keys);
    else if (file) undo.add(await file.setAside(keys, undo, undo.deep));
  }

  async #fileEmptied(undo: Withdrawal<S> | undefined): Promise<void> {
    const { file } = this.#parts;
    if (!undo) await file?.clear();
    else if (file) undo.add(await file.setAsideAll(undo, !undo.deep));
  }

  /** Nothing that was stored since is overwritten. */
  async #restore(kept: KeptValue<S>): Promise<boolean> {
    const { state, writeBack } = this.#parts;
    const { entry, value, waiting, aside } = kept;
    const miss = state.expired(entry) ?? (await state.judge(entry.key, entry.stamp));
    if (!this.kept.holds(kept) || aside.size > 0) return false; // stored, deleted or invalidated meanwhile
    if (miss?.reason === 'invalidated') return false; // by name: until that one is undone
    this.kept.forget(entry.key);
    if (miss || state.catalog.get(entry.key)) return false;
    const { inShared } = entry;
    entry.value = value;
    if (!waiting) entry.on &= FIXED;
    if (!waiting && inShared) this.#writeLater(entry, value, ['shared']);
    if (waiting && !writeBack.held(entry)) this.#writeLater(entry, value, waiting.levels);
    state.catalog.admit(entry);
    return state.catalog.holds(entry);
  }

  #writeLater(entry: Entry<S>, value: unknown, levels: readonly Level[]): void {
    const { state, writeBack } = this.#parts;
    const { sensitivity } = entry.namespace.policy;
    if (levels.includes('file')) entry.on |= ON_FILE;
    if (levels.includes('shared')) entry.on |= ON_SHARED;
    const since = state.now();
    const fresh = { sharedAt: undefined, outside: false, replaces: false };
    writeBack.add({ entry, value, levels, sensitivity, since, ...fresh });
  }

  /** Hands over what the file level has again; others have been told that it is out of date. */
  async #offer(keys: ReadonlySet<string>): Promise<void> {
    const { state, file, shared } = this.#parts;
    if (!file || !shared) return;
    const all = [...keys];
    for (let from = 0; from < all.length; from += OFFERED_AT_ONCE) {
      const asks = all.slice(from, from + OFFERED_AT_ONCE).flatMap((key) => {
        const listed = state.catalog.get(key);
        if (listed?.inFile) return [{ key, listed, miss: OFFERED }];
        if (listed?.inMemory) this.#writeLater(listed, listed.value, ['shared']);
        return [];
      });
      const found = await file.find(asks);
      const puts = found.flatMap((answer, i) => {
        const listed = asks[i]?.listed;
        if ('miss' in answer || !answer.encoded || !listed || !state.catalog.holds(listed)) return [];
        if (listed.createdAt !== answer.entry.createdAt) return [];
        listed.on |= ON_SHARED;
        const { encoded } = answer;
        return [
          {
            entry: listed,
            id: state.guard.variant(listed.stamp),
            encoded,
            sharedAt: undefined,
            outside: false,
          },
        ];
      });
      if (puts.length > 0) await shared.write(puts);
    }
  }
}

const OFFERED: Miss = { reason: 'invalidated', detail: 'undone' };
