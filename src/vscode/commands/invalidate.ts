import * as vscode from 'vscode';
import { count, duration, size } from '../present.ts';
import type { Session } from '../session.ts';
import { fileIdOf } from '../watcher.ts';
import { patternSelector } from './pattern-input.ts';
import { validated } from './validated.ts';

/** Keys offered in the list; further ones are reached by typing them. */
const MOST_OFFERED = 2000;

export async function invalidateKey(session: Session): Promise<void> {
  const entries = [...session.engine.workspace.cache.entries()].slice(0, MOST_OFFERED);
  if (entries.length === 0) return tellEmpty();
  entries.sort((a, b) => b.hits - a.hits || (a.key < b.key ? -1 : 1));
  const items = entries.map((entry) => ({
    label: entry.key,
    description: `${count(entry.hits, 'hit')}, ${size(entry.bytes)}, computed in ${duration(entry.costMs)}`,
  }));
  const title = `Invalidate Key (${count(session.engine.workspace.cache.size, 'entry')})`;
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder: 'Key to invalidate' });
  if (picked) await session.invalidate({ key: picked.label }, `Key ${picked.label}`);
}

export async function invalidateTag(session: Session): Promise<void> {
  const tags = session.engine.workspace.tags.all();
  if (tags.length === 0) return tellEmpty();
  const items = tags.map((node) => ({
    label: node.tag,
    description: `${count(node.entries, 'entry')}, ${size(node.bytes)}`,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Invalidate Tag',
    placeHolder: 'A tag takes all tags below it along',
  });
  if (picked) await session.invalidate({ tag: picked.label }, `Tag ${picked.label} and all below it`);
}

export async function invalidatePattern(session: Session): Promise<void> {
  const typed = await vscode.window.showInputBox({
    title: 'Invalidate by Pattern',
    placeHolder: 'analysis:outline:*:src/**, or /outline:.*\\.tsx?$/',
    prompt: 'Glob over keys: * any characters, ? one, {a,b} a choice. Or a regular expression: /…/',
    validateInput(value) {
      if (value === '') return undefined;
      const selector = patternSelector(value);
      return selector
        ? validated(session, selector)
        : 'A regular expression ends with "/", or "/i" to ignore case';
    },
  });
  const selector = typed ? patternSelector(typed) : undefined;
  if (selector) await session.invalidate(selector, `Keys that match ${typed}`);
}

export async function invalidateCurrentFile(session: Session): Promise<void> {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const path = uri && fileIdOf(session.folder, uri);
  if (path === undefined) {
    void vscode.window.showInformationMessage('Agent Cache: open a file of the workspace first.');
    return;
  }
  const hit = await session.engine.workspace.preview({ file: path });
  if (hit.entries === 0) {
    void vscode.window.showInformationMessage(`Agent Cache: no entry rests on ${path}.`);
    return;
  }
  await session.invalidate({ file: path }, `What rests on ${path}`);
}

function tellEmpty(): void {
  void vscode.window.showInformationMessage('Agent Cache: the cache is empty.');
}
