import * as vscode from 'vscode';
import type { AgentCacheExports } from './api.ts';
import { AgentServer, type Serve } from './vscode/agent-server.ts';
import { followChanges } from './vscode/changes.ts';
import { registerCommands } from './vscode/commands/register.ts';
import { Launcher } from './vscode/connections/launcher.ts';
import { exportsOf } from './vscode/exports.ts';
import { CONTEXTS, PANEL, VIEWS } from './vscode/ids.ts';
import { registerMcpProvider } from './vscode/mcp-provider.ts';
import { registerLinks } from './vscode/open-link.ts';
import { ExplorerPanel } from './vscode/panel.ts';
import { Reports } from './vscode/reports.ts';
import { Session } from './vscode/session.ts';
import { StatusBar } from './vscode/status-bar.ts';
import { LanguageModelTools } from './vscode/tools.ts';
import { FileTree } from './vscode/views/file-tree.ts';
import { onContentChange } from './vscode/views/refresh.ts';
import { TagTree } from './vscode/views/tag-tree.ts';
import { followWarming } from './vscode/warming-context.ts';

/** Warming waits this long after start, ms, so that the editor comes first. */
const WARM_AFTER = 3000;

let current: { readonly session: Session; readonly server: AgentServer } | undefined;

/** What serves is loaded when the first agent asks, not with the window. */
const serve: Serve = async (engine, options) => {
  const { startServer } = await import('./serve/server.ts');
  return startServer(engine, options);
};

export function activate(context: vscode.ExtensionContext): AgentCacheExports {
  const log = vscode.window.createOutputChannel('Agent Cache', { log: true });
  const reports = new Reports();
  context.subscriptions.push(log, reports);
  let trees: { tags: TagTree; files: FileTree } | undefined;
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
  const opening = folder ? open(context, folder, log) : Promise.resolve(undefined);
  const opened = opening.then((made) => {
    trees = made?.trees;
    return made?.session;
  });
  const server = () => opening.then((made) => made?.server);
  const bundle = vscode.Uri.joinPath(context.extensionUri, 'dist').fsPath;
  const launcher = new Launcher(context.globalStorageUri.fsPath, bundle);
  launcher.refresh().catch((error: Error) => log.error(`${launcher.file}: ${error.message}`));
  const tools = new LanguageModelTools(() => opened, []);
  opened.catch((error: Error) => {
    log.error(`The cache could not be opened: ${error.stack ?? error}`);
    void vscode.window.showErrorMessage(`Agent Cache could not start: ${error.message}`);
  });
  void opening.then((made) => {
    if (!made) return;
    const hide = () => tools.hide(made.server.disabledTools);
    hide();
    context.subscriptions.push(made.server.onDidChange(hide));
  }, NOTED);
  context.subscriptions.push(
    tools,
    registerCommands({ context, log, reports, launcher, session: () => opened, server, trees: () => trees }),
    registerLinks(context, () => opened),
    registerMcpProvider(server, context.extension.packageJSON.version),
    vscode.window.registerWebviewPanelSerializer(PANEL, {
      async deserializeWebviewPanel(panel) {
        const session = await opened;
        if (session) ExplorerPanel.restore(context, session, panel);
        else panel.dispose();
      },
    }),
  );
  return exportsOf(() => opened);
}

export async function deactivate(): Promise<void> {
  await current?.server.close();
  await current?.session.engine.close();
}

/** The one who opens the cache tells why it failed. */
const NOTED = (): void => {};

async function open(
  context: vscode.ExtensionContext,
  folder: vscode.WorkspaceFolder,
  log: vscode.LogOutputChannel,
) {
  const began = performance.now();
  const session = await Session.open(context, folder, log);
  const server = new AgentServer(session, serve);
  current = { session, server };
  const trees = { tags: new TagTree(session), files: new FileTree(session) };
  const statusBar = new StatusBar(session.engine);
  const update = () => statusBar.update(session.settings['statusBar.visible']);
  const { engine } = session;
  const failed = (error: Error) => {
    log.error(error.message);
    void vscode.window.showErrorMessage(`Agent Cache: ${error.message}`);
  };
  server.begin().catch(failed);
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
    server,
    vscode.window.createTreeView(VIEWS.tags, { treeDataProvider: trees.tags, showCollapseAll: true }),
    vscode.window.createTreeView(VIEWS.files, { treeDataProvider: trees.files, showCollapseAll: true }),
    followChanges(session),
    engine.onBeat(update),
    followWarming(engine),
    onContentChange(engine, () => {
      void setContext(CONTEXTS.hasEntries, engine.workspace.cache.size > 0);
      canUndo();
    }),
    session.onSettings(() => {
      session.applySettings();
      update();
      server.applySettings().catch(failed);
    }),
    { dispose: () => ExplorerPanel.close() },
  );
  log.info(`Opened the cache of ${folder.uri.fsPath} in ${Math.round(performance.now() - began)} ms`);
  if (session.settings['warm.onStartup']) {
    const warm = () => void session.warm(vscode.ProgressLocation.Window, 'startup');
    const timer = setTimeout(warm, WARM_AFTER);
    context.subscriptions.push({ dispose: () => clearTimeout(timer) });
  }
  return { session, server, trees };
}
