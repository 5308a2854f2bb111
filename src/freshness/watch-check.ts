import { Slices } from '../cache/slices.ts';
import type { FileId } from './context.ts';
import type { Dependency } from './dependency.ts';
import type { Known } from './fingerprint-index/index-block.ts';
import type { Glanced } from './fingerprint-index/stat-rows.ts';
import { isRacy, isSame } from './racy.ts';

/** A change is given so long, ms, to arrive as a hint. */
const GRACE_MS = 2000;
/** Between two looks at the clock, ms. */
const TICK_MS = 5000;
/** The clock may be off by so much from the ticks, ms, before the machine is taken to have slept. */
const SLEPT_MS = 10_000;
/** Paths whose stats are taken at once. */
const BATCH = 8192;

/** A dependency on what is at a path. */
type OnPath = Extract<Dependency, { readonly path: FileId }>;

export interface WatchCheckParts {
  /** Everything that entries rest on, as it is when it comes to it. */
  readonly inputs: () => Iterable<Dependency>;
  readonly fingerprints: {
    stats(paths: readonly FileId[]): Promise<readonly Glanced[]>;
    known(path: FileId): Known | undefined;
  };
  /** Follows a hint. */
  readonly hint: (path: FileId) => void;
  /** Settles when all hints are followed. */
  readonly settled: () => Promise<void>;
  /** What gives the hints; absent when nothing does. */
  readonly watcher?: {
    /** Whether it is to tell of changes of this path. */
    watches(path: FileId): boolean;
    /** It did not tell of so many changes; `first` when it told of everything in the round before. */
    deaf(missed: number, first: boolean): void;
  };
  readonly problem: (error: Error) => void;
  /** Between two rounds, ms; 0 for none but those that are asked for. */
  readonly everyMs: () => number;
  readonly now?: () => number;
  readonly wait?: (ms: number) => Promise<void>;
}

export interface WatchState {
  /** When the last round ended; undefined before the first. */
  readonly at: number | undefined;
  /** Rounds so far. */
  readonly rounds: number;
  /** Paths that it looked at. */
  readonly paths: number;
  readonly ms: number;
  /** Paths that had changed without a hint, in all rounds. */
  readonly found: number;
  /** Of these, the watcher should have told of so many. */
  readonly missed: number;
  /** Whether the watcher told of everything in the last round. */
  readonly healthy: boolean;
}

type Verdict = 'holds' | 'doubt' | 'moved';

/**
 * Looks now and then whether the files are as the entries say: a watcher can overflow, die or fall
 * silent. What changed without a hint is hinted at, so that its dependents go. Reads do not need it.
 */
export class WatchCheck {
  readonly #parts: WatchCheckParts;
  readonly #now: () => number;
  #ticker: NodeJS.Timeout | undefined;
  #ticked = 0;
  /** Of the next round, ms from now by the ticks. */
  #due = 0;
  #running: Promise<void> | undefined;
  #again: Promise<void> | undefined;
  #closed = false;
  #wake: (() => void) | undefined;
  #state: WatchState = { at: undefined, rounds: 0, paths: 0, ms: 0, found: 0, missed: 0, healthy: true };

  constructor(parts: WatchCheckParts) {
    this.#parts = parts;
    this.#now = parts.now ?? Date.now;
  }

  get state(): WatchState {
    return this.#state;
  }

  /** Begins the rounds. */
  start(): void {
    this.#ticked = this.#now();
    this.#due = this.#parts.everyMs();
    this.#ticker = setInterval(() => this.tick(), TICK_MS).unref();
  }

  /** Called every five seconds: checks when it is time, or when the clock says that the machine slept. */
  tick(): void {
    const passed = this.#now() - this.#ticked;
    this.#ticked += passed;
    const everyMs = this.#parts.everyMs();
    if (everyMs === 0 || this.#running) return;
    this.#due -= TICK_MS;
    if (this.#due > 0 && Math.abs(passed - TICK_MS) < SLEPT_MS) return;
    this.#due = everyMs;
    void this.heal();
  }

  /** One round that begins after the call. Never rejects. */
  heal(): Promise<void> {
    if (!this.#running) {
      this.#running = this.#round().finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    this.#again ??= this.#running.then(() => {
      this.#again = undefined;
      return this.heal();
    });
    return this.#again;
  }

  /** Settles when no round runs. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Settles when nothing of it runs any more. */
  close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#ticker);
    this.#wake?.();
    return this.idle();
  }

  async #round(): Promise<void> {
    const began = performance.now();
    try {
      const first = await this.#look(() => true);
      if (this.#closed) return;
      for (const path of first.doubtful) this.#parts.hint(path);
      const missed = first.moved.size > 0 ? await this.#missed(first.moved) : [];
      if (this.#closed) return;
      const ms = performance.now() - began - (first.moved.size > 0 ? GRACE_MS : 0);
      this.#conclude(first.paths, Math.max(0, ms), missed);
    } catch (error) {
      this.#parts.problem(error as Error);
    }
  }

  /** Of paths that moved, those that still nobody has told of when there was time for it; they are hinted at. */
  async #missed(moved: ReadonlyMap<FileId, Glanced>): Promise<FileId[]> {
    await this.#pause(GRACE_MS);
    await this.#parts.settled();
    const second = await this.#look((path) => moved.has(path));
    if (this.#closed) return [];
    for (const path of second.moved.keys()) this.#parts.hint(path);
    await this.#parts.settled();
    // What moves all the time may be on its way.
    return [...second.moved].filter(([path, now]) => atRest(moved.get(path), now)).map(([path]) => path);
  }

  #conclude(paths: number, ms: number, missed: readonly FileId[]): void {
    const { watcher } = this.#parts;
    const was = this.#state;
    // What the first round finds may have changed before there was a watcher.
    const told = was.at === undefined ? [] : missed;
    const untold = watcher ? told.filter((path) => watcher.watches(path)).length : 0;
    this.#state = {
      at: this.#now(),
      rounds: was.rounds + 1,
      paths,
      ms,
      found: was.found + missed.length,
      missed: was.missed + untold,
      healthy: untold === 0,
    };
    if (untold > 0) watcher?.deaf(untold, was.healthy);
  }

  /** Looks at the paths that entries rest on. */
  async #look(wanted: (path: FileId) => boolean) {
    const found = { paths: 0, doubtful: new Set<FileId>(), moved: new Map<FileId, Glanced>() };
    const slices = new Slices();
    let batch = new Map<FileId, OnPath[]>();
    const judge = async () => {
      const paths = [...batch.keys()];
      found.paths += paths.length;
      const glances = await this.#parts.fingerprints.stats(paths);
      for (const [index, path] of paths.entries()) {
        if (slices.due) await slices.pause();
        const glanced = glances[index] ?? 'unreadable';
        for (const dependency of batch.get(path) ?? []) {
          const verdict = this.#verdict(dependency, glanced);
          if (verdict === 'moved') found.moved.set(path, glanced);
          else if (verdict === 'doubt') found.doubtful.add(path);
        }
      }
      batch = new Map();
    };
    for (const dependency of this.#parts.inputs()) {
      if (this.#closed) return found;
      if (slices.due) await slices.pause();
      if (!('path' in dependency) || !wanted(dependency.path)) continue;
      const same = batch.get(dependency.path);
      if (!same) batch.set(dependency.path, [dependency]);
      else if (!same.some((one) => said(one) === said(dependency))) same.push(dependency);
      if (batch.size === BATCH) await judge();
    }
    if (batch.size > 0) await judge();
    return found;
  }

  #verdict(dependency: OnPath, glanced: Glanced): Verdict {
    if (glanced === 'unreadable') return 'moved';
    const kind = glanced === 'absent' ? null : glanced.kind;
    if (dependency.on === 'kind') return kind === dependency.kind ? 'holds' : 'moved';
    if (dependency.on === 'over') {
      const over = typeof glanced !== 'string' && kind === 'file' && glanced.size > dependency.bytes;
      return over ? 'holds' : 'moved';
    }
    const right = kind === (dependency.on === 'content' ? 'file' : 'folder');
    if (dependency.digest === null) return right ? 'moved' : 'holds';
    if (!right) return 'moved';
    const known = this.#parts.fingerprints.known(dependency.path);
    if (!known) return 'doubt';
    if (known.digest !== dependency.digest || glanced === 'absent' || !isSame(known, glanced)) return 'moved';
    return isRacy(known, this.#now()) ? 'doubt' : 'holds';
  }

  #pause(ms: number): Promise<void> {
    const { wait } = this.#parts;
    if (wait) return wait(ms);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms).unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function atRest(before: Glanced | undefined, now: Glanced): boolean {
  if (before === undefined || typeof before === 'string' || typeof now === 'string') return before === now;
  return isSame(before, now);
}

/** What a dependency says of its path. */
function said(dependency: OnPath): string {
  const { on } = dependency;
  return `${on} ${on === 'kind' ? dependency.kind : on === 'over' ? dependency.bytes : dependency.digest}`;
}
