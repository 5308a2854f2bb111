import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';

/**
 * Replaces a file as a whole: a reader, or the next start after a kill, finds the old text or the
 * new one. On the disk when it resolves. Rejects with the file system's error, the old file kept.
 */
export async function replaceFile(
  file: string,
  text: AsyncIterable<string | Uint8Array>,
  mode: number,
): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode);
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
