import * as vscode from 'vscode';

/** In VS Code's `chatOpenAgentDebugPanelAction.ts`: the logs of its chat, with a cache explorer for its prompts. */
const DEBUG_LOGS = 'workbench.action.chat.openAgentDebugPanel';

/** Which part of a prompt broke the cache is told there, for VS Code's own chat. */
export async function showAgentDebugLogs(): Promise<void> {
  if ((await vscode.commands.getCommands(true)).includes(DEBUG_LOGS)) {
    await vscode.commands.executeCommand(DEBUG_LOGS);
  } else {
    void vscode.window.showInformationMessage('Agent Cache: this VS Code has no agent debug logs.');
  }
}
