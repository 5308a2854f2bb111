import * as vscode from 'vscode';
import type { AgentServer } from '../agent-server.ts';
import { curlCommands } from '../connections/curl.ts';
import type { Launcher } from '../connections/launcher.ts';
import type { Bridge, Product } from '../connections/product.ts';
import { PRODUCTS } from '../connections/products.ts';
import { findRuntime } from '../connections/runtime.ts';
import { writeConnection } from '../connections/write.ts';
import type { Reports } from '../reports.ts';
import type { Session } from '../session.ts';

const TITLE = 'Copy Agent Connection';

interface Means {
  readonly server: AgentServer;
  readonly launcher: Launcher;
  readonly reports: Reports;
}

/** Asks which agent is to be connected, and copies its configuration or writes it into its file. */
export async function copyConnection(session: Session, { server, launcher, reports }: Means): Promise<void> {
  const agents = PRODUCTS.map((product) => ({ label: product.label, detail: product.place, product }));
  const curl = { label: 'curl', detail: 'Shell commands that ask the REST interface', product: undefined };
  const picked = await vscode.window.showQuickPick([...agents, curl], {
    title: TITLE,
    placeHolder: 'Agent that is to use the cache of this folder',
  });
  if (!picked) return;
  await server.running();
  const { product } = picked;
  if (!product) return copy(curlCommands(session.storage), 'Shell commands');
  await launcher.write();
  const bridge = await bridgeTo(session, launcher);
  const how = await askHow(product);
  if (how === 'copy') await copy(product.render(bridge), `The configuration for ${product.label}`);
  if (how === 'write' && product.file)
    await writeConnection(session.folder, { ...product, file: product.file }, bridge, reports);
}

async function bridgeTo({ folder, storage }: Session, { file }: Launcher): Promise<Bridge> {
  const { command, env } = await findRuntime();
  return { command, args: [file, '--workspace', folder.uri.fsPath, '--storage', storage], env };
}

/** Undefined when the person thought better of it. */
async function askHow({ label, place, file }: Product): Promise<'copy' | 'write' | undefined> {
  if (!file) return 'copy';
  const picked = await vscode.window.showQuickPick(
    [
      { label: 'Copy', detail: `To be pasted into ${place}`, how: 'copy' as const },
      {
        label: `Write ${file.path}…`,
        detail: 'Shows the change first; other servers stay',
        how: 'write' as const,
      },
    ],
    { title: `${TITLE}: ${label}`, placeHolder: 'What to do with the configuration' },
  );
  return picked?.how;
}

async function copy(text: string, what: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  void vscode.window.showInformationMessage(`Agent Cache: ${what} can be pasted now.`);
}
