import * as vscode from 'vscode';
import { ExplorerPanel } from '../panel.ts';
import type { Session } from '../session.ts';

const ENABLED = 'agentCache.providerCache.enabled';
const SWITCH_ON = 'Switch On';

/** The panel at the provider's cache; asks whether transcripts may be read when they may not. */
export async function showProviderCache(context: vscode.ExtensionContext, session: Session): Promise<void> {
  ExplorerPanel.show(context, session, { section: 'provider' });
  if (session.settings['providerCache.enabled']) return;
  // Not awaited: the command is done when the panel is shown.
  void askForTranscripts().then(undefined, (error: Error) => {
    session.log.error(`Provider cache: ${error.message}`);
    void vscode.window.showErrorMessage(`Agent Cache: ${error.message}`);
  });
}

async function askForTranscripts(): Promise<void> {
  const answer = await vscode.window.showInformationMessage(
    'Agent Cache: let it read the transcripts that AI agents keep on this machine? Only figures are taken from them, and nothing leaves the machine.',
    SWITCH_ON,
    'Open Setting',
  );
  if (answer === SWITCH_ON) {
    const { Global } = vscode.ConfigurationTarget;
    await vscode.workspace.getConfiguration().update(ENABLED, true, Global);
  } else if (answer) {
    await vscode.commands.executeCommand('workbench.action.openSettings', `@id:${ENABLED}`);
  }
}
