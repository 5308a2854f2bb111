import * as vscode from 'vscode';
import type { AlertOptions } from '../engine/options.ts';
import { COMMANDS } from './ids.ts';
import type { SettingsReader } from './settings.ts';

/** Where SecretStorage keeps the address that alerts are sent to: who knows it can write there. */
export const WEBHOOK = 'agentCache.alerts.webhook';

const OPEN = 'Open Cache Explorer';
const MUTE = 'Mute for a Day';
/** Where the workspace's state keeps which rules are muted, and until when. */
const MUTED = 'agentCache.alerts.muted';

/** As much of the extension's context as alerts need. */
interface Kept {
  readonly secrets: Pick<vscode.SecretStorage, 'get'>;
  readonly workspaceState: Pick<vscode.Memento, 'get' | 'update'>;
}

/**
 * Alerts by the settings, told in this window. `mute` is for the rule of that name, and returns until
 * when, milliseconds since the epoch.
 */
export function alertOptions(
  reader: SettingsReader,
  log: Pick<vscode.LogOutputChannel, 'warn'>,
  { secrets, workspaceState }: Kept,
  mute: (rule: string) => number,
): AlertOptions {
  return {
    rules: () => reader.alerts,
    webhook: async () => secrets.get(WEBHOOK),
    mutes: {
      read: () => workspaceState.get(MUTED),
      save: (mutes) => {
        const failed = (error: Error) => log.warn(`Which alerts are muted was not saved: ${error.message}`);
        workspaceState.update(MUTED, mutes).then(undefined, failed);
      },
    },
    log: (text) => log.warn(text),
    notify: (text, rule) => {
      void vscode.window.showWarningMessage(`Agent Cache: ${text}`, OPEN, MUTE).then((answer) => {
        if (answer === OPEN) void vscode.commands.executeCommand(COMMANDS.openExplorer); // which tells its own failure
        if (answer === MUTE) tellMuted(rule, mute(rule));
      });
    },
  };
}

function tellMuted(rule: string, until: number): void {
  const when = new Date(until).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
  void vscode.window.showInformationMessage(`Agent Cache: the alert "${rule}" is muted until ${when}.`);
}
