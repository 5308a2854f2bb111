import type { Cache } from '../../cache/cache.ts';
import type { Entry } from '../../cache/entry.ts';
import { Withdrawal } from '../../cache/withdrawal.ts';
import { type Bump, fileName } from '../generations.ts';
import type { Report, Selector } from '../selector.ts';
import type { Stamp } from '../stamp.ts';
import { choose } from './choice.ts';
import type { UndoLog } from './undo-log.ts';
import { MOST_NAMED, type StoredUndo, shortened } from './undo-record.ts';

/** Generations of one record: those before the last 64 of a name are not told apart any more. */
const MOST_JOINED = 64;
/** Entries whose names are looked at. */
const MOST_LOOKED_AT = 5000;
/** Names in a record. */
const MOST_NAMES = 500;

/** What can be taken back of an invalidation. */
export interface Undoable {
  /** Names it to undo it; absent when nothing can come back. */
  readonly undo?: string;
  /** Keys of which something can come back. */
  readonly undoable: number;
}

export interface DraftOptions {
  readonly cache: Cache<Stamp>;
  readonly log: UndoLog;
  readonly selector: Selector;
  readonly cause: string;
  readonly bumps: readonly Bump[];
  readonly at: number;
}

/**
 * An invalidation on its way to be one that can be undone. Every draft ends with {@link end}: until
 * then the file level waits for what it is about to set aside.
 */
export class Draft {
  readonly withdrawal: Withdrawal<Stamp>;
  readonly #options: DraftOptions;
  #tell: (recorded: boolean | Promise<boolean>) => void = () => {};
  #record: StoredUndo | undefined;
  #names: readonly string[] | undefined;
  #ended = false;

  constructor(options: DraftOptions) {
    this.#options = options;
    const recorded = new Promise<boolean>((resolve) => {
      this.#tell = resolve;
    });
    const deep = options.bumps.length === 0;
    this.withdrawal = new Withdrawal({ id: options.log.begin(), recorded, deep });
  }

  /** What it hits is known: it is written down, and then set aside as far as there is room. */
  begin(entries: readonly Entry<Stamp>[], report: Report): void {
    const { log, selector, cause, bumps, at } = this.#options;
    const { withdrawal } = this;
    const nothing = entries.length === 0 && bumps.length > 0 && !('all' in selector);
    if (nothing && log.under(bumps.map(({ name }) => name)).length === 0) {
      this.#tell(false);
      return;
    }
    this.#record = {
      id: withdrawal.id,
      at,
      selector: shortened(selector),
      cause,
      report,
      undoable: report.entries,
      bytes: report.bytes,
      bumps: bumps.map(({ name, at: place }) => ({ name, at: place })),
    };
    this.#tell(this.#write(this.#record, entries));
  }

  /** In slices; until it is done nothing is set aside on the file level. */
  async #write(record: StoredUndo, entries: readonly Entry<Stamp>[]): Promise<boolean> {
    const { log } = this.#options;
    const only = await choose(entries, record.bytes, log.limits, (entry) => !entry.inFile);
    this.withdrawal.only = only;
    if (entries.length <= MOST_LOOKED_AT) this.#names = namesOf(entries);
    return log.record({ ...record, undoable: only?.size ?? record.undoable });
  }

  /**
   * It is made. `returning` is what comes back beside what was set aside. One that hit nothing in
   * reach can be undone all the same when it covers what an earlier one has set aside: undoing that
   * one alone does not bring it back.
   */
  finish(returning = 0): Undoable {
    const { cache, log } = this.#options;
    const { id, keys, bytes, again } = this.withdrawal;
    const all = new Set(keys);
    const kept = cache.removing.kept.of(id, all);
    const record = this.#record;
    const undoable = all.size + returning;
    const under = log.under(record?.bumps.map(({ name }) => name) ?? []);
    const covering = undoable > 0 || again > 0 || under.length > 0;
    if (!record || !covering) return { undoable: 0 };
    this.#ended = true;
    // What was not listed has names that are not known; what it covers beside its own, has its names.
    const known = again === 0 && undoable <= record.report.entries;
    const named = known ? joined([this.#names, ...under.map((one) => one.names)]) : undefined;
    const joins = undoable + again === 0 ? this.#last(record) : undefined;
    log.add({
      ...record,
      undoable,
      bytes: bytes + kept,
      bumps: [...(joins?.bumps ?? []), ...record.bumps].slice(-MOST_JOINED),
      ...(again === 0 && keys.size <= MOST_NAMED && { keys: [...keys] }),
      ...(named && { names: named }),
    });
    if (joins) log.forget(joins.id); // after the other is written down
    return { undo: id, undoable };
  }

  /** The one before, for which this one can stand too: both hit nothing, by the same selector. */
  #last({ bumps, selector }: StoredUndo): StoredUndo | undefined {
    const last = this.#options.log.lastEmpty;
    if (!last || last.bumps.length === 0 || bumps.length === 0) return undefined;
    return JSON.stringify(last.selector) === JSON.stringify(selector) ? last : undefined;
  }

  /** Whatever became of it, nobody waits for it any more. */
  end(): void {
    this.#tell(false);
    if (!this.#ended) this.#options.log.forget(this.withdrawal.id);
  }
}

/** Undefined when they are too many. */
function namesOf(entries: readonly Entry<Stamp>[]): string[] | undefined {
  const names = new Set<string>();
  const seen = new Set<unknown>();
  for (const { stamp } of entries) {
    if (!seen.has(stamp.marks)) for (const name of stamp.marks.names) names.add(name);
    seen.add(stamp.marks);
    for (const one of stamp.dependencies) if ('path' in one) names.add(fileName(one.path));
    if (names.size > MOST_NAMES) return undefined;
  }
  return [...names];
}

/** Undefined when some are not known, or they are too many. */
function joined(parts: readonly (readonly string[] | undefined)[]): string[] | undefined {
  const names = new Set<string>();
  for (const part of parts) {
    if (!part) return undefined;
    for (const name of part) names.add(name);
  }
  return names.size > MOST_NAMES ? undefined : [...names];
}
