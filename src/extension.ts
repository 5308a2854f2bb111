import * as vscode from 'vscode';
import { followChanges } from './vscode/changes.ts';
import { registerCommands } from './vscode/commands/register.ts';
import { CONTEXTS, PANEL, VIEWS } from './vscode/ids.ts';
import { ExplorerPanel } from './vscode/panel.ts';
import { Reports } from './vscode/reports.ts';
import { Session } from './vscode/session.ts';
import { StatusBar } from './vscode/status-bar.ts';
import { registerTools } from './vscode/tools.ts';
import { FileTree } from './vscode/views/file-tree.ts';
import { onContentChange } from './vscode/views/refresh.ts';
import { TagTree } from './vscode/views/tag-tree.ts';

/** Warming waits this long after start, ms, so that the editor comes first. */
const WARM_AFTER = 3000;

let current: Session | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Agent Cache', { log: true });
  const reports = new Reports();
  context.subscriptions.push(log, reports);
  let trees: { tags: TagTree; files: FileTree } | undefined;
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
  const opened = folder
    ? open(context, folder, log).then((made) => {
        trees = made.trees;
        return made.session;
      })
    : Promise.resolve(undefined);
  opened.catch((error: Error) => {
    log.error(`The cache could not be opened: ${error.stack ?? error}`);
    void vscode.window.showErrorMessage(`Agent Cache could not start: ${error.message}`);
  });
  context.subscriptions.push(
    registerCommands({ context, log, reports, session: () => opened, trees: () => trees }),
    registerTools(() => opened),
    vscode.window.registerWebviewPanelSerializer(PANEL, {
      async deserializeWebviewPanel(panel) {
        const session = await opened;
        if (session) ExplorerPanel.restore(context, session, panel);
        else panel.dispose();
      },
    }),
  );
}

export async function deactivate(): Promise<void> {
  await current?.engine.close();
}

async function open(
  context: vscode.ExtensionContext,
  folder: vscode.WorkspaceFolder,
  log: vscode.LogOutputChannel,
) {
  const began = performance.now();
  const session = await Session.open(context, folder, log);
  current = session;
  const trees = { tags: new TagTree(session), files: new FileTree(session) };
  const statusBar = new StatusBar(session.engine);
  const update = () => statusBar.update(session.settings['statusBar.visible']);
  const { engine } = session;
  update();
  const setContext = (name: string, value: boolean) =>
    vscode.commands.executeCommand('setContext', name, value);
  const canUndo = () => void setContext(CONTEXTS.canUndo, engine.workspace.undos().length > 0);
  void setContext(CONTEXTS.active, true);
  canUndo();
  context.subscriptions.push(
    trees.tags,
    trees.files,
    statusBar,
    vscode.window.createTreeView(VIEWS.tags, { treeDataProvider: trees.tags, showCollapseAll: true }),
    vscode.window.createTreeView(VIEWS.files, { treeDataProvider: trees.files, showCollapseAll: true }),
    followChanges(session),
    engine.onBeat(update),
    onContentChange(engine, () => {
      void setContext(CONTEXTS.hasEntries, engine.workspace.cache.size > 0);
      canUndo();
    }),
    session.onSettings(() => {
      session.applySettings();
      update();
    }),
    { dispose: () => ExplorerPanel.close() },
  );
  log.info(`Opened the cache of ${folder.uri.fsPath} in ${Math.round(performance.now() - began)} ms`);
  if (session.settings['warm.onStartup']) {
    const timer = setTimeout(() => void session.warm(vscode.ProgressLocation.Window), WARM_AFTER);
    context.subscriptions.push({ dispose: () => clearTimeout(timer) });
  }
  return { session, trees };
}
