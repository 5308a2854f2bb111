import type { FileId } from '../context.ts';
import type { Seen } from '../dependency.ts';
import type { Disk, Stat } from '../disk.ts';
import { GlobError } from '../glob.ts';
import { isRacy, isSame } from '../racy.ts';

/** What was looked at, under which stat and when; `stat` undefined where nothing was. */
export interface Sight {
  readonly path: FileId;
  readonly stat: (Stat & Seen) | undefined;
}

/** It changed while it was looked at, or between two looks: look again. */
export class Restless extends Error {
  override readonly name = 'Restless';
}

/** How often a path is read again because it changed meanwhile. */
const MOST_READS = 5;

/** Whether the path looks as it did; false too when it cannot be looked at. */
export function isAsSeen(disk: Disk, { path, stat }: Sight): boolean {
  try {
    const now = disk.stat(path);
    return stat === undefined || now === undefined ? stat === now : isSame(stat, now);
  } catch {
    return false;
  }
}

/** Whether what looks the same at `now` may yet have changed since it was seen. */
export function mayHide({ stat }: Sight, now: number): boolean {
  return stat !== undefined && isRacy(stat, now);
}

/**
 * What `read` gives of a path that does not change meanwhile. Rejects with {@link Restless}, or with
 * a {@link GlobError} when it cannot be read.
 */
export async function readAtRest<T>(
  disk: Disk,
  now: () => number,
  path: FileId,
  read: (stat: Stat) => Promise<T>,
): Promise<{ readonly sight: Sight; readonly value: T | undefined }> {
  for (let i = 0; i < MOST_READS; i++) {
    const at = now();
    try {
      const before = disk.stat(path);
      const value = before && (await read(before));
      const after = disk.stat(path);
      if (before === undefined || after === undefined) {
        if (before === after) return { sight: { path, stat: undefined }, value: undefined };
      } else if (isSame(before, after)) return { sight: { path, stat: { ...after, at } }, value };
    } catch (error) {
      if (!isGone(error)) throw unreadable(path, error);
    }
  }
  throw new Restless(`${path || 'The workspace folder'} changed ${MOST_READS} times while it was read.`);
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || code === 'ELOOP';
}

function unreadable(path: FileId, error: unknown): GlobError {
  if (error instanceof GlobError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return new GlobError(
    `${path || 'The workspace folder'} cannot be read (${code ?? message}): exclude it from the glob, or make it readable.`,
  );
}
