import type { Entry } from '../cache/entry.ts';
import type { Miss, Observer } from '../cache/guard.ts';
import type { MissReasonName } from '../protocol/misses.ts';
import type { Activity } from '../protocol.ts';
import type { Asked } from './asked.ts';
import { FileChanges } from './files/file-changes.ts';
import { Labelled } from './latency/labelled.ts';
import { newHistogram } from './latency/latencies.ts';
import { producerOf } from './latency/producer.ts';
import { MissLog, type RecordedMiss } from './misses/miss-log.ts';

/** Computations whose time is kept. */
const MOST_TIMES = 1000;
const MOST_ACTIVITIES = 200;
/** A problem that goes on is told again this often, ms: a full disk fails a thousand writes. */
const REPEAT_MS = 60_000;
const MOST_PRODUCERS = 100;

/** Takes down what the cache tells about itself, bounded. Counts of hits are the namespaces' own. */
export class Recorder<S> implements Observer<S> {
  readonly #now: () => number;
  readonly #report: (where: string, error: Error) => void;
  readonly #times: number[] = [];
  #nextTime = 0;
  #activities: Activity[] = [];
  #nextActivity = 1;
  readonly missLog: MissLog;
  /** Which files changed, and what that made invalid. */
  readonly fileChanges = new FileChanges();
  /** Failures by where they happened, with the last one. */
  readonly problems = new Map<string, { count: number; last: string; at: number; toldAt: number }>();
  /** Misses by reason since the process started. */
  readonly missReasons: Partial<Record<MissReasonName, number>> = {};
  /** Values that the file level had no room for. */
  fileEvictions = 0;
  /** What computing took, by what was computed. */
  readonly producers = new Labelled(newHistogram, MOST_PRODUCERS);
  /** What the levels below memory took to answer. */
  readonly levelReads = new Labelled(newHistogram, 2);
  readonly #listeners = new Set<(asked: Asked) => void>();
  /** Raised by everything that a snapshot shows, but for hits. */
  revision = 0;

  constructor(report: (where: string, error: Error) => void, now: () => number = Date.now) {
    this.#report = report;
    this.#now = now;
    this.missLog = new MissLog(now);
  }

  entered(_entry: Entry<S>): void {
    this.revision++;
  }

  left({ key }: Entry<S>, miss: Miss): void {
    this.revision++;
    this.fileChanges.left(key, miss);
  }

  missed(key: string, miss: Miss): void {
    this.revision++;
    this.missReasons[miss.reason] = (this.missReasons[miss.reason] ?? 0) + 1;
    this.missLog.add(key, miss);
  }

  computed(key: string, ms: number): void {
    this.producers.of(producerOf(key)).add(ms);
    this.#times[this.#nextTime] = ms;
    this.#nextTime = (this.#nextTime + 1) % MOST_TIMES;
  }

  levelRead(level: 'file' | 'shared', ms: number): void {
    this.levelReads.of(level).add(ms);
  }

  /** Calls back for every question that somebody asked, once it is answered. */
  onAsked(listener: (asked: Asked) => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  /** A question was answered; what fails in a listener is its own affair. */
  asked(asked: Asked): void {
    for (const listener of this.#listeners) {
      try {
        listener(asked);
      } catch (error) {
        this.problem('insight', error as Error);
      }
    }
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
    return this.missLog.last(key);
  }

  /** Newest last. */
  get misses(): readonly RecordedMiss[] {
    return this.missLog.recent;
  }

  /** Milliseconds of computing: median and 99th percentile of the last 1,000; undefined before the first. */
  get computeMs(): { readonly p50: number; readonly p99: number } | undefined {
    if (this.#times.length === 0) return undefined;
    const sorted = [...this.#times].sort((a, b) => a - b);
    const rank = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
    return { p50: rank(0.5), p99: rank(0.99) };
  }
}
