import { realpathSync } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digest } from '../cache/digest.ts';
import { holdsWritten, NOTES_FOLDER, SESSIONS_FOLDER } from '../notes/open.ts';

/** Says whose cache it is, and by its time when it was opened last. */
const OWNER = 'workspace.txt';
/** What cannot be computed again, and says whose it is. */
const WRITTEN: readonly string[] = [NOTES_FOLDER, SESSIONS_FOLDER, OWNER];

/**
 * The storage of a workspace folder below `base`, created when missing: the same for every process
 * that opens it, as they share what is in it and hear each other through it.
 */
export async function claimStorage(base: string, workspace: string): Promise<string> {
  const storage = join(base, digest(realpathSync.native(workspace)));
  await mkdir(storage, { recursive: true });
  await writeFile(join(storage, OWNER), `${workspace}\n`);
  return storage;
}

/**
 * Removes storages that nobody has opened for so many milliseconds; resolves to how many. What has no
 * owner is left alone; of one that holds notes or sessions, these stay.
 */
export async function dropUnused(base: string, unusedMs: number, now = Date.now()): Promise<number> {
  let dropped = 0;
  for (const entry of await readdir(base, { withFileTypes: true })) {
    const storage = join(base, entry.name);
    const owner = entry.isDirectory() ? await stat(join(storage, OWNER)).catch(() => undefined) : undefined;
    if (!owner || now - owner.mtimeMs < unusedMs) continue;
    if (await dropStorage(storage)) dropped++;
  }
  return dropped;
}

/** Whether there was anything to remove. */
async function dropStorage(storage: string): Promise<boolean> {
  const keeps = await holdsWritten(storage).catch(() => true); // in doubt it does
  if (!keeps) {
    await rm(storage, { recursive: true, force: true });
    return true;
  }
  const cached = (await readdir(storage)).filter((name) => !WRITTEN.includes(name));
  for (const name of cached) await rm(join(storage, name), { recursive: true, force: true });
  return cached.length > 0;
}
