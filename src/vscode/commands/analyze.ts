import * as vscode from 'vscode';
import { duration } from '../present.ts';
import type { Reports } from '../reports.ts';
import type { Session } from '../session.ts';
import { fileIdOf } from '../watcher.ts';

/** How long an answer's story stays in the status bar, ms. */
const TOLD_MS = 15_000;

let told: vscode.Disposable | undefined;

/** Asks an analysis of the file at hand, as an agent would, and shows the answer and how it was found. */
export async function analyzeFile(session: Session, reports: Reports, given?: unknown): Promise<void> {
  told?.dispose();
  const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
  const path = uri && fileIdOf(session.folder, uri);
  if (path === undefined) {
    void vscode.window.showInformationMessage('Agent Cache: open a file of the workspace first.');
    return;
  }
  const name = await vscode.window.showQuickPick([...session.engine.runner.namesFor(path)], {
    title: `Analyze ${path}`,
    placeHolder: 'Analysis to ask for',
  });
  if (!name) return;
  const answer = await session.engine.runner.run(name, { path });
  const found = answer.hit
    ? `hit in ${answer.level}`
    : `miss (${answer.reason ?? 'joined'}${answer.detail ? `: ${answer.detail}` : ''})`;
  session.log.info(`${name} of ${path}: ${found}, ${duration(answer.ms)}`);
  const report = reports.write(`${path} ${name}.json`, JSON.stringify(answer.value, undefined, 2));
  await vscode.window.showTextDocument(report, { preview: true, viewColumn: vscode.ViewColumn.Beside });
  told = vscode.window.setStatusBarMessage(`${name} of ${path}: ${found}, ${duration(answer.ms)}`, TOLD_MS);
}
