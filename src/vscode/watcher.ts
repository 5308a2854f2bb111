import picomatch from 'picomatch';
import * as vscode from 'vscode';
import type { FileId } from '../freshness/context.ts';

/** The workspace path of a resource in this folder, undefined for any other. */
export function fileIdOf(folder: vscode.WorkspaceFolder, uri: vscode.Uri): FileId | undefined {
  if (uri.scheme !== folder.uri.scheme) return undefined;
  const root = folder.uri.path.endsWith('/') ? folder.uri.path : `${folder.uri.path}/`;
  return uri.path.startsWith(root) ? uri.path.slice(root.length) : undefined;
}

/** What tells of changed files. Hints only: reads verify by themselves, so that a lost one costs nothing. */
export class FolderWatcher implements vscode.Disposable {
  readonly #folder: vscode.WorkspaceFolder;
  #hint: (path: FileId) => void = () => {};
  #watching: vscode.Disposable | undefined;

  constructor(folder: vscode.WorkspaceFolder) {
    this.#folder = folder;
  }

  /** Whether VS Code is to tell of changes of this path: not of what its settings exclude. */
  watches(path: FileId): boolean {
    const files = vscode.workspace.getConfiguration('files', this.#folder.uri);
    const excluded = Object.entries(files.get<Record<string, unknown>>('watcherExclude') ?? {});
    const globs = excluded.flatMap(([glob, on]) => (on === true ? [glob, `${glob}/**`] : []));
    return !picomatch.isMatch(path, globs, { dot: true });
  }

  /** Begins to watch, again if it has already. */
  watch(hint: (path: FileId) => void = this.#hint): void {
    this.#hint = hint;
    this.#watching?.dispose();
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(this.#folder, '**'));
    const tell = (uri: vscode.Uri) => {
      const path = fileIdOf(this.#folder, uri);
      if (path !== undefined && (!path.startsWith('.git/') || path === '.git/info/exclude')) hint(path);
    };
    this.#watching = vscode.Disposable.from(
      watcher,
      watcher.onDidChange(tell),
      watcher.onDidCreate(tell),
      watcher.onDidDelete(tell),
      vscode.workspace.onDidSaveTextDocument((document) => tell(document.uri)),
      vscode.workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) {
          tell(oldUri);
          tell(newUri);
        }
      }),
      vscode.workspace.onDidDeleteFiles(({ files }) => files.forEach(tell)),
    );
  }

  dispose(): void {
    this.#watching?.dispose();
  }
}
