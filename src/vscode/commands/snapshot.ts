import * as vscode from 'vscode';
import type { SnapshotOptions } from '../../engine/snapshots.ts';
import { count, size } from '../present.ts';
import type { Session } from '../session.ts';

const FILTERS = { 'Agent Cache snapshot': ['json'] };

/** Writes what the file level holds as one JSON file, for another machine, CI or a commit. */
export async function exportSnapshotTo(session: Session): Promise<void> {
  const uri = await vscode.window.showSaveDialog({
    title: 'Export the Agent Cache',
    defaultUri: vscode.Uri.joinPath(session.folder.uri, 'agent-cache.json'),
    filters: FILTERS,
  });
  if (!uri) return;
  const report = await withProgress('Exporting', uri, (options) => session.engine.exportSnapshot(options));
  if (!report) return;
  const skipped = report.skipped === 0 ? '' : `, ${count(report.skipped, 'value')} left out`;
  const text = `Exported ${count(report.entries, 'entry')} (${size(report.bytes)})${skipped}`;
  session.log.info(`${text} to ${uri.fsPath}`);
  const answer = await vscode.window.showInformationMessage(`Agent Cache: ${text}.`, 'Open File');
  if (answer) await vscode.window.showTextDocument(uri);
}

/** Takes such a file in; what it brings is served while the files here are as they were there. */
export async function importSnapshotFrom(session: Session): Promise<void> {
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: 'Import into the Agent Cache',
      openLabel: 'Import',
      defaultUri: session.folder.uri,
      filters: FILTERS,
    })) ?? [];
  if (!uri) return;
  const report = await withProgress('Importing', uri, (options) => session.engine.importSnapshot(options));
  if (!report) return;
  for (const problem of report.problems) session.log.warn(`Import: ${problem}`);
  const skipped = report.skipped === 0 ? '' : `, ${report.skipped} skipped`;
  const text = `Agent Cache: imported ${count(report.imported, 'entry')}${skipped}.`;
  if (report.problems.length === 0) {
    void vscode.window.showInformationMessage(text);
    return;
  }
  const answer = await vscode.window.showWarningMessage(
    `${text} ${count(report.problems.length, 'problem')}: ${report.problems[0]}`,
    'Show Log',
  );
  if (answer) session.log.show();
}

/** Undefined when the person cancelled. */
async function withProgress<T>(
  what: string,
  uri: vscode.Uri,
  work: (options: SnapshotOptions) => Promise<T>,
): Promise<T | undefined> {
  const title = `Agent Cache: ${what}`;
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    let shown = 0;
    const onProgress = (part: number) => {
      const percent = Math.floor(100 * part);
      if (percent > shown) progress.report({ increment: percent - shown });
      shown = Math.max(shown, percent);
    };
    try {
      return await work({ file: uri.fsPath, onProgress, signal: controller.signal });
    } catch (error) {
      if (controller.signal.aborted) return undefined;
      throw error;
    }
  });
}
