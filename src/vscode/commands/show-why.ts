import * as vscode from 'vscode';
import { formatFilter } from '../../insight/entries/filter.ts';
import type { EntriesPage, EntryRow } from '../../protocol/entries.ts';
import { entryLook } from '../link.ts';
import { ExplorerPanel } from '../panel.ts';
import { count, duration, size } from '../present.ts';
import type { Session } from '../session.ts';
import type { FileNode } from '../views/file-tree.ts';
import { fileIdOf } from '../watcher.ts';

/** Keys offered at once; the filter reaches the others. */
const MOST_OFFERED = 200;

/**
 * Shows one entry in full: that of the node it was called on, or one that the person picks among
 * those of the file or tag, or among all.
 */
export async function showWhy(
  session: Session,
  context: vscode.ExtensionContext,
  target: unknown,
): Promise<void> {
  const wanted = wantedBy(session, target);
  if (wanted === undefined) {
    void vscode.window.showInformationMessage('Agent Cache: the file is not one of the workspace.');
    return;
  }
  const key = 'key' in wanted ? wanted.key : await pick(session, wanted.filter);
  if (key !== undefined) ExplorerPanel.show(context, session, entryLook(key));
}

type Wanted = { readonly key: string } | { readonly filter: string };

/** A tag of the tag tree, a node of the file tree, the file of an editor, or nothing at all. */
function wantedBy(session: Session, target: unknown): Wanted | undefined {
  if (typeof target === 'string') return { filter: filterOf('tag', target) };
  if (target instanceof vscode.Uri) {
    const path = fileIdOf(session.folder, target);
    return path === undefined ? undefined : { filter: filterOf('file', path) };
  }
  const node = target as FileNode | undefined;
  if (node?.type === 'entry') return { key: node.key };
  return { filter: node === undefined ? '' : filterOf('file', node.path) };
}

function filterOf(field: 'tag' | 'file', value: string): string {
  return `${formatFilter([{ field, value, negated: false }])} `;
}

/** A list that what is typed filters, in the same language as the panel's. */
function pick(session: Session, filter: string): Promise<string | undefined> {
  const list = vscode.window.createQuickPick();
  list.title = 'Show Why';
  list.placeholder = 'outline tag:language/typescript file:src/** size>10KB age<2h hits>=3';
  list.value = filter;
  let asked = 0;
  const fill = async () => {
    const mine = ++asked;
    list.busy = true;
    await session.engine.loaded; // right after the start, what earlier sessions left is not listed yet
    if (mine !== asked) return;
    const page = await session.engine.inspection.entries({
      filter: list.value,
      sort: 'hits',
      descending: true,
      from: 0,
      count: MOST_OFFERED,
    });
    if (mine !== asked) return; // more was typed meanwhile
    list.busy = false;
    list.items = page.rows.map(itemOf);
    list.title = titleOf(page);
  };
  const filled = () => fill().catch((error: Error) => session.log.error(`Show Why: ${error.message}`));
  return new Promise((resolve) => {
    list.onDidChangeValue(filled);
    list.onDidAccept(() => {
      resolve(list.activeItems[0]?.label);
      list.hide();
    });
    list.onDidHide(() => {
      asked++;
      resolve(undefined);
      list.dispose();
    });
    list.show();
    void filled();
  });
}

function itemOf({ key, hits, bytes, costMs }: EntryRow): vscode.QuickPickItem {
  const description = `${count(hits, 'hit')}, ${size(bytes)}, computed in ${duration(costMs)}`;
  return { label: key, description, alwaysShow: true };
}

function titleOf({ problem, matched, total }: EntriesPage): string {
  return problem ?? `Show Why (${count(matched, 'entry')} of ${total})`;
}
