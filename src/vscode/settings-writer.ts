import * as vscode from 'vscode';
import type { SettingsWriter } from '../insight/advice/advice-desk.ts';

/** The settings of the open workspace, which others who open it see too; what the user has set stays. */
export function workspaceSettings(scope: vscode.Uri): SettingsWriter {
  const configuration = () => vscode.workspace.getConfiguration(undefined, scope);
  return {
    read: (id) => configuration().inspect(id)?.workspaceValue,
    write: async (id, value) => configuration().update(id, value, vscode.ConfigurationTarget.Workspace),
  };
}
