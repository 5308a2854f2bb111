import * as vscode from 'vscode';
import type { Invalidated } from '../freshness/invalidation.ts';
import type { Report } from '../freshness/selector.ts';
import { count, size } from './present.ts';

/** Says how much would go for good and asks, when it is much; true to go on. */
export async function confirmInvalidation(what: string, hit: Report, from: number): Promise<boolean> {
  if (hit.entries < from) return true;
  const answer = await vscode.window.showWarningMessage(
    `Invalidate ${count(hit.entries, 'entry')} (${size(hit.bytes)})?`,
    { modal: true, detail: `${what}. This cannot be undone for the others who share it.` },
    'Invalidate',
  );
  return answer === 'Invalidate';
}

/** Says what was hit; true when it is to be taken back. */
export async function offerUndo(hit: Invalidated): Promise<boolean> {
  if (hit.entries === 0) {
    void vscode.window.setStatusBarMessage('Agent Cache: nothing to invalidate', 5000);
    return false;
  }
  const text = `Agent Cache: Invalidated ${count(hit.entries, 'entry')} (${size(hit.bytes)})`;
  if (hit.undo === undefined) {
    void vscode.window.setStatusBarMessage(text, 5000);
    return false;
  }
  const some = hit.undoable < hit.entries ? ` Undo brings back ${count(hit.undoable, 'entry')} of them.` : '';
  return (await vscode.window.showInformationMessage(`${text}.${some}`, 'Undo')) === 'Undo';
}
