import { join } from 'node:path';
import { languageOf } from './analysis/languages.ts';
import { Parser } from './analysis/parse/parser.ts';
import { analyses } from './analysis/registry.ts';
import { AnalysisRunner } from './analysis/runner.ts';
import { FileLevel } from './cache/file-level.ts';
import type { MemoryLimits } from './cache/memory-level.ts';
import { Namespaces } from './cache/namespace.ts';
import { openDatabase, type StoreKind } from './cache/stores/open.ts';
import type { FileDatabase } from './cache/stores/store.ts';
import { FolderDisk } from './freshness/disk.ts';
import { GenerationStore } from './freshness/generation-store.ts';
import type { ChangeReport } from './freshness/invalidator.ts';
import { describe, type Report, type Selector } from './freshness/selector.ts';
import type { Stamp } from './freshness/stamp.ts';
import { WorkspaceCache } from './freshness/workspace-cache.ts';
import { Recorder } from './insight/recorder.ts';
import { TimeSeries } from './insight/series.ts';
import { snapshot, totals } from './insight/snapshot.ts';
import type { Snapshot, View } from './protocol.ts';
import { Warmer, type WarmReport } from './warming/warmer.ts';
import type { FileFilter } from './warming/workspace-files.ts';

export interface EngineOptions {
  /** Absolute path of the workspace folder. */
  readonly root: string;
  /** Folder for the file level; created when missing. */
  readonly storage: string;
  readonly store: StoreKind | 'off';
  readonly memory: MemoryLimits;
  /** Folder with the bundled workers and grammars. */
  readonly bundle: string;
  readonly filter: () => Omit<FileFilter, 'wanted'>;
  readonly ttlMs: () => number;
  readonly refreshAfterChange: () => boolean;
  readonly report: (where: string, error: Error) => void;
}

/** Hot dependents computed again after a change, at the most. */
const MOST_REFRESHED = 50;
const BEAT_MS = 1000;

/** All parts for one workspace folder, wired together; needs no VS Code. */
export class Engine {
  readonly workspace: WorkspaceCache;
  readonly runner: AnalysisRunner;
  readonly warmer: Warmer;
  readonly recorder: Recorder<Stamp>;
  readonly series = new TimeSeries();
  readonly namespaces: Namespaces;
  /** Settles when the entries of earlier sessions are listed; reads need not wait for it. */
  loaded: Promise<void> = Promise.resolve();
  readonly #options: EngineOptions;
  readonly #database: FileDatabase | undefined;
  readonly #generations: GenerationStore | undefined;
  readonly #parser: Parser;
  readonly #beat: NodeJS.Timeout;
  readonly #listeners = new Set<() => void>();

  static async open(options: EngineOptions): Promise<Engine> {
    const recorder = new Recorder<Stamp>(options.report);
    let database: FileDatabase | undefined;
    if (options.store !== 'off') {
      try {
        database = openDatabase(options.store, {
          folder: options.storage,
          worker: join(options.bundle, 'sqlite-worker.js'),
          onProblem: (error) => recorder.problem('file', error),
        });
      } catch (error) {
        recorder.problem('file', error as Error);
      }
    }
    const engine = new Engine(options, recorder, database);
    await engine.#loadGenerations();
    engine.loaded = engine.#loadCatalog();
    return engine;
  }

  private constructor(options: EngineOptions, recorder: Recorder<Stamp>, database: FileDatabase | undefined) {
    this.#options = options;
    this.#database = database;
    this.recorder = recorder;
    this.namespaces = new Namespaces(() => ({ ttlMs: options.ttlMs(), persist: true }));
    const problem = (error: Error) => recorder.problem('file', error);
    const generations = database && new GenerationStore(database);
    this.#generations = generations;
    this.workspace = new WorkspaceCache({
      disk: new FolderDisk(options.root),
      observer: recorder,
      namespaces: this.namespaces,
      memory: options.memory,
      onChange: (change) => this.#changed(change),
      ...(database && { file: new FileLevel(database, problem) }),
      ...(generations && { saveBump: (bump) => generations.save(bump) }),
    });
    this.#parser = new Parser({
      worker: join(options.bundle, 'parse-worker.js'),
      grammars: join(options.bundle, 'grammars'),
    });
    const all = analyses(this.#parser, { maxFileBytes: options.filter().maxBytes });
    this.runner = new AnalysisRunner(this.workspace, all);
    const filter = (): FileFilter => ({
      ...options.filter(),
      wanted: (name) => languageOf(name) !== undefined,
    });
    this.warmer = new Warmer(this.runner, options.root, this.runner.names, filter, () => this.#notify());
    this.#beat = setInterval(() => this.#sample(), BEAT_MS);
    this.#beat.unref();
  }

  get persistent(): boolean {
    return this.#database !== undefined;
  }

  /** Called at most once per beat when something that the panel shows may have changed. */
  onBeat(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  async invalidate(selector: Selector): Promise<Report> {
    const report = await this.workspace.invalidate(selector);
    const kind = 'level' in selector || 'all' in selector ? 'clear' : 'invalidate';
    this.recorder.note(kind, `Invalidated ${describe(selector)}: ${entries(report.entries)}`, report.entries);
    this.#notify();
    return report;
  }

  async warm(): Promise<WarmReport> {
    const report = await this.warmer.warm();
    const counts = `${whole.format(report.computed)} computed, ${whole.format(report.hits)} already fresh`;
    const text = `${report.cancelled ? 'Warming cancelled' : 'Warmed'}: ${counts}`;
    this.recorder.note('warm', text, report.computed);
    return report;
  }

  /** Everything that the panel shows. */
  snapshot(view: View): Snapshot {
    const now = Date.now();
    return snapshot(this.workspace, this.recorder, this.series, view, {
      now,
      warm: this.warmer.state,
      persistent: this.persistent,
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#beat);
    this.#listeners.clear();
    this.warmer.cancel();
    await this.workspace.settled();
    await this.#parser.close();
    await this.workspace.cache.close();
  }

  /** Before the first read: what was invalidated in earlier sessions must not come back. */
  async #loadGenerations(): Promise<void> {
    try {
      await this.#generations?.load(this.workspace.generations);
    } catch (error) {
      this.recorder.problem('file', error as Error);
      await this.workspace.invalidate({ all: true }, 'the record of invalidations was unreadable');
    }
  }

  async #loadCatalog(): Promise<void> {
    try {
      await this.workspace.cache.loadCatalog();
      this.#notify();
    } catch (error) {
      this.recorder.problem('file', error as Error);
    }
  }

  #changed({ paths, invalid }: ChangeReport): void {
    const what = paths.length === 1 ? paths[0] : `${whole.format(paths.length)} files`;
    this.recorder.note('change', `${what} changed: ${entries(invalid.length)} invalid`, invalid.length);
    this.#notify();
    if (!this.#options.refreshAfterChange()) return;
    const hot = invalid.filter((entry) => entry.hits > 0).sort((a, b) => b.hits - a.hits);
    const keys = hot.slice(0, MOST_REFRESHED).map((entry) => entry.key);
    void this.runner.refresh(keys).then(() => this.#notify());
  }

  #sample(): void {
    this.workspace.cache.beat();
    this.series.sample(Date.now(), totals(this.workspace));
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

const whole = new Intl.NumberFormat('en-US');

function entries(count: number): string {
  return `${whole.format(count)} ${count === 1 ? 'entry' : 'entries'}`;
}
