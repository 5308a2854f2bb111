import * as vscode from 'vscode';
import * as z from 'zod';
import { EVICTIONS } from '../cache/eviction/create-eviction.ts';

const SECTION = 'agentCache';

/** Bounds and defaults of the settings; the manifest repeats them for the settings editor, and a test compares. */
export const settingsSchema = z.object({
  enabled: z.boolean().default(true),
  'fileLevel.store': z.enum(['sqlite', 'keyv-file', 'off']).default('sqlite'),
  'memory.maxEntries': z.number().int().min(100).max(10_000_000).default(50_000),
  'memory.maxMegabytes': z.number().min(1).max(65_536).default(128),
  'memory.eviction': z.enum(EVICTIONS).default('gdsf'),
  'analysis.maxFileKilobytes': z.number().int().min(1).max(102_400).default(1024),
  'analysis.timeToLiveHours': z.number().min(0).max(8760).default(0),
  'warm.onStartup': z.boolean().default(true),
  'warm.maxFiles': z.number().int().min(1).max(1_000_000).default(20_000),
  refreshAfterSave: z.boolean().default(true),
  confirmFrom: z.number().int().min(1).max(1_000_000).default(50),
  'statusBar.visible': z.boolean().default(true),
});

export type Settings = z.infer<typeof settingsSchema>;

/** Reads the settings of one folder; a wrong one is told once, and its last good value stays. */
export class SettingsReader {
  readonly #scope: vscode.Uri;
  #good: Settings = settingsSchema.parse({});
  #told = '';

  constructor(scope: vscode.Uri) {
    this.#scope = scope;
  }

  read(): Settings {
    const section = vscode.workspace.getConfiguration(SECTION, this.#scope);
    const next: Record<string, unknown> = { ...this.#good };
    const wrong: string[] = [];
    for (const [name, schema] of Object.entries(settingsSchema.shape)) {
      const parsed = schema.safeParse(section.get(name) ?? undefined);
      if (parsed.success) next[name] = parsed.data;
      else wrong.push(`${SECTION}.${name}: ${parsed.error.issues[0]?.message ?? 'wrong value'}`);
    }
    this.#good = next as Settings;
    const told = wrong.join('\n');
    if (told !== '' && told !== this.#told) {
      void vscode.window.showErrorMessage(
        `Agent Cache: ${wrong.join('; ')}. The last good value stays in use.`,
      );
    }
    this.#told = told;
    return this.#good;
  }

  onChange(listener: () => void): vscode.Disposable {
    return vscode.workspace.onDidChangeConfiguration((event) => {
      if (
        event.affectsConfiguration(SECTION, this.#scope) ||
        event.affectsConfiguration('files.exclude', this.#scope)
      ) {
        listener();
      }
    });
  }
}
