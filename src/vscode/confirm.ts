import * as vscode from 'vscode';
import type { Report } from '../freshness/selector.ts';
import { count, size } from './present.ts';

/** Says how much would go and asks, when it is much; true to go on. */
export async function confirmInvalidation(what: string, hit: Report, from: number): Promise<boolean> {
  if (hit.entries < from) return true;
  const answer = await vscode.window.showWarningMessage(
    `Invalidate ${count(hit.entries, 'entry')} (${size(hit.bytes)})?`,
    { modal: true, detail: `${what}. They are computed again when they are next asked for.` },
    'Invalidate',
  );
  return answer === 'Invalidate';
}

export function tellInvalidated(hit: Report): void {
  const text =
    hit.entries === 0
      ? 'nothing to invalidate'
      : `invalidated ${count(hit.entries, 'entry')} (${size(hit.bytes)})`;
  void vscode.window.setStatusBarMessage(`Agent Cache: ${text}`, 5000);
}
