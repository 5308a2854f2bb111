import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { FolderDisk } from '../../src/freshness/disk.ts';
import type { Stamp } from '../../src/freshness/stamp.ts';
import { WorkspaceCache } from '../../src/freshness/workspace-cache.ts';
import type { WorkspaceCacheOptions } from '../../src/freshness/workspace-options.ts';
import { Witness } from './witness.ts';

/** A folder that is gone when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'agent-cache-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function write(root: string, path: string, text: string | Uint8Array): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** A cache over a real folder with the given files. */
export function workspaceWith(files: Record<string, string>, options: Partial<WorkspaceCacheOptions> = {}) {
  const root = temporaryFolder();
  for (const [path, text] of Object.entries(files)) write(root, path, text);
  const witness = new Witness<Stamp>();
  const cache = new WorkspaceCache({ disk: new FolderDisk(root), observer: witness, ...options });
  /** Asks for the upper-cased content of a file, tagged with its name. */
  const shout = (path: string) =>
    cache.getOrCompute<string>(`test:shout:${path}`, async (context) => {
      context.tag(`shout/${path}`);
      return ((await context.readFile(path))?.text() ?? 'nothing').toUpperCase();
    });
  return { root, cache, witness, shout, write: (path: string, text: string) => write(root, path, text) };
}
