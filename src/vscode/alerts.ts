import * as vscode from 'vscode';
import type { AlertOptions } from '../engine/options.ts';
import { COMMANDS } from './ids.ts';
import type { SettingsReader } from './settings.ts';

/** Where SecretStorage keeps the address that alerts are sent to: who knows it can write there. */
export const WEBHOOK = 'agentCache.alerts.webhook';

const OPEN = 'Open Cache Explorer';
const MUTE = 'Mute';

/** Alerts by the settings, told in this window. `mute` is for the rule of that name. */
export function alertOptions(
  reader: SettingsReader,
  log: Pick<vscode.LogOutputChannel, 'warn'>,
  secrets: Pick<vscode.SecretStorage, 'get'>,
  mute: (rule: string) => void,
): AlertOptions {
  return {
    rules: () => reader.alerts,
    webhook: async () => secrets.get(WEBHOOK),
    log: (text) => log.warn(text),
    notify: (text, rule) => {
      void vscode.window.showWarningMessage(`Agent Cache: ${text}`, OPEN, MUTE).then((answer) => {
        if (answer === OPEN) void vscode.commands.executeCommand(COMMANDS.openExplorer); // which tells its own failure
        if (answer === MUTE) mute(rule);
      });
    },
  };
}
