import * as vscode from 'vscode';
import type { Entry } from '../../cache/entry.ts';
import type { Selector } from '../../freshness/selector.ts';
import type { Stamp } from '../../freshness/stamp.ts';
import { count, duration, size } from '../present.ts';
import type { Session } from '../session.ts';
import { onContentChange } from './refresh.ts';

export type FileNode =
  | { readonly type: 'folder'; readonly path: string }
  | { readonly type: 'file'; readonly path: string }
  | { readonly type: 'entry'; readonly path: string; readonly key: string };

/** The workspace's files by folder, and below each file the entries that rest on its content. */
export class FileTree implements vscode.TreeDataProvider<FileNode>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #session: Session;
  readonly #listener: { dispose(): void };
  /** Children by folder, made when the view asks and dropped at every change. */
  #folders: Map<string, FileNode[]> | undefined;

  constructor(session: Session) {
    this.#session = session;
    this.#listener = onContentChange(session.engine, () => {
      this.#folders = undefined;
      this.#changed.fire(undefined);
    });
  }

  getChildren(node?: FileNode): FileNode[] {
    if (node?.type === 'entry') return [];
    if (node?.type === 'file') {
      return this.#entries(node.path).map((entry) => ({ type: 'entry', path: node.path, key: entry.key }));
    }
    this.#folders ??= this.#build();
    return this.#folders.get(node?.path ?? '') ?? [];
  }

  getTreeItem(node: FileNode): vscode.TreeItem {
    const name = node.path.slice(node.path.lastIndexOf('/') + 1);
    if (node.type === 'entry') return this.#entryItem(node);
    const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Collapsed);
    item.id = `${node.type} ${node.path}`;
    item.resourceUri = vscode.Uri.joinPath(this.#session.folder.uri, node.path);
    item.iconPath = node.type === 'file' ? vscode.ThemeIcon.File : vscode.ThemeIcon.Folder;
    item.contextValue = node.type;
    if (node.type === 'file') {
      const entries = this.#entries(node.path);
      item.description = count(entries.length, 'entry');
      item.tooltip = `${node.path}\n${count(entries.length, 'entry')} rest on this file: a change of it makes them invalid`;
    }
    return item;
  }

  selector(node: FileNode): { selector: Selector; what: string } {
    if (node.type === 'entry') return { selector: { key: node.key }, what: `Key ${node.key}` };
    if (node.type === 'file') return { selector: { file: node.path }, what: `What rests on ${node.path}` };
    const keys = new Set<string>();
    const open: FileNode[] = [node];
    for (let next = open.pop(); next; next = open.pop()) {
      if (next.type === 'entry') keys.add(next.key);
      else open.push(...this.getChildren(next));
    }
    return { selector: { keys: [...keys] }, what: `What rests on files in ${node.path}` };
  }

  dispose(): void {
    this.#listener.dispose();
    this.#changed.dispose();
  }

  #entryItem(node: FileNode & { type: 'entry' }): vscode.TreeItem {
    const item = new vscode.TreeItem(node.key, vscode.TreeItemCollapsibleState.None);
    item.id = `entry ${node.path} ${node.key}`;
    item.iconPath = new vscode.ThemeIcon('database');
    item.contextValue = 'entry';
    const entry = this.#session.engine.workspace.cache.entry(node.key);
    if (!entry) return item;
    item.description = `${size(entry.bytes)}, ${count(entry.hits, 'hit')}`;
    item.tooltip = [
      entry.key,
      `${size(entry.bytes)}, ${count(entry.hits, 'hit')}, computed in ${duration(entry.costMs)}`,
      `Rests on ${count(entry.stamp.dependencies.length, 'input')}`,
    ].join('\n');
    return item;
  }

  #entries(path: string): Entry<Stamp>[] {
    return this.#session.engine.workspace.dependents.of(path).sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  #build(): Map<string, FileNode[]> {
    const folders = new Map<string, FileNode[]>();
    const { dependents } = this.#session.engine.workspace;
    for (const path of dependents.paths()) {
      if (dependents.of(path).length === 0) continue;
      let node: FileNode = { type: 'file', path };
      for (;;) {
        const parent: string = node.path.slice(0, Math.max(0, node.path.lastIndexOf('/')));
        const children = folders.get(parent);
        if (children) {
          children.push(node);
          break;
        }
        folders.set(parent, [node]);
        if (parent === '') break;
        node = { type: 'folder', path: parent };
      }
    }
    for (const children of folders.values()) {
      children.sort((a, b) =>
        a.type === b.type ? (a.path < b.path ? -1 : 1) : a.type === 'folder' ? -1 : 1,
      );
    }
    return folders;
  }
}
