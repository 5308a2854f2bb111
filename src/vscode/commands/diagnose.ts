import * as vscode from 'vscode';
import { diagnosisReport } from '../../insight/advice/report.ts';
import { count } from '../present.ts';
import type { Reports } from '../reports.ts';
import type { Session } from '../session.ts';

/** Why hit rates are what they are, in a Markdown preview; offers to change what was found. */
export async function diagnoseHitRate(session: Session, reports: Reports): Promise<void> {
  const { advice } = session.engine;
  const [diagnoses, data] = [await advice.diagnosis(), await advice.adviceData()];
  const title = `Agent Cache: hit rates of ${session.folder.name}`;
  const report = reports.write('Agent Cache Diagnosis.md', diagnosisReport(title, diagnoses, data));
  await vscode.commands.executeCommand('markdown.showPreview', report);
  const open = data.items.filter(({ state, change, keys }) => state === 'open' && (change ?? keys));
  if (open.length === 0) return;
  // Not awaited: the command is done when the report is shown.
  void vscode.window
    .showInformationMessage(`Agent Cache: ${count(open.length, 'change')} would help.`, 'Choose…')
    .then((wanted) => (wanted ? follow(session, open) : undefined))
    .then(undefined, (error: Error) => {
      session.log.error(`Advice: ${error.message}`);
      void vscode.window.showErrorMessage(`Agent Cache: ${error.message}`);
    });
}

type Items = Awaited<ReturnType<Session['engine']['advice']['adviceData']>>['items'];

async function follow(session: Session, items: Items): Promise<void> {
  const { advice } = session.engine;
  const picked = await vscode.window.showQuickPick(
    items.map(({ id, title, change, keys, text }) => {
      const what = change?.text ?? `Invalidate ${count(keys?.length ?? 0, 'key')}`;
      return { id, label: title, description: what, detail: text };
    }),
    { title: 'Follow Advice', placeHolder: 'Settings are changed for this workspace', canPickMany: true },
  );
  if (!picked || picked.length === 0) return;
  const done: string[] = [];
  for (const { id } of picked) done.push((await advice.apply(id)).id);
  session.log.info(`Followed advice: ${picked.map(({ description }) => description).join('; ')}`);
  const back = await vscode.window.showInformationMessage(
    `Agent Cache: ${count(done.length, 'change')} made.`,
    'Take Back',
  );
  if (back) for (const id of done.reverse()) await advice.revert(id);
}
