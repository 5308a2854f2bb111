import * as vscode from 'vscode';
import { Webhook, webhookProblem } from '../../insight/alerts/webhook.ts';
import { WEBHOOK } from '../alerts.ts';
import type { Session } from '../session.ts';

const TEST = 'Send a Test';

/** Asks for the address that alerts are sent to, and keeps it in SecretStorage; nothing removes it. */
export async function setAlertWebhook(session: Session, secrets: vscode.SecretStorage): Promise<void> {
  const title = 'Set Alert Webhook';
  const address = await vscode.window.showInputBox({
    title,
    prompt:
      'Address as Slack gives it for an incoming webhook, or nothing for none. It is kept in the secret storage of VS Code.',
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? undefined : webhookProblem(text.trim())),
  });
  if (address === undefined) return;
  if (address.trim() === '') {
    await secrets.delete(WEBHOOK);
    void vscode.window.showInformationMessage('Agent Cache: alerts are sent to no webhook any more.');
    return;
  }
  await secrets.store(WEBHOOK, address.trim());
  const uses = session.settings.alerts.some((rule) => JSON.stringify(rule).includes('"webhook"'));
  const answer = await vscode.window.showInformationMessage(
    uses
      ? 'Agent Cache: alerts with the action "webhook" are sent there.'
      : 'Agent Cache: the address is kept. No rule in agentCache.alerts has the action "webhook" yet.',
    TEST,
  );
  if (answer === TEST) await sendTest(secrets);
}

async function sendTest(secrets: vscode.SecretStorage): Promise<void> {
  let failure: string | undefined;
  const webhook = new Webhook({
    url: async () => secrets.get(WEBHOOK),
    problem: ({ message }) => {
      failure = message;
    },
  });
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: 'Agent Cache: sending a test alert…',
  };
  await vscode.window.withProgress(options, () =>
    webhook.send('Agent Cache: this is a test. Alerts will look like this.'),
  );
  if (failure !== undefined) void vscode.window.showErrorMessage(`Agent Cache: ${failure}`);
  else void vscode.window.showInformationMessage('Agent Cache: the test was delivered.');
}
