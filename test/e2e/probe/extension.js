const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const vscode = require('vscode');

/** Invokes the tool that probe-request.json names and writes probe-answer.json. */
exports.activate = (context) => {
  context.subscriptions.push(
    vscode.commands.registerCommand('agentCacheProbe.invoke', async () => {
      const folder = vscode.workspace.workspaceFolders[0].uri.fsPath;
      const { tool, input } = JSON.parse(readFileSync(join(folder, 'probe-request.json'), 'utf8'));
      let answer;
      try {
        const { content } = await vscode.lm.invokeTool(tool, { input, toolInvocationToken: undefined });
        answer = {
          texts: content.map((part) => part.value),
          listed: vscode.lm.tools.some(({ name }) => name === tool),
        };
      } catch (error) {
        answer = { error: error.message };
      }
      writeFileSync(join(folder, 'probe-answer.json'), JSON.stringify(answer));
    }),
  );
};
