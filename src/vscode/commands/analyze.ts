import * as vscode from 'vscode';
import { duration } from '../present.ts';
import type { Session } from '../session.ts';
import { fileIdOf } from '../watcher.ts';

/** Asks an analysis of the file at hand, as an agent would, and shows the answer and how it was found. */
export async function analyzeFile(session: Session, given?: unknown): Promise<void> {
  const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
  const path = uri && fileIdOf(session.folder, uri);
  if (path === undefined) {
    void vscode.window.showInformationMessage('Agent Cache: open a file of the workspace first.');
    return;
  }
  const name = await vscode.window.showQuickPick([...session.engine.runner.names], {
    title: `Analyze ${path}`,
    placeHolder: 'Analysis to ask for',
  });
  if (!name) return;
  const answer = await session.engine.runner.run(name, { path });
  const found = answer.hit
    ? `hit in ${answer.level}`
    : `miss (${answer.reason ?? 'shared'}${answer.detail ? `: ${answer.detail}` : ''})`;
  session.log.info(`${name} of ${path}: ${found}, ${duration(answer.ms)}`);
  const content = JSON.stringify(answer.value, undefined, 2);
  const document = await vscode.workspace.openTextDocument({ language: 'json', content });
  await vscode.window.showTextDocument(document, { preview: true, viewColumn: vscode.ViewColumn.Beside });
  vscode.window.setStatusBarMessage(`Agent Cache: ${found} in ${duration(answer.ms)}`, 10_000);
}
