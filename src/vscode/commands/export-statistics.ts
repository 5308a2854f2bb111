import * as vscode from 'vscode';
import { replaceFile } from '../../cache/stores/replace-file.ts';
import type { What } from '../../insight/export/format.ts';
import type { Session } from '../session.ts';

const FILE_MODE = 0o644;

const CHOICES: readonly (vscode.QuickPickItem & { readonly what: What })[] = [
  {
    what: 'statistics',
    label: '$(graph) Statistics',
    detail: 'Hits, misses, latencies, levels, namespaces, what computing took.',
  },
  {
    what: 'series',
    label: '$(history) Time Series',
    detail: 'Hits, misses by reason and evictions over 30 days.',
  },
  { what: 'entries', label: '$(list-flat) Entries', detail: 'Every cached entry without its value.' },
];

/** Writes what is counted or listed to a file that the person chooses, as JSON or CSV by its name. */
export async function exportStatistics(session: Session): Promise<void> {
  const title = 'Export Agent Cache Statistics';
  const choice = await vscode.window.showQuickPick(CHOICES, {
    title,
    placeHolder: 'What is to be exported?',
  });
  if (!choice) return;
  const uri = await vscode.window.showSaveDialog({
    title,
    defaultUri: vscode.Uri.joinPath(session.folder.uri, `agent-cache-${choice.what}.json`),
    filters: { JSON: ['json'], CSV: ['csv'] },
  });
  if (!uri) return;
  const format = uri.path.toLowerCase().endsWith('.csv') ? 'csv' : 'json';
  await replaceFile(uri.fsPath, session.engine.insight.export(choice.what, format), FILE_MODE);
  session.log.info(`Exported ${choice.what} to ${uri.fsPath}`);
  const answer = await vscode.window.showInformationMessage(
    `Agent Cache: exported to ${vscode.workspace.asRelativePath(uri)}.`,
    'Open File',
  );
  if (answer) await vscode.window.showTextDocument(uri);
}
