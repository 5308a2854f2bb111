import { AnalysisError } from '../analysis/analysis.ts';
import type { AnalysisRunner, ReadyOptions } from '../analysis/runner.ts';
import type { Asked } from '../insight/asked.ts';
import type { Keeping } from '../insight/keeping/keeping.ts';
import type { RunCause } from '../protocol/outlook.ts';
import type { Lifetime } from './expiring.ts';
import type { WarmJob, WarmReport } from './job.ts';
import { filesJob, type KeyLoader, keysJob, ofAnalyses } from './jobs.ts';
import { Pace } from './pace.ts';
import { plan } from './plan.ts';
import { RefreshCounts } from './refresh-counts.ts';
import { Refresher } from './refresher.ts';
import { Renewer } from './renewer.ts';
import { WarmRuns } from './runs.ts';
import type { Strategy, WarmSettings } from './settings.ts';
import { Timetable } from './timetable.ts';
import type { KeptUsage, Usage } from './usage.ts';
import { UsageLog } from './usage-log.ts';
import { Warmer } from './warmer.ts';
import { type FileFilter, workspaceFiles } from './workspace-files.ts';

/** Why something is warmed that nobody waits for. */
export type Cause = Exclude<RunCause, 'asked'>;

export interface WarmingOptions {
  readonly runner: AnalysisRunner;
  /** Absolute path of the workspace folder. */
  readonly root: string;
  /** The analyses of single files that everything rests on. */
  readonly analyses: readonly string[];
  readonly filter: () => FileFilter;
  readonly settings: () => WarmSettings;
  readonly keeping?: Keeping<KeptUsage>;
  /** Whether anything is kept at all. */
  readonly enabled: () => boolean;
  /** Whether the use of a namespace's keys may be remembered, and written down. */
  readonly remembered: (namespace: string) => boolean;
  /** Whether anything of a key would be kept. */
  readonly kept: (key: string) => boolean;
  /** What ends by itself, and how it is made again as it was. */
  readonly entries: {
    /** Undefined for a key without an entry, or whose entry does not end while it is asked for. */
    lifetime(key: string): Lifetime | undefined;
    computing(key: string): boolean;
    asItIs(key: string): Omit<ReadyOptions, 'signal'>;
  };
  /** Beats come at this interval, ms. */
  readonly beatMs: number;
  readonly now?: () => number;
  readonly progress: () => void;
  readonly warmed: (report: WarmReport, cause: Cause) => void;
  readonly problem: (error: Error) => void;
}

/** What the person or the agent wants warmed of what has been asked before. */
export interface Choice {
  readonly strategy: Exclude<Strategy, 'everything'>;
  readonly count?: number;
  readonly agent?: string;
}

/** Everything about computing ahead of who asks: what, when, and at which pace. */
export class Warming {
  readonly warmer: Warmer;
  readonly #options: WarmingOptions;
  readonly #log: UsageLog;
  readonly #refresher: Refresher;
  readonly #renewer: Renewer;
  /** What became of what was refreshed ahead of the next ask. */
  readonly refreshed = new RefreshCounts();
  readonly #timetable: Timetable;
  readonly #now: () => number;
  #jobs = 0;
  /** What became of the runs. */
  readonly runs = new WarmRuns();
  #closed = false;

  constructor(options: WarmingOptions) {
    const { runner, settings, remembered, kept, problem, now = Date.now } = options;
    this.#options = options;
    this.#now = now;
    const pace = new Pace({
      maxCpuPercent: () => settings().maxCpuPercent,
      asking: () => runner.asking,
    });
    this.warmer = new Warmer(pace, options.progress);
    const { keeping } = options;
    this.#log = new UsageLog({
      keeping,
      wanted: (key, namespace) => remembered(namespace) && key.startsWith('analysis:'),
      problem,
      now,
    });
    this.#refresher = new Refresher({
      usage: this.#log.usage,
      settings,
      pace,
      ready: this.refreshed.counting('change', ofAnalyses(runner)),
      kept,
      refreshed: options.progress,
      now,
    });
    const { beatMs, entries } = options;
    this.#renewer = new Renewer({
      pace,
      wanted: () => settings().refreshExpiring && options.enabled(),
      lifetime: (key) => {
        const lifetime = entries.lifetime(key);
        return lifetime && kept(key) ? lifetime : undefined;
      },
      computing: (key) => entries.computing(key),
      renew: ofAnalyses(runner, (key) => ({ ...entries.asItIs(key), recompute: true })),
      counts: this.refreshed,
      progress: options.progress,
      now,
    });
    this.#timetable = new Timetable({ settings, beatMs, askedAt: () => runner.askedAt });
  }

  get usage(): Usage {
    return this.#log.usage;
  }

  get settings(): WarmSettings {
    return this.#options.settings();
  }

  /** What is told of it beside {@link Warmer.state}. */
  get statistics() {
    return {
      ...this.warmer.state,
      strategy: this.#options.settings().strategy,
      remembered: this.usage.size,
      refreshing: this.#refresher.waiting + this.#renewer.waiting,
      ...(this.#timetable.next !== undefined && { next: this.#timetable.next }),
      ...(this.runs.last && { last: this.runs.last }),
    };
  }

  /** A question was answered. */
  asked(event: Asked): void {
    this.#log.asked(event);
    if (event.hit && event.key.startsWith('analysis:')) this.#renewer.hit(event.key);
  }

  /** A change made these entries invalid: those that are likely to be asked for are computed again, if `refresh` says so. */
  changed(invalid: readonly { readonly key: string; readonly hits: number }[], refresh: boolean): void {
    this.#timetable.changed(this.#now());
    if (refresh && this.#options.enabled()) this.#refresher.changed(invalid);
  }

  /** About once a second: whether it is time to warm. */
  beat(): void {
    this.#log.beat();
    this.#renewer.beat();
    const cause = this.#timetable.beat(this.#now());
    if (!cause || this.#closed) return;
    this.inBackground(cause).catch((error: Error) => this.#options.problem(error));
  }

  /** Every file of the workspace. Rejects with an AnalysisError while warming is paused. */
  async everything(): Promise<WarmReport> {
    this.#refuseWhenPaused();
    return this.#run('asked', this.#everything());
  }

  /** By the strategy that is set; nobody waits for it. Undefined while warming is paused, or caching off. */
  async inBackground(cause: Cause): Promise<WarmReport | undefined> {
    if (this.warmer.paused || !this.#options.enabled()) return undefined;
    const { strategy } = this.#options.settings();
    const job = strategy === 'everything' ? this.#everything() : this.#used('strategy', { strategy });
    const report = await this.#run(cause, job);
    this.#options.warmed(report, cause);
    return report;
  }

  /** What has been asked before, the best of it by a strategy. Rejects while warming is paused. */
  async used(choice: Choice, signal?: AbortSignal): Promise<WarmReport> {
    this.#refuseWhenPaused();
    return this.#run('asked', this.#used(this.#name(), choice), signal);
  }

  /** These analyses of single files, of these files. Rejects while warming is paused. */
  async files(analyses: readonly string[], list: WarmJob['list'], signal?: AbortSignal): Promise<WarmReport> {
    this.#refuseWhenPaused();
    return this.#run('asked', filesJob(this.#name(), this.#options.runner, analyses, list), signal);
  }

  /**
   * These keys: through a loader, or those of analyses, which say themselves how they are computed.
   * Rejects while warming is paused.
   */
  async keys(
    keys: readonly string[],
    load: KeyLoader = ofAnalyses(this.#options.runner),
    signal?: AbortSignal,
  ): Promise<WarmReport> {
    this.#refuseWhenPaused();
    const job = keysJob(this.#name(), async () => [...new Set(keys)], load);
    return this.#run('asked', job, signal);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.warmer.close(), this.#refresher.close(), this.#renewer.close()]);
    await this.#log.save();
  }

  async #run(cause: RunCause, job: WarmJob, signal?: AbortSignal): Promise<WarmReport> {
    const report = await this.warmer.run(job, cause === 'asked', signal);
    this.runs.ended(cause, report, this.#now());
    return report;
  }

  #everything(): WarmJob {
    const { runner, analyses, root, filter } = this.#options;
    return filesJob('everything', runner, analyses, async (signal) => {
      const files: string[] = [];
      for await (const file of workspaceFiles(root, filter(), signal)) files.push(file);
      return files;
    });
  }

  #used(name: string, { strategy, count, agent }: Choice): WarmJob {
    const list = async () => {
      await this.#log.takeOver();
      const { count: most, hybridWeight } = this.#options.settings();
      return plan(this.usage, {
        strategy,
        hybridWeight,
        count: count ?? most,
        ...(agent !== undefined && { agent }),
        now: this.#now(),
      });
    };
    return keysJob(name, list, ofAnalyses(this.#options.runner));
  }

  /** Of a run that nobody can join. */
  #name(): string {
    return `run ${++this.#jobs}`;
  }

  #refuseWhenPaused(): void {
    if (this.warmer.paused) {
      throw new AnalysisError('Warming is paused: resume it with the command Agent Cache: Resume Warming.');
    }
  }
}
