import * as vscode from 'vscode';
import { problemOf } from '../../cache/shared/load.ts';
import type { Session } from '../session.ts';
import { servers as serversField } from '../setting-fields.ts';
import type { Settings } from '../settings.ts';
import { PASSWORD, sharedOptions } from '../shared-connection.ts';

type Kind = Settings['shared.kind'];

const KINDS: readonly { readonly label: string; readonly server: Kind; readonly detail: string }[] = [
  { label: 'Redis or Valkey', server: 'redis', detail: 'One server' },
  {
    label: 'Redis Cluster',
    server: 'redis-cluster',
    detail: 'Several nodes; one or two of them are enough to begin with',
  },
  { label: 'Memcached', server: 'memcached', detail: 'One or several servers' },
  { label: 'None', server: 'off', detail: 'Results stay on this machine' },
];

const EXAMPLES: Readonly<Record<Kind, string>> = {
  redis: '127.0.0.1:6379',
  'redis-cluster': '127.0.0.1:7000, 127.0.0.1:7001',
  memcached: '127.0.0.1:11211',
  off: '',
};

/** Asks where the shared level is, tries it, and keeps what works: the password in SecretStorage, the rest in settings. */
export async function connectShared(session: Session, context: vscode.ExtensionContext): Promise<void> {
  const current = session.settings['shared.kind'];
  const items = KINDS.map((item) => ({ ...item, ...(item.server === current && { description: 'now' }) }));
  const title = 'Connect Shared Cache';
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: 'Where machines share results, which are found again by the content they rest on',
  });
  if (!picked) return;
  const { server: kind } = picked;
  if (kind === 'off') return keep(session, { 'shared.kind': kind });
  const servers = await vscode.window.showInputBox({
    title: `${title}: ${picked.label}`,
    prompt: 'Addresses, with commas between them; no password here',
    value: session.settings['shared.servers'].join(', ') || EXAMPLES[kind],
    validateInput: (text) => {
      const parsed = serversField().safeParse(split(text));
      if (parsed.success) return split(text).length === 0 ? 'At least one address is needed.' : undefined;
      return parsed.error.issues[0]?.message;
    },
  });
  if (servers === undefined) return;
  const username =
    kind === 'memcached'
      ? ''
      : await ask(title, 'User name, or nothing', session.settings['shared.username']);
  if (username === undefined) return;
  const password = await vscode.window.showInputBox({
    title,
    prompt: 'Password, or nothing. It is kept in the secret storage of VS Code.',
    password: true,
  });
  if (password === undefined) return;
  const chosen = { 'shared.kind': kind, 'shared.servers': split(servers), 'shared.username': username };
  const settings: Settings = { ...session.settings, ...chosen };
  const options = await sharedOptions(settings, session.folder.uri, { get: async () => password });
  if (!options) return;
  const bundle = vscode.Uri.joinPath(context.extensionUri, 'dist').fsPath;
  const problem = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: 'Agent Cache: trying the shared cache…' },
    () => problemOf(options.connection, bundle),
  );
  if (problem !== undefined) {
    const answer = await vscode.window.showErrorMessage(
      `Agent Cache: ${problem} Nothing was changed.`,
      'Try Again',
    );
    if (answer) await connectShared(session, context);
    return;
  }
  if (password === '') await context.secrets.delete(PASSWORD);
  else await context.secrets.store(PASSWORD, password);
  await keep(session, chosen);
}

function ask(title: string, prompt: string, value: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({ title, prompt, value });
}

function split(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .map((server) => server.trim())
    .filter((server) => server !== '');
}

async function keep(session: Session, chosen: Partial<Settings>): Promise<void> {
  const section = vscode.workspace.getConfiguration('agentCache', session.folder.uri);
  for (const [name, value] of Object.entries(chosen)) {
    await section.update(name, value, vscode.ConfigurationTarget.Global);
  }
  const answer = await vscode.window.showInformationMessage(
    chosen['shared.kind'] === 'off'
      ? 'Agent Cache: the shared cache is switched off when the window is reloaded.'
      : 'Agent Cache: the server answers. It is used when the window is reloaded.',
    'Reload Window',
  );
  if (answer) await vscode.commands.executeCommand('workbench.action.reloadWindow');
}
