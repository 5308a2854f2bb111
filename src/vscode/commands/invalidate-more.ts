import * as vscode from 'vscode';
import { durationMs, durationText } from '../../cache/policy/quantities.ts';
import type { SelectorInput } from '../../freshness/selector.ts';
import { count, size } from '../present.ts';
import type { Session } from '../session.ts';
import { choices } from './choices.ts';
import { validated } from './validated.ts';

interface Item extends vscode.QuickPickItem {
  readonly selector?: SelectorInput;
}

const OLDER: Item = { label: '$(history) Older Than…', description: 'By when entries were created' };

/** One list for everything that has no command of its own: namespaces, agents, topics, levels, and an age. */
export async function invalidateMore(session: Session): Promise<void> {
  const groups = await choices(session.engine.workspace);
  if (groups.length === 0) {
    void vscode.window.showInformationMessage('Agent Cache: the cache is empty.');
    return;
  }
  const items: Item[] = [OLDER];
  for (const { title, choices } of groups) {
    items.push({ label: title, kind: vscode.QuickPickItemKind.Separator });
    for (const { name, selector, entries, bytes } of choices) {
      items.push({ label: name, description: `${count(entries, 'entry')}, ${size(bytes)}`, selector });
    }
  }
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Invalidate',
    placeHolder: 'A namespace, agent, topic or level to invalidate, or an age',
  });
  if (picked === OLDER) await invalidateOlder(session);
  else if (picked?.selector) {
    const [kind] = Object.keys(picked.selector);
    await session.invalidate(picked.selector, `The ${kind} ${picked.label}`);
  }
}

async function invalidateOlder(session: Session): Promise<void> {
  const typed = await vscode.window.showInputBox({
    title: 'Invalidate Older Than',
    placeHolder: '90 min, 24h, 7 d',
    prompt: 'Entries that were created longer ago than this',
    validateInput: (value) => validated(session, value === '' ? undefined : { olderThan: value }),
  });
  if (typed)
    await session.invalidate({ olderThan: typed }, `What is older than ${durationText(durationMs(typed))}`);
}
