import * as vscode from 'vscode';
import { limitsOf } from '../engine/bounds.ts';
import { Engine } from '../engine/engine.ts';
import type { EngineLimits } from '../engine/options.ts';
import { claimStorage, dropUnused } from '../engine/storage.ts';
import type { SelectorInput } from '../freshness/selector.ts';
import type { WarmReport } from '../warming/job.ts';
import { alertOptions } from './alerts.ts';
import { confirmInvalidation, offerUndo } from './confirm.ts';
import { embeddingsOptions } from './embeddings.ts';
import { COMMANDS } from './ids.ts';
import { WindowLanguages } from './language-host.ts';
import { duration } from './present.ts';
import { proxyOf, type Settings, SettingsReader, warmSettings } from './settings.ts';
import { workspaceSettings } from './settings-writer.ts';
import { sharedOptions } from './shared-connection.ts';
import { transcriptOptions } from './transcripts.ts';
import { FolderWatcher } from './watcher.ts';

/** The engine of the open folder, with the settings and the log of this window. */
export class Session {
  readonly folder: vscode.WorkspaceFolder;
  readonly engine: Engine;
  readonly watcher: FolderWatcher;
  readonly log: vscode.LogOutputChannel;
  readonly languages: WindowLanguages;
  /** Folder of the file level, the same for every process that opens this folder. */
  readonly storage: string;
  readonly #reader: SettingsReader;

  static async open(
    context: vscode.ExtensionContext,
    folder: vscode.WorkspaceFolder,
    log: vscode.LogOutputChannel,
  ): Promise<Session> {
    const reader = new SettingsReader(folder.uri);
    const policies = reader.readPolicies();
    reader.readAlerts();
    const settings = reader.read();
    // Not the workspace's own storage: of two windows on one folder VS Code gives each another one.
    const storages = vscode.Uri.joinPath(context.globalStorageUri, 'workspaces').fsPath;
    const storage = await claimStorage(storages, folder.uri.fsPath);
    void dropUnused(storages, UNUSED_MS).catch((error: Error) => log.warn(`Cleaning up: ${error.message}`));
    const shared = await sharedOptions(settings, folder.uri, context.secrets);
    const watcher = new FolderWatcher(folder);
    const engine: Engine = await Engine.open({
      root: folder.uri.fsPath,
      storage,
      store: settings['fileLevel.store'],
      bundle: vscode.Uri.joinPath(context.extensionUri, 'dist').fsPath,
      policies,
      limits: () => limits(reader.last),
      refreshAfterChange: () => reader.read().refreshAfterSave,
      settings: workspaceSettings(folder.uri),
      warm: () => warmSettings(reader.last),
      proxy: () => proxyOf(reader.last),
      alerts: alertOptions(reader, log, context, (rule) => engine.alerts.mute(rule)),
      embeddings: embeddingsOptions(reader, context.secrets),
      transcripts: transcriptOptions(reader, context.globalStorageUri),
      setting: (id) => vscode.workspace.getConfiguration(undefined, folder.uri).get(id),
      filter: () => ({
        exclude: excludedGlobs(folder.uri),
        maxBytes: reader.read()['analysis.maxFileKilobytes'] * 1024,
        maxFiles: reader.read()['warm.maxFiles'],
      }),
      report: (where, error) => log.error(`${where}: ${error.message}`),
      warn: (text) => void vscode.window.showWarningMessage(`Agent Cache: ${text}`),
      watcher: { watches: (path) => watcher.watches(path), recreate: () => watcher.watch() },
      watchCheckMs: () => reader.last['freshness.checkSeconds'] * 1000,
      ...(shared && { shared }),
    });
    return new Session(folder, engine, watcher, log, reader, storage);
  }

  private constructor(
    folder: vscode.WorkspaceFolder,
    engine: Engine,
    watcher: FolderWatcher,
    log: vscode.LogOutputChannel,
    reader: SettingsReader,
    storage: string,
  ) {
    this.folder = folder;
    this.engine = engine;
    this.watcher = watcher;
    this.log = log;
    this.#reader = reader;
    this.storage = storage;
    this.languages = new WindowLanguages(folder, log);
    this.applySettings();
  }

  get settings(): Settings {
    return this.#reader.read();
  }

  /** What is wrong with the settings, a sentence each. */
  get settingProblems(): readonly string[] {
    return this.#reader.problems;
  }

  onSettings(listener: () => void): vscode.Disposable {
    return this.#reader.onChange(listener);
  }

  applySettings(): void {
    this.engine.workspace.cache.enabled = this.settings.enabled;
    this.#reader.readPolicies();
    this.#reader.readAlerts();
    this.engine.reconfigure();
  }

  /**
   * Tells what was hit and offers to take it back; asks first only what cannot be taken back, for
   * others. False when the person thought better of it.
   */
  async invalidate(selector: SelectorInput, what: string): Promise<boolean> {
    if ('level' in selector && selector.level === 'shared') {
      const preview = await this.engine.workspace.preview(selector);
      if (!(await confirmInvalidation(what, preview, this.settings.confirmFrom))) return false;
    }
    const hit = await this.engine.invalidate(selector);
    this.log.info(`Invalidated ${hit.entries} entries (${hit.bytes} bytes): ${what}`);
    void offerUndo(hit).then((wanted) => {
      if (wanted) void vscode.commands.executeCommand(COMMANDS.undo, hit.undo);
    });
    return true;
  }

  /**
   * Warms with progress in the status bar, or in a notification that can cancel it: everything when a
   * person asks for it, which also ends a pause, and by the strategy that is set at startup.
   */
  async warm(location: vscode.ProgressLocation, cause: 'asked' | 'startup' = 'asked'): Promise<void> {
    const { warmer, warming } = this.engine;
    if (!this.settings.enabled) {
      this.log.info('Not warmed: agentCache.enabled is off, so nothing would be kept.');
      if (location === vscode.ProgressLocation.Notification) {
        void vscode.window.showInformationMessage('Agent Cache is switched off (agentCache.enabled).');
      }
      return;
    }
    const options = { location, title: 'Agent Cache: warming the workspace', cancellable: true };
    await vscode.window.withProgress(options, async (progress, token) => {
      token.onCancellationRequested(() => warmer.cancel());
      let shown = 0;
      const listener = this.engine.onBeat(() => {
        const { state } = warmer;
        if (state.state !== 'running' || state.total === 0) return;
        const percent = Math.floor((100 * state.done) / state.total);
        if (percent <= shown) return;
        progress.report({ increment: percent - shown, message: `${state.done} of ${state.total}` });
        shown = percent;
      });
      try {
        if (cause === 'asked') warmer.resume();
        this.#warmed(await (cause === 'asked' ? this.engine.warm() : warming.inBackground(cause)));
      } catch (error) {
        this.log.error(`Warming failed: ${(error as Error).message}`);
      } finally {
        listener.dispose();
      }
    });
  }

  #warmed(report: WarmReport | undefined): void {
    if (!report) return;
    const { files, keys, ms, computed, hits, refused, reasons } = report;
    this.log.info(
      `Warmed ${files > 0 ? `${files} files` : `${keys} keys`} in ${duration(ms)}: ${computed} computed, ${hits} already fresh, ${refused} refused`,
    );
    for (const reason of reasons) this.log.warn(reason);
  }
}

/** The cache of a folder that was not opened for so long is removed, ms: 60 days. */
const UNUSED_MS = 60 * 86_400_000;

function limits(settings: Settings): EngineLimits {
  const { memory, ...bounded } = limitsOf(settings);
  return {
    ...bounded,
    memory: { ...memory, eviction: settings['memory.eviction'] },
    pressure: { watch: settings['memory.watchPressure'], percent: settings['memory.pressurePercent'] },
  };
}

function excludedGlobs(scope: vscode.Uri): string[] {
  const excluded =
    vscode.workspace.getConfiguration('files', scope).get<Record<string, unknown>>('exclude') ?? {};
  return Object.entries(excluded).flatMap(([glob, on]) => (on === true ? [glob, `${glob}/**`] : []));
}
