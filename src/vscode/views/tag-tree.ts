import * as vscode from 'vscode';
import type { Selector } from '../../freshness/selector.ts';
import type { TagCount } from '../../freshness/tag-index.ts';
import { count, size } from '../present.ts';
import type { Session } from '../session.ts';
import { onContentChange } from './refresh.ts';

/** The tags of all entries, with what is under each. */
export class TagTree implements vscode.TreeDataProvider<string>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #session: Session;
  readonly #listener: { dispose(): void };

  constructor(session: Session) {
    this.#session = session;
    this.#listener = onContentChange(session.engine, () => this.#changed.fire(undefined));
  }

  getChildren(tag?: string): string[] {
    return this.#session.engine.workspace.tags.children(tag ?? '').map((child) => child.tag);
  }

  getParent(): undefined {
    return undefined;
  }

  getTreeItem(tag: string): vscode.TreeItem {
    const node = this.#session.engine.workspace.tags.count(tag) ?? gone(tag);
    const state = node.hasChildren
      ? vscode.TreeItemCollapsibleState.Collapsed
      : vscode.TreeItemCollapsibleState.None;
    const item = new vscode.TreeItem(node.label, state);
    item.id = tag;
    item.description = `${count(node.entries, 'entry')}, ${size(node.bytes)}`;
    item.tooltip = `Tag ${tag}\n${item.description}`;
    item.iconPath = new vscode.ThemeIcon('tag');
    item.contextValue = 'tag';
    item.accessibilityInformation = { label: `Tag ${tag}, ${item.description}` };
    return item;
  }

  selector(tag: string): { selector: Selector; what: string } {
    return { selector: { tag }, what: `Tag ${tag} and all below it` };
  }

  dispose(): void {
    this.#listener.dispose();
    this.#changed.dispose();
  }
}

function gone(tag: string): TagCount {
  return { tag, label: tag, entries: 0, bytes: 0, hasChildren: false };
}
