import * as vscode from 'vscode';
import { count, size } from '../present.ts';
import type { Session } from '../session.ts';

/** Takes an invalidation back, the last one without an id, and says what came back. */
export async function undoInvalidation(session: Session, id?: string): Promise<void> {
  if (session.engine.workspace.undos().length === 0) {
    void vscode.window.showInformationMessage('Agent Cache: there is no invalidation to undo.');
    return;
  }
  const { entries, bytes, cause } = await session.engine.undo(id);
  const back =
    entries === 0
      ? 'nothing came back, as it was stored again or has changed since'
      : `${count(entries, 'entry')} (${size(bytes)}) ${entries === 1 ? 'is' : 'are'} back`;
  session.log.info(`Undid the invalidation of ${cause}: ${back}`);
  void vscode.window.showInformationMessage(`Agent Cache: ${back}.`);
}
