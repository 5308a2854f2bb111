import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../cache/stores/replace-file.ts';

/**
 * What agents start. The folder of the extension is another one with each version, and agents'
 * configurations are not written anew: this file stays where it is and looks into the one beside it.
 */
const LAUNCHER = `// Written by the VS Code extension Agent Cache Explorer. Agents start it, whichever version is installed.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

try {
  const { bridge } = JSON.parse(readFileSync(new URL('bridge.json', import.meta.url), 'utf8'));
  await import(pathToFileURL(bridge).href);
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND' && error.code !== 'ENOENT') throw error;
  console.error('Agent Cache Explorer is not where it was: open a folder in VS Code once, so that this file is brought up to date. ' + error.message);
  process.exitCode = 1;
}
`;

/** The file that agents are told to start, in a folder that is the same for all versions of the extension. */
export class Launcher {
  readonly file: string;
  readonly #folder: string;
  readonly #record: string;
  readonly #bridge: string;

  /** The folders are the extension's own for all workspaces, and the one with this version's `bridge.js`. */
  constructor(storage: string, bundle: string) {
    this.#folder = join(storage, 'agents');
    this.file = join(this.#folder, 'bridge.mjs');
    this.#record = join(this.#folder, 'bridge.json');
    this.#bridge = join(bundle, 'bridge.js');
  }

  /** Writes it, or brings it up to date. Rejects with the file system's error. */
  async write(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await keep(this.#record, `${JSON.stringify({ bridge: this.#bridge })}\n`);
    await keep(this.file, LAUNCHER);
  }

  /** The same where somebody has asked for it before: to be called when a version starts. */
  async refresh(): Promise<void> {
    if (existsSync(this.file)) await this.write();
  }
}

async function keep(file: string, text: string): Promise<void> {
  const now = await readFile(file, 'utf8').catch(() => undefined);
  if (now !== text) await replaceFile(file, chunks(text), 0o600);
}

async function* chunks(text: string): AsyncGenerator<string> {
  yield text;
}
