import * as vscode from 'vscode';
import { keyFor } from '../embeddings.ts';
import type { Session } from '../session.ts';

/** Asks for the key of the embeddings service that is set, and keeps it in SecretStorage; nothing removes it. */
export async function setEmbeddingsKey(session: Session, secrets: vscode.SecretStorage): Promise<void> {
  const url = session.settings['embeddings.url'];
  if (url === '') {
    void vscode.window.showInformationMessage(
      'Agent Cache: set the address of the embeddings service first (agentCache.embeddings.url).',
    );
    return;
  }
  const key = await vscode.window.showInputBox({
    title: 'Set Embeddings Key',
    prompt: `Key for ${new URL(url).host}, or nothing for none. It is kept in the secret storage of VS Code.`,
    password: true,
    ignoreFocusOut: true,
  });
  if (key === undefined) return;
  const given = key.trim();
  if (given === '') await secrets.delete(keyFor(url));
  else await secrets.store(keyFor(url), given);
  void vscode.window.showInformationMessage(
    given === ''
      ? 'Agent Cache: the embeddings service is asked without a key.'
      : 'Agent Cache: the key of the embeddings service is kept.',
  );
}
