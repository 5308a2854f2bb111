import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** A temporary file that old was left by a process that was killed, ms. */
const LEFT_BEHIND = 60_000;

/** Removes the temporary files of processes that were killed while they saved. */
export async function sweepTemporaries(file: string): Promise<void> {
  const folder = path.dirname(file);
  const prefix = `${path.basename(file)}.`;
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix) || !name.endsWith('.tmp')) continue;
    const left = await stat(path.join(folder, name)).catch(() => undefined); // just renamed by its owner
    if (left && Date.now() - left.mtimeMs > LEFT_BEHIND) await rm(path.join(folder, name), { force: true });
  }
}
