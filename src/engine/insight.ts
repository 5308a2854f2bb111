import { join } from 'node:path';
import type { Answered } from '../analysis/runner.ts';
import type { Outcome, Read } from '../cache/asking.ts';
import { namespaceOf } from '../cache/key.ts';
import { heapPercent } from '../cache/pressure.ts';
import { Slices } from '../cache/slices.ts';
import type { ComputeContext } from '../freshness/context.ts';
import type { Stamp } from '../freshness/stamp.ts';
import type { WatchState } from '../freshness/watch-check.ts';
import type { WorkspaceCache } from '../freshness/workspace-cache.ts';
import type { GetOptions } from '../freshness/workspace-options.ts';
import type { Asked } from '../insight/asked.ts';
import { entriesText } from '../insight/export/entries.ts';
import type { Format, What } from '../insight/export/format.ts';
import { seriesText } from '../insight/export/series.ts';
import { statisticsText } from '../insight/export/statistics.ts';
import { type Health, healthOf } from '../insight/health.ts';
import { KeptFiles } from '../insight/keeping/kept-files.ts';
import { Saver } from '../insight/keeping/saver.ts';
import { Latencies } from '../insight/latency/latencies.ts';
import type { Ahead } from '../insight/prometheus/ahead.ts';
import { families } from '../insight/prometheus/families.ts';
import { textOf } from '../insight/prometheus/text-format.ts';
import { RecentHits } from '../insight/recent-hits.ts';
import type { Recorder } from '../insight/recorder.ts';
import { ModelTotals } from '../insight/savings/model-totals.ts';
import { type KeptSeries, keptSeriesSchema } from '../insight/series/kept-series.ts';
import { TimeSeries } from '../insight/series/time-series.ts';
import { type LevelStates, overview, totals } from '../insight/snapshot.ts';
import { type Counted, namespaceRows, type Statistics, statistics } from '../insight/statistics.ts';
import type { HotSpan, Level } from '../protocol.ts';
import type { EngineLimits } from './options.ts';

const FOLDER = 'insight';
/** What an extension has computed has no name but that of its namespace. */
const EXTENSION = 'extension';
/** Of the series of one process, bytes: several times what it can have. */
const MOST_KEPT = 4 * 1024 * 1024;

interface Parts {
  readonly workspace: WorkspaceCache;
  readonly recorder: Recorder<Stamp>;
  /** The folder of the workspace's storage; absent, nothing is kept for the next session. */
  readonly storage?: string | undefined;
  readonly states: () => LevelStates;
  readonly limits: () => EngineLimits;
  /** Makes the texts of errors fit to leave this machine. */
  readonly plain: (text: string) => string;
  /** What warming has done, and what alerts have found. */
  readonly ahead: () => Ahead;
  /** What was found out about the watcher; undefined without one, and before the first check. */
  readonly watch: () => WatchState | undefined;
}

/** What the engine tells about itself: who asked and how it was answered, counters, series, health. */
export class Insight implements Counted {
  readonly workspace: WorkspaceCache;
  readonly recorder: Recorder<Stamp>;
  readonly latencies = new Latencies();
  readonly models = new ModelTotals();
  readonly series = new TimeSeries();
  readonly #recent: RecentHits;
  readonly #parts: Parts;
  readonly #startedAt = Date.now();
  readonly #files: KeptFiles<KeptSeries> | undefined;
  readonly #saver: Saver<KeptSeries> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.workspace = parts.workspace;
    this.recorder = parts.recorder;
    this.#recent = new RecentHits(() => parts.workspace.cache.entries(), this.#startedAt);
    this.recorder.onAsked((asked) => {
      this.latencies.add(asked);
      this.models.add(asked);
    });
    if (parts.storage === undefined) return;
    const problem = (error: Error) => this.recorder.problem('insight', error);
    this.#files = new KeptFiles({
      folder: join(parts.storage, FOLDER),
      name: 'series',
      schema: keptSeriesSchema,
      mostBytes: MOST_KEPT,
      problem,
    });
    this.#saver = new Saver({
      keeping: this.#files,
      value: () => this.series.keep(),
      revision: () => this.series.revision,
      take: (kept) => this.series.take(kept, Date.now()),
      problem,
    });
  }

  /** Calls back for every question that somebody asked, once it is answered. */
  onAsked(listener: (asked: Asked) => void): { dispose(): void } {
    return this.recorder.onAsked(listener);
  }

  /** An analysis was answered. */
  answered({ key, name, agent, level, ms }: Answered): void {
    this.#asked(key, agent, name, level, ms);
  }

  /** A value for somebody who asks for it by its key, see {@link WorkspaceCache.read}. */
  async read<T>(key: string, agent?: string): Promise<Read<T>> {
    const began = performance.now();
    const read = await this.workspace.read<T>(key);
    this.#asked(key, agent, undefined, 'from' in read ? read.from : undefined, performance.now() - began);
    return read;
  }

  /** The same for a value that is computed unless it is there, see {@link WorkspaceCache.getOrCompute}. */
  async getOrCompute<T>(
    key: string,
    compute: (context: ComputeContext) => Promise<T>,
    options: GetOptions,
  ): Promise<Outcome<T>> {
    const began = performance.now();
    const outcome = await this.workspace.getOrCompute<T>(key, compute, options);
    const { from } = outcome;
    const level = from === 'computed' || from === 'running' ? undefined : from;
    this.#asked(key, options.agent, EXTENSION, level, performance.now() - began);
    return outcome;
  }

  #asked(
    key: string,
    agent: string | undefined,
    tool: string | undefined,
    level: Level | undefined,
    ms: number,
  ): void {
    const hit = level !== undefined;
    const costMs = hit ? (this.workspace.cache.entry(key)?.costMs ?? 0) : 0;
    const saved = costMs > 0 ? { ms: costMs } : undefined;
    this.recorder.asked({ key, namespace: namespaceOf(key), agent, tool, hit, level, ms, saved });
  }

  /** Called about once a second. */
  beat(): void {
    const now = Date.now();
    this.#sample(now);
    this.#saver?.beat(now);
    this.#recent.beat(now).catch((error: Error) => this.recorder.problem('insight', error));
  }

  /** Hits by key in the last stretch of time; undefined for all since a key was stored. */
  recentHits(span: HotSpan = 'stored'): ReadonlyMap<string, number> | undefined {
    return span === 'stored' ? undefined : this.#recent.within(span, Date.now());
  }

  #sample(now: number): void {
    const { evictions, ...counts } = totals(this.workspace);
    const { fileEvictions, missReasons: reasons } = this.recorder;
    this.series.sample(now, { ...counts, evictions: evictions + fileEvictions, reasons });
  }

  statistics(): Statistics {
    return statistics(this, this.#parts.states());
  }

  health(): Health {
    const { limits, watch, states } = this.#parts;
    const { pressure, file } = limits();
    const state = watch();
    return healthOf({
      now: Date.now(),
      levels: overview(this.workspace, this.recorder, states()).levels,
      namespaces: namespaceRows(this.workspace),
      unwritten: this.workspace.cache.unwritten,
      writeBackMs: file.writeBackMs,
      heap: pressure.watch ? { percent: heapPercent(), bound: pressure.percent } : undefined,
      watcherHealthy: state && state.rounds > 0 ? state.healthy : undefined,
    });
  }

  /** In the text format of Prometheus. */
  async metrics(version: string): Promise<string> {
    const scraped = families({
      ...{
        workspace: this.workspace,
        recorder: this.recorder,
        latencies: this.latencies,
        models: this.models,
      },
      version,
      startedAt: this.#startedAt,
      overview: overview(this.workspace, this.recorder, this.#parts.states()),
      heapPercent: heapPercent(),
      ahead: this.#parts.ahead(),
    });
    let text = '';
    for await (const piece of inSlices(textOf(scraped))) text += piece;
    return text;
  }

  /** What is counted or listed, in pieces that hold nobody up. */
  export(what: What, format: Format): AsyncGenerator<string> {
    const now = Date.now();
    if (what === 'entries') return inSlices(entriesText(this.workspace, format));
    if (what === 'series') return inSlices(seriesText(this.series, now, format));
    const { levels, ...counts } = this.statistics();
    const told = levels.map(({ problem, ...level }) => {
      return { ...level, ...(problem !== undefined && { problem: this.#parts.plain(problem) }) };
    });
    return inSlices(statisticsText({ ...counts, levels: told }, now, format));
  }

  /** Saves what the next session is to know. */
  async close(): Promise<void> {
    if (!this.#saver) return;
    this.#sample(Date.now());
    await this.#saver.close();
    this.#files?.close();
  }
}

/** Characters that are handed over at once. */
const PIECE = 16_384;

async function* inSlices(texts: Iterable<string>): AsyncGenerator<string> {
  const slices = new Slices();
  let piece = '';
  for (const text of texts) {
    piece += text;
    if (slices.due) await slices.pause();
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
