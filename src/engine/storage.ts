import { realpathSync } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digest } from '../cache/digest.ts';

/** Says whose cache it is, and by its time when it was opened last. */
const OWNER = 'workspace.txt';

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

/** Removes storages that nobody has opened for so many milliseconds; resolves to how many. What has no owner is left alone. */
export async function dropUnused(base: string, unusedMs: number, now = Date.now()): Promise<number> {
  let dropped = 0;
  for (const entry of await readdir(base, { withFileTypes: true })) {
    const owner = entry.isDirectory()
      ? await stat(join(base, entry.name, OWNER)).catch(() => undefined)
      : undefined;
    if (!owner || now - owner.mtimeMs < unusedMs) continue;
    await rm(join(base, entry.name), { recursive: true, force: true });
    dropped++;
  }
  return dropped;
}
