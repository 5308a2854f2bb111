import * as vscode from 'vscode';
import type { FileId } from '../freshness/context.ts';
import type { Session } from './session.ts';

/** The workspace path of a resource in this folder, undefined for any other. */
export function fileIdOf(folder: vscode.WorkspaceFolder, uri: vscode.Uri): FileId | undefined {
  if (uri.scheme !== folder.uri.scheme) return undefined;
  const root = folder.uri.path.endsWith('/') ? folder.uri.path : `${folder.uri.path}/`;
  return uri.path.startsWith(root) ? uri.path.slice(root.length) : undefined;
}

/** Passes saves and file events on as hints. Reads verify by themselves, so that a lost one costs nothing. */
export function watch(session: Session): vscode.Disposable {
  const { folder, engine } = session;
  const hint = (uri: vscode.Uri) => {
    const path = fileIdOf(folder, uri);
    if (path !== undefined && !path.startsWith('.git/')) engine.workspace.hint(path);
  };
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, '**'));
  return vscode.Disposable.from(
    watcher,
    watcher.onDidChange(hint),
    watcher.onDidCreate(hint),
    watcher.onDidDelete(hint),
    vscode.workspace.onDidSaveTextDocument((document) => hint(document.uri)),
    vscode.workspace.onDidRenameFiles(({ files }) => {
      for (const { oldUri, newUri } of files) {
        hint(oldUri);
        hint(newUri);
      }
    }),
    vscode.workspace.onDidDeleteFiles(({ files }) => files.forEach(hint)),
  );
}
