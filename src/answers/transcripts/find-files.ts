import { lstat, opendir } from 'node:fs/promises';
import path from 'node:path';
import type { FileState } from './followed-file.ts';

/** Names below a folder, one after the other; the last is of files. */
type Pattern = readonly (RegExp | '**')[];

export interface Place {
  readonly folder: string;
  readonly pattern: Pattern;
}

export interface Found extends FileState {
  readonly path: string;
  /** When it was created, ms since the epoch, as far as the file system knows. */
  readonly bornMs: number;
}

/** Names that are looked at in one place, so that no folder takes for ever. */
const MOST_NAMES = 50_000;
/** `**` goes so deep. */
const DEEPEST = 8;
const AT_ONCE = 16;

/**
 * Files in a place, without following links below its folder. A folder that is not there has none.
 * Rejects with the file system's errors when the place cannot be read, and when it is aborted.
 */
export async function findFiles({ folder, pattern }: Place, signal: AbortSignal): Promise<Found[]> {
  const paths: string[] = [];
  let names = 0;
  const walk = async (at: string, [next, ...rest]: Pattern, depth: number): Promise<void> => {
    if (next === undefined) return;
    const below: [string, Pattern][] = [];
    for await (const entry of await openFolder(at, depth)) {
      signal.throwIfAborted();
      if (++names > MOST_NAMES) return;
      const found = path.join(at, entry.name);
      const wanted = next === '**' ? rest[0] : next;
      const last = next === '**' ? rest.length === 1 : rest.length === 0;
      if (entry.isFile() && last && wanted instanceof RegExp && wanted.test(entry.name)) paths.push(found);
      else if (!entry.isDirectory()) continue;
      else if (next === '**' && depth < DEEPEST) below.push([found, [next, ...rest]]);
      else if (next instanceof RegExp && !last && next.test(entry.name)) below.push([found, rest]);
    }
    for (const [found, more] of below) await walk(found, more, depth + 1);
  };
  await walk(folder, pattern, 0);
  return statesOf(paths, signal);
}

/** Those written to last come first. */
export function newestFirst<T extends Found>(files: readonly T[]): T[] {
  return [...files].sort((a, b) => b.mtimeMs - a.mtimeMs || byPath(a, b));
}

/** Those created first come first: a file that copies rows of another one was created after it. */
export function inOrderOfBirth<T extends Found>(files: readonly T[]): T[] {
  return [...files].sort((a, b) => a.bornMs - b.bornMs || byPath(a, b));
}

function byPath(a: Found, b: Found): number {
  return a.path < b.path ? -1 : 1;
}

async function openFolder(at: string, depth: number) {
  try {
    return await opendir(at);
  } catch (error) {
    // Below, whatever cannot be read is passed over: other folders can.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || (depth > 0 && code !== undefined)) return [];
    throw error;
  }
}

async function statesOf(paths: readonly string[], signal: AbortSignal): Promise<Found[]> {
  const open = [...paths];
  const found: Found[] = [];
  const next = async (): Promise<void> => {
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      signal.throwIfAborted();
      const stat = await lstat(file).catch(() => undefined); // just removed
      if (!stat?.isFile()) continue;
      const { ino, size, mtimeMs, birthtimeMs: bornMs } = stat;
      found.push({ path: file, ino, size, mtimeMs, bornMs });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return found;
}
