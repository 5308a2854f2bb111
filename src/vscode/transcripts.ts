import { dirname } from 'node:path';
import type * as vscode from 'vscode';
import type { TranscriptOptions } from '../engine/options.ts';
import type { SettingsReader } from './settings.ts';

/** Whose transcripts a person lets be read, and where this VS Code keeps those of its extensions. */
export function transcriptOptions(reader: SettingsReader, globalStorage: vscode.Uri): TranscriptOptions {
  return {
    agents: () => (reader.last['providerCache.enabled'] ? reader.last['providerCache.agents'] : []),
    // <user folder>/globalStorage/<extension>
    machine: { userFolder: dirname(dirname(globalStorage.fsPath)) },
  };
}
