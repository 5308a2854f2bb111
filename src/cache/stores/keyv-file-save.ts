import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** A temporary file that old was left by a process that was killed, ms. */
const LEFT_BEHIND = 60_000;

/**
 * Replaces a file as a whole: a reader, or the next start after a kill, finds the old text or the
 * new one. On the disk when it resolves. Rejects with the file system's error, the old file kept.
 */
export async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      await handle.writeFile(text);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

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
