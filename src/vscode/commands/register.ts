import * as vscode from 'vscode';
import type { AgentServer } from '../agent-server.ts';
import type { Launcher } from '../connections/launcher.ts';
import { COMMANDS } from '../ids.ts';
import { ExplorerPanel } from '../panel.ts';
import type { Reports } from '../reports.ts';
import type { Session } from '../session.ts';
import type { FileNode, FileTree } from '../views/file-tree.ts';
import type { TagTree } from '../views/tag-tree.ts';
import { showAgentDebugLogs } from './agent-debug-logs.ts';
import { setAlertWebhook } from './alert-webhook.ts';
import { analyzeFile } from './analyze.ts';
import { clearAll, clearLevel } from './clear.ts';
import { connectShared } from './connect.ts';
import { copyConnection } from './copy-connection.ts';
import { diagnoseHitRate } from './diagnose.ts';
import { setEmbeddingsKey } from './embeddings-key.ts';
import { exportStatistics } from './export-statistics.ts';
import { invalidateCurrentFile, invalidateKey, invalidatePattern, invalidateTag } from './invalidate.ts';
import { invalidateMore } from './invalidate-more.ts';
import { showProviderCache } from './provider-cache.ts';
import { showWhy } from './show-why.ts';
import { exportSnapshotTo, importSnapshotFrom } from './snapshot.ts';
import { showStatistics } from './statistics.ts';
import { undoInvalidation } from './undo.ts';

interface Window {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly reports: Reports;
  readonly launcher: Launcher;
  /** Settles when the cache of the folder is open, with undefined when no folder is. */
  readonly session: () => Promise<Session | undefined>;
  readonly server: () => Promise<AgentServer | undefined>;
  readonly trees: () => { readonly tags: TagTree; readonly files: FileTree } | undefined;
}

/** Registers every command; each says what is missing when it cannot run. */
export function registerCommands(window: Window): vscode.Disposable {
  const commands: Record<string, (session: Session, argument: unknown) => unknown> = {
    [COMMANDS.openExplorer]: (session) => ExplorerPanel.show(window.context, session),
    [COMMANDS.analyzeFile]: (session, uri) => analyzeFile(session, window.reports, uri),
    [COMMANDS.invalidateKey]: invalidateKey,
    [COMMANDS.invalidateTag]: invalidateTag,
    [COMMANDS.invalidatePattern]: invalidatePattern,
    [COMMANDS.invalidateFile]: invalidateCurrentFile,
    [COMMANDS.invalidateMore]: invalidateMore,
    [COMMANDS.undo]: (session, id) => undoInvalidation(session, typeof id === 'string' ? id : undefined),
    [COMMANDS.clearLevel]: clearLevel,
    [COMMANDS.clearAll]: clearAll,
    [COMMANDS.connectShared]: (session) => connectShared(session, window.context),
    [COMMANDS.copyConnection]: async (session) => {
      const server = await window.server();
      if (server) await copyConnection(session, { ...window, server });
    },
    [COMMANDS.exportSnapshot]: exportSnapshotTo,
    [COMMANDS.importSnapshot]: importSnapshotFrom,
    [COMMANDS.warm]: (session) => session.warm(vscode.ProgressLocation.Notification),
    [COMMANDS.cancelWarm]: (session) => session.engine.warmer.cancel(),
    [COMMANDS.exportStatistics]: exportStatistics,
    [COMMANDS.pauseWarming]: (session) => session.engine.warmer.pause(),
    [COMMANDS.resumeWarming]: (session) => session.engine.warmer.resume(),
    [COMMANDS.setAlertWebhook]: (session) => setAlertWebhook(session, window.context.secrets),
    [COMMANDS.setEmbeddingsKey]: (session) => setEmbeddingsKey(session, window.context.secrets),
    [COMMANDS.showStatistics]: (session) => showStatistics(session, window.reports),
    [COMMANDS.diagnose]: (session) => diagnoseHitRate(session, window.reports),
    [COMMANDS.showAgentDebugLogs]: showAgentDebugLogs,
    [COMMANDS.showAnswers]: (session) => ExplorerPanel.show(window.context, session, { section: 'answers' }),
    [COMMANDS.showProviderCache]: (session) => showProviderCache(window.context, session),
    [COMMANDS.showWhy]: (session, target) => showWhy(session, window.context, target),
    [COMMANDS.invalidateNode]: (session, node) => {
      const trees = window.trees();
      if (!trees) return;
      const { selector, what } =
        typeof node === 'string' ? trees.tags.selector(node) : trees.files.selector(node as FileNode);
      return session.invalidate(selector, what);
    },
  };
  const disposables = Object.entries(commands).map(([id, run]) =>
    vscode.commands.registerCommand(id, async (argument?: unknown) => {
      try {
        const session = await window.session();
        if (session) await run(session, argument);
        else
          void vscode.window.showInformationMessage(
            'Agent Cache: open a folder first; the cache belongs to it.',
          );
      } catch (error) {
        window.log.error(`${id}: ${(error as Error).stack ?? error}`);
        void vscode.window.showErrorMessage(`Agent Cache: ${(error as Error).message}`);
      }
    }),
  );
  const showLog = vscode.commands.registerCommand(COMMANDS.showLog, () => window.log.show());
  return vscode.Disposable.from(...disposables, showLog);
}
