import * as vscode from 'vscode';
import { LinkError, lookOf } from './link.ts';
import { ExplorerPanel } from './panel.ts';
import type { Session } from './session.ts';

/** Follows links from outside to what they show in the panel. They only show: nothing is changed by one. */
export function registerLinks(
  context: vscode.ExtensionContext,
  session: () => Promise<Session | undefined>,
): vscode.Disposable {
  return vscode.window.registerUriHandler({
    async handleUri(uri) {
      try {
        const look = lookOf(uri);
        const opened = await session();
        if (opened) ExplorerPanel.show(context, opened, look);
        else void vscode.window.showInformationMessage('Agent Cache: open the folder of the link first.');
      } catch (error) {
        if (!(error instanceof LinkError)) throw error;
        void vscode.window.showErrorMessage(`Agent Cache: ${error.message}`);
      }
    },
  });
}
