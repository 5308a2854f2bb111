import type { Entry } from '../cache/entry.ts';
import type { Miss, Observer } from '../cache/guard.ts';
import type { Activity } from '../protocol.ts';

/** Computations whose time is kept. */
const MOST_TIMES = 1000;
const MOST_ACTIVITIES = 200;
/** A problem that goes on is told again this often, ms: a full disk fails a thousand writes. */
const REPEAT_MS = 60_000;
/** Misses kept with their reason. */
const MOST_MISSES = 500;

export interface RecordedMiss extends Miss {
  readonly key: string;
  readonly at: number;
}

/** Takes down what the cache tells about itself, bounded. Counts of hits are the namespaces' own. */
export class Recorder<S> implements Observer<S> {
  readonly #now: () => number;
  readonly #report: (where: string, error: Error) => void;
  readonly #times: number[] = [];
  #nextTime = 0;
  #activities: Activity[] = [];
  #nextActivity = 1;
  readonly #misses: RecordedMiss[] = [];
  /** Failures by where they happened, with the last one. */
  readonly problems = new Map<string, { count: number; last: string; at: number; toldAt: number }>();
  /** Raised by everything that a snapshot shows, but for hits. */
  revision = 0;

  constructor(report: (where: string, error: Error) => void, now: () => number = Date.now) {
    this.#report = report;
    this.#now = now;
  }

  entered(_entry: Entry<S>): void {
    this.revision++;
  }

  left(_entry: Entry<S>, _miss: Miss): void {
    this.revision++;
  }

  missed(key: string, miss: Miss): void {
    this.revision++;
    this.#misses.push({ key, at: this.#now(), ...miss });
    if (this.#misses.length > MOST_MISSES * 2) this.#misses.splice(0, MOST_MISSES);
  }

  computed(_key: string, ms: number): void {
    this.#times[this.#nextTime] = ms;
    this.#nextTime = (this.#nextTime + 1) % MOST_TIMES;
  }

  problem(where: string, error: Error): void {
    this.revision++;
    const known = this.problems.get(where);
    const at = this.#now();
    const { message } = error;
    const tell = !known || known.last !== message || at - known.toldAt >= REPEAT_MS;
    this.problems.set(where, {
      count: (known?.count ?? 0) + 1,
      last: message,
      at,
      toldAt: tell ? at : known.toldAt,
    });
    if (tell) this.#report(where, error);
    if (!known) this.note('problem', `${where}: ${error.message}`, 0);
  }

  /** Adds a line to what happened lately. `undo` names the invalidation that can be taken back. */
  note(kind: Activity['kind'], text: string, entries: number, undo?: string): void {
    this.revision++;
    const id = this.#nextActivity++;
    const activity = { id, at: this.#now(), kind, text, entries, ...(undo !== undefined && { undo }) };
    this.#activities = [activity, ...this.#activities.slice(0, MOST_ACTIVITIES - 1)];
  }

  get activities(): readonly Activity[] {
    return this.#activities;
  }

  lastMiss(key: string): RecordedMiss | undefined {
    return this.#misses.findLast((miss) => miss.key === key);
  }

  /** Newest last. */
  get misses(): readonly RecordedMiss[] {
    return this.#misses.slice(-MOST_MISSES);
  }

  /** Milliseconds of computing: median and 99th percentile of the last 1,000; undefined before the first. */
  get computeMs(): { readonly p50: number; readonly p99: number } | undefined {
    if (this.#times.length === 0) return undefined;
    const sorted = [...this.#times].sort((a, b) => a - b);
    const rank = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
    return { p50: rank(0.5), p99: rank(0.99) };
  }
}
