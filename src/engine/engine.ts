import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Parser } from '../analysis/parse/parser.ts';
import { analyses } from '../analysis/registry.ts';
import { AnalysisRunner } from '../analysis/runner.ts';
import { PriceDesk } from '../answers/prices/price-desk.ts';
import { TRANSCRIPT_LIMITS } from '../answers/transcripts/limits.ts';
import { FileLevel } from '../cache/file-level.ts';
import { Namespaces } from '../cache/namespace.ts';
import type { PressureRelief } from '../cache/pressure.ts';
import { createSanitiser, type Sanitiser } from '../cache/sensitive/sanitiser.ts';
import type { SharedLevel } from '../cache/shared/shared-level.ts';
import type { Exported } from '../cache/snapshot/export.ts';
import type { Imported } from '../cache/snapshot/import.ts';
import type { FileDatabase } from '../cache/stores/store.ts';
import type { FileKnowledge } from '../freshness/fingerprint-index/file-knowledge.ts';
import { GenerationStore } from '../freshness/generation-store.ts';
import type { Instances } from '../freshness/instances/instances.ts';
import { openInstances } from '../freshness/instances/open.ts';
import type { Invalidated } from '../freshness/invalidation.ts';
import type { ChangeReport } from '../freshness/invalidator.ts';
import { type Kind, NamedCache } from '../freshness/named-cache.ts';
import { OverlayDisk } from '../freshness/overlay-disk.ts';
import { describe, type SelectorInput } from '../freshness/selector.ts';
import type { Stamp } from '../freshness/stamp.ts';
import { UndoStore } from '../freshness/undo/undo-store.ts';
import type { UndoReport } from '../freshness/undo/undos.ts';
import { WorkspaceCache } from '../freshness/workspace-cache.ts';
import { Inspection } from '../insight/inspection.ts';
import type { KeptFiles } from '../insight/keeping/kept-files.ts';
import { Recorder } from '../insight/recorder.ts';
import { type LevelStates, overview, snapshot } from '../insight/snapshot.ts';
import type { Notes } from '../notes/notes.ts';
import { noteStates, type OpenNotes, openNotes } from '../notes/open.ts';
import type { Sessions } from '../notes/sessions.ts';
import type { Overview, Snapshot, View } from '../protocol.ts';
import type { WarmReport } from '../warming/job.ts';
import type { KeptUsage } from '../warming/usage.ts';
import type { Warmer } from '../warming/warmer.ts';
import type { Warming } from '../warming/warming.ts';
import { Advising } from './advice.ts';
import { AdviceSenses } from './advice-senses.ts';
import { type Alerting, openAlerting } from './alerting.ts';
import { Answers } from './answers.ts';
import { openFiles } from './files.ts';
import { Insight } from './insight.ts';
import { openFile, openSharedLevel } from './levels.ts';
import { type Matching, openMatching } from './matching.ts';
import type { EngineOptions } from './options.ts';
import { outlook } from './outlook.ts';
import { plainPaths } from './plain-paths.ts';
import { openRelief } from './relief.ts';
import { exportTo, importFrom, type SnapshotOptions } from './snapshots.ts';
import { changeText, countOfEntries } from './texts.ts';
import { ProviderCache } from './transcripts.ts';
import { keptUsage, noteOf, openWarming } from './warming.ts';

const BEAT_MS = 1000;
/** Threads that parse, at the most: each reads the grammars for itself. */
const MOST_PARSERS = 2;

/** All parts for one workspace folder, wired together; needs no VS Code. */
export class Engine {
  readonly workspace: WorkspaceCache;
  /** To be told the text of editors that are not saved. */
  readonly unsaved: OverlayDisk;
  readonly runner: AnalysisRunner;
  /** What is computed ahead of who asks. */
  readonly warming: Warming;
  readonly alerts: Alerting;
  /** What models have answered. */
  readonly answers: Answers;
  readonly recorder: Recorder<Stamp>;
  /** What all this tells about itself. */
  readonly insight: Insight;
  /** What hits have saved, and what would save more. */
  readonly advice: Advising;
  /** What agents' own transcripts tell of the caches of their models' providers; off unless a person agreed. */
  readonly transcripts: ProviderCache;
  /** What the panel's sections and the questions of agents about the cache are answered from. */
  readonly inspection: Inspection;
  readonly namespaces: Namespaces;
  /** What agents write down, and their conversations; durable whether or not there is a file level. */
  readonly notes: Notes;
  readonly sessions: Sessions;
  /** Which answers are given to similar questions. */
  readonly matching: Matching;
  /** Settles when the entries of earlier sessions are listed; reads need not wait for it. */
  loaded: Promise<void> = Promise.resolve();
  /** Texts of errors, fit to be told to agents. */
  readonly plain: (text: string) => string;
  readonly #options: EngineOptions;
  readonly #database: FileDatabase | undefined;
  /** The files' fingerprints from session to session, and whether the watcher tells of all changes. */
  readonly files: FileKnowledge;
  readonly #file: FileLevel | undefined;
  readonly #generations: GenerationStore | undefined;
  readonly #instances: Instances | undefined;
  readonly #notes: OpenNotes;
  readonly #parser: Parser;
  readonly #prices: PriceDesk;
  readonly #usage: KeptFiles<KeptUsage> | undefined;
  readonly shared: SharedLevel | undefined;
  readonly #sanitiser: Sanitiser;
  readonly #pressure: PressureRelief;
  readonly #beat: NodeJS.Timeout;
  #cleanUp: NodeJS.Timeout | undefined;
  #maxFileBytes: number;
  readonly #listeners = new Set<() => void>();

  static async open(options: EngineOptions): Promise<Engine> {
    const recorder = new Recorder<Stamp>(options.report);
    const database = openFile(options, recorder);
    const shared = await openSharedLevel(options, recorder, database);
    const engine = new Engine(options, recorder, database, shared);
    await engine.#instances?.start(); // before anything is read: what others do from now on is heard
    await engine.#loadGenerations();
    engine.loaded = engine.#loadCatalog();
    void engine.files.start(engine.workspace, engine.loaded);
    return engine;
  }

  private constructor(
    options: EngineOptions,
    recorder: Recorder<Stamp>,
    database: FileDatabase | undefined,
    shared: SharedLevel | undefined,
  ) {
    this.#options = options;
    this.plain = plainPaths(options.root, options.storage);
    this.#database = database;
    this.shared = shared;
    this.recorder = recorder;
    const { policies, limits } = options;
    const senses = new AdviceSenses();
    this.namespaces = new Namespaces((namespace, agent) =>
      senses.policy(policies.resolve(namespace, agent), namespace),
    );
    const problem = (error: Error) => recorder.problem('file', error);
    const generations = database && new GenerationStore(database);
    this.#generations = generations;
    this.#instances = database && openInstances(database, options.storage, { problem });
    this.#file =
      database &&
      new FileLevel(database, problem, { limits: limits().file, onGrown: () => void this.tidy() });
    const secrets = join(options.bundle, 'secrets-worker.js');
    this.#sanitiser = createSanitiser({
      worker: secrets,
      onProblem: (error) => recorder.problem('sensitive', error),
    });
    this.files = openFiles(options, database !== undefined, recorder, () => this.workspace);
    this.unsaved = new OverlayDisk(this.files.disk);
    this.workspace = new WorkspaceCache({
      disk: this.unsaved,
      facts: {
        env: (name) => process.env[name],
        setting: (id) => options.setting?.(id),
        topics: noteStates(options.storage),
      },
      recipe: (key) => this.runner.recipe(key),
      observer: senses.observer(recorder, this.namespaces),
      limits,
      namespaces: this.namespaces,
      memory: limits().memory,
      sanitiser: this.#sanitiser,
      writeBackMs: () => limits().file.writeBackMs,
      onChange: (change) => this.#changed(change),
      ...(this.#file && { file: this.#file }),
      ...(shared && { shared }),
      ...(generations && { saveBump: (bump) => generations.save(bump) }),
      ...(database && generations && { undo: { log: new UndoStore(database, problem), generations } }),
      ...(generations && { reload: () => generations.load(this.workspace.generations) }),
      ...(this.#instances && { instances: this.#instances }),
    });
    this.insight = new Insight({
      workspace: this.workspace,
      recorder,
      storage: database && options.storage,
      states: () => this.#levelStates(),
      limits,
      plain: this.plain,
      ahead: () => {
        const { runs, refreshed } = this.warming;
        return { runs: runs.byCause, refreshed, alerts: this.alerts.state };
      },
      watch: () => (options.watcher ? this.files.watch : undefined),
    });
    const sanitise = (value: unknown) => this.#sanitiser.sanitise(value);
    this.inspection = new Inspection({
      ...{ workspace: this.workspace, recorder, sanitise },
      series: this.insight.series,
    });
    this.#notes = openNotes({
      storage: options.storage,
      workspace: this.workspace,
      sanitiser: this.#sanitiser,
      limits: () => limits().notes ?? {},
      problem: (error) => recorder.problem('notes', error),
      known: (note) => this.answers.knows(note),
    });
    this.notes = this.#notes.notes;
    this.sessions = this.#notes.sessions;
    this.matching = openMatching(options, {
      ...{ recorder, namespaces: this.namespaces, sanitiser: this.#sanitiser },
      persistent: database !== undefined,
    });
    this.#pressure = openRelief(this.workspace, recorder, () => limits().pressure);
    this.#parser = new Parser({
      worker: join(options.bundle, 'parse-worker.js'),
      grammars: join(options.bundle, 'grammars'),
      threads: Math.min(MOST_PARSERS, availableParallelism()),
    });
    this.#maxFileBytes = options.filter().maxBytes;
    const { all, perFile } = analyses(this.#parser, { maxFileBytes: this.#maxFileBytes });
    this.runner = new AnalysisRunner(this.workspace, all, (question) => this.insight.answered(question));
    this.advice = new Advising(senses, {
      ...{ workspace: this.workspace, recorder, settings: options.settings },
      refresh: async (keys) => (await this.warming.keys(keys)).computed,
      storage: database && options.storage,
      levels: () => this.overview().levels,
      invalidate: (selector) => this.invalidate(selector),
      undo: (id) => this.undo(id),
      reconfigure: () => this.reconfigure(),
    });
    this.#usage = database && keptUsage(options.storage, recorder);
    this.warming = openWarming({
      options,
      ...(this.#usage && { keeping: this.#usage }),
      workspace: this.workspace,
      runner: this.runner,
      analyses: perFile.map(({ name }) => name),
      namespaces: this.namespaces,
      recorder,
      beatMs: BEAT_MS,
      progress: () => this.#notify(),
    });
    this.#prices = new PriceDesk(join(options.bundle, 'prices-worker.js'));
    this.answers = new Answers({
      ...{ workspace: this.workspace, recorder, sanitiser: this.#sanitiser, settings: options.proxy },
      ...{ matching: this.matching, prices: this.#prices },
      saved: () => this.advice.savingsData('30d').models,
    });
    const watched = {
      workspace: this.workspace,
      recorder,
      file: this.#file,
      shared: () => this.shared?.state,
    };
    this.alerts = openAlerting(watched, options);
    this.transcripts = new ProviderCache({
      options: options.transcripts,
      problem: (error) => recorder.problem('transcripts', error),
      saved: this.#prices.savedByCache,
      limits: () => limits().transcripts ?? TRANSCRIPT_LIMITS,
    });
    recorder.onAsked((asked) => this.warming.asked(asked));
    this.#beat = setInterval(() => this.#sample(), BEAT_MS).unref();
    this.#cleanUpLater();
  }

  get warmer(): Warmer {
    return this.warming.warmer;
  }

  get persistent(): boolean {
    return this.#database !== undefined;
  }

  /** Called at most once per beat when something that the panel shows may have changed. */
  onBeat(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  async invalidate(selector: SelectorInput): Promise<Invalidated> {
    const report = await this.workspace.invalidate(selector);
    const kind = 'level' in selector || 'all' in selector ? 'clear' : 'invalidate';
    const text = `Invalidated ${describe(selector)}: ${countOfEntries(report.entries)}`;
    this.recorder.note(kind, text, report.entries, report.undo);
    this.#notify();
    return report;
  }

  /** Takes an invalidation back, the last one without an id. Rejects with an UndoError when there is none. */
  async undo(id?: string): Promise<UndoReport> {
    const report = await this.workspace.undo(id);
    const text = `Undid the invalidation of ${describe(report.selector)}: ${countOfEntries(report.entries)} back`;
    this.recorder.note('invalidate', text, report.entries);
    this.#notify();
    return report;
  }

  async warm(): Promise<WarmReport> {
    const report = await this.warming.everything();
    this.recorder.note('warm', noteOf(report), report.computed);
    return report;
  }

  overview(): Overview {
    return overview(this.workspace, this.recorder, this.#levelStates());
  }

  /** Everything that the panel shows. */
  snapshot(view: View): Snapshot {
    const levels = this.#levelStates();
    const ahead = outlook(this.alerts.state, this.warming, levels.now);
    const recent = this.insight.recentHits(view.hotSpan);
    const states = { ...levels, warm: this.warmer.state, outlook: ahead, recent };
    return snapshot(this.workspace, this.recorder, this.insight.series, view, states);
  }

  /** The whole of a namespace as one object; its values are kept as the kind says. */
  open(namespace: string, kind: Kind): NamedCache {
    return new NamedCache(this.workspace, namespace, kind);
  }

  /** Takes over changed policies and limits. */
  reconfigure(): void {
    const { memory, file } = this.#options.limits();
    this.workspace.cache.reconfigure(memory);
    this.#file?.resize(file);
    this.matching.reconfigure();
    this.#takeFilesUpTo(this.#options.filter().maxBytes);
    this.#notify();
  }

  /** Other limits give other answers and refusals, under keys of their own; what is running ends under its own. */
  #takeFilesUpTo(maxFileBytes: number): void {
    if (maxFileBytes === this.#maxFileBytes) return;
    this.#maxFileBytes = maxFileBytes;
    this.runner.replace(analyses(this.#parser, { maxFileBytes }).all);
  }

  /** Rejects when there is no file level, or the file cannot be written. */
  exportSnapshot(options: SnapshotOptions): Promise<Exported> {
    return exportTo(this.workspace, this.#stored(), options);
  }

  /** Rejects when there is no file level, or the file is no snapshot. */
  async importSnapshot(options: SnapshotOptions): Promise<Imported> {
    const report = await importFrom(this.workspace, this.#stored(), options);
    this.recorder.note('import', `Imported ${countOfEntries(report.imported)}`, report.imported);
    this.#notify();
    return report;
  }

  #stored(): FileLevel {
    if (this.#file) return this.#file;
    throw new Error('Snapshots need the file level: choose one in agentCache.fileLevel.store.');
  }

  /** Drops what has expired, and what the file level has no room for. */
  async tidy(): Promise<void> {
    const { expired, evicted } = await this.workspace.cache.tidy();
    this.recorder.fileEvictions += evicted;
    if (expired > 0) this.recorder.note('clear', `Cleaned up: ${countOfEntries(expired)} expired`, expired);
    if (evicted > 0)
      this.recorder.note('clear', `File level full: ${countOfEntries(evicted)} evicted from it`, evicted);
    if (expired + evicted > 0) this.#notify();
  }

  async close(): Promise<void> {
    clearInterval(this.#beat);
    clearTimeout(this.#cleanUp);
    this.#listeners.clear();
    await this.answers.close();
    await this.warming.close();
    this.#usage?.close();
    await this.alerts.close();
    await this.transcripts.close();
    await this.#prices.close();
    await this.insight.close();
    await this.advice.close();
    await this.matching.close();
    await this.#notes.close();
    await this.files.close();
    await this.workspace.settled();
    await this.#parser.close();
    await this.#instances?.stop();
    await this.workspace.cache.close();
    await this.#instances?.close();
    await this.shared?.close();
    await this.#sanitiser.close();
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
      await this.workspace.loadUndos().catch((error: Error) => this.recorder.problem('file', error));
      await this.workspace.cache.loadCatalog();
      this.#notify();
    } catch (error) {
      this.recorder.problem('file', error as Error);
    }
  }

  #changed({ paths, invalid }: ChangeReport): void {
    this.recorder.note('change', changeText(paths, invalid.length), invalid.length);
    this.#notify();
    this.warming.changed(invalid, this.#options.refreshAfterChange());
  }

  #levelStates(): LevelStates {
    const shared = this.shared?.state;
    return { now: Date.now(), persistent: this.persistent, ...(shared && { shared }) };
  }

  #cleanUpLater(): void {
    const { cleanupMs } = this.#options.limits().file;
    this.#cleanUp = setTimeout(() => void this.tidy().finally(() => this.#cleanUpLater()), cleanupMs).unref();
  }

  #sample(): void {
    this.workspace.cache.beat();
    const { watch } = this.files;
    if (this.#options.watcher && watch && watch.rounds > 1 && watch.healthy) this.workspace.watcher.awake();
    this.#pressure.beat();
    this.insight.beat();
    this.advice.beat();
    this.warming.beat();
    this.alerts.beat();
    this.matching.beat();
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
