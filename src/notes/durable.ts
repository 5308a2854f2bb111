import { lstat, mkdir, open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { digest } from '../cache/digest.ts';
import { replaceFile } from '../cache/stores/replace-file.ts';
import { NotesError } from './notes-error.ts';
import { readableJson } from './readable-json.ts';

/** For the owner alone: notes and sessions may say anything about a project. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
/** A temporary file or folder that old was left by a process that was killed, ms. */
const LEFT_BEHIND = 60_000;

/** What is named so is on its way in or out. */
export const TEMPORARY = '.tmp';

/**
 * Replaces a file as a whole; it outlasts a power failure when this resolves, with the digest of its
 * bytes. Rejects with a {@link NotesError}.
 */
export async function writeDurably(file: string, value: unknown): Promise<string> {
  const text = readableJson(value);
  await durably(async () => {
    await replaceFile(file, pieces(text), FILE_MODE);
    try {
      await syncFolder(path.dirname(file));
    } catch (error) {
      const why = (error as Error).message;
      throw new NotesError(
        'unwritten',
        `It is written, but a power failure may lose it: ${why}. Try again.`,
        {
          cause: error,
        },
      );
    }
  });
  return digest(text);
}

/** Makes the folder, and those above it; they outlast a power failure. Rejects with a {@link NotesError}. */
export async function makeFolder(folder: string): Promise<void> {
  await durably(async () => {
    const first = await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
    // One that was there may have been made by another process a moment ago.
    const highest = first ?? folder;
    for (let at = folder; at.length >= highest.length; at = path.dirname(at)) {
      await syncFolder(path.dirname(at));
    }
  });
}

/** Rejects with a {@link NotesError} in place of an error of the file system. */
export async function durably<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NotesError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const why = code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full' : `${code}, ${message}`;
    throw new NotesError(
      'unwritten',
      `It could not be written: ${why}. What was stored before is unchanged; try again when this is repaired.`,
      { cause: error },
    );
  }
}

/** What was created, renamed or removed in the folder outlasts a power failure. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // folders cannot be opened there, and NTFS logs such changes
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what killed processes have left on its way. */
export async function sweep(folder: string, now: number): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (!name.endsWith(TEMPORARY)) continue;
    const left = path.join(folder, name);
    const stat = await lstat(left).catch(() => undefined); // just renamed by its owner
    if (stat && now - stat.mtimeMs > LEFT_BEHIND) await rm(left, { recursive: true, force: true });
  }
}

/** In code-unit order, without those that systems hide; none when there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

export function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

async function* pieces(text: string): AsyncIterable<string> {
  yield text;
}
