import { createReadStream, type Dirent, lstatSync, realpathSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { AtMost } from './at-most.ts';
import type { FileId } from './context.ts';

/** The part of a stat by which states of a file are told apart. */
export interface Stat {
  readonly kind: 'file' | 'folder' | 'other';
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly size: number;
  readonly ino: number;
}

/** What is in a folder under a name; a link is itself, wherever it leads. */
export interface DirectoryEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

/** Files read at a time: more are not faster, four threads read. */
const MOST_OPEN = 64;

/** What freshness asks of a file system; replaced in tests to show coarse clocks and faults. */
export interface Disk {
  /** Undefined when there is nothing at the path, or a link that leads nowhere. Follows links. */
  stat(path: FileId): Stat | undefined;
  read(path: FileId): Promise<Uint8Array>;
  chunks(path: FileId): AsyncIterable<Uint8Array>;
  names(folder: FileId): Promise<string[]>;
  /** By name, in code-unit order. */
  entries(folder: FileId): Promise<readonly DirectoryEntry[]>;
  /** Whether what is at the path, or the nearest folder above it that is there, lies outside because of a link. */
  leadsOut(path: FileId): boolean;
}

export class PathError extends Error {
  override readonly name = 'PathError';
}

export function leadingOut(path: FileId): PathError {
  return new PathError(`"${path}" leads out of the workspace folder through a link.`);
}

/** Throws {@link PathError} unless the path is clean: relative, POSIX, without `.` or `..` parts. */
export function checkPath(path: FileId): FileId {
  if (path === '') return path;
  if (path.includes('\0')) throw new PathError('A path must not contain a NUL character.');
  if (path.includes('\\')) throw new PathError(`"${path}" has a backslash: use "/" between folders.`);
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) {
    throw new PathError(`"${path}" is absolute: give it relative to the workspace folder.`);
  }
  for (const part of path.split('/')) {
    if (part === '' || part === '.' || part === '..') {
      throw new PathError(`"${path}" is not a clean workspace path: no empty, "." or ".." parts.`);
    }
  }
  return path;
}

/** One folder on the real file system; nothing outside it is read, not through links either. */
export class FolderDisk implements Disk {
  readonly root: string;
  readonly #realRoot: string;
  /** A process may have few files open, and thousands may be asked for at once. */
  readonly #reading = new AtMost(MOST_OPEN);

  constructor(root: string) {
    this.root = root;
    this.#realRoot = realpathSync.native(root);
  }

  absolute(path: FileId): string {
    return path === '' ? this.root : this.root + sep + (sep === '/' ? path : path.replaceAll('/', sep));
  }

  /**
   * Doubles keep 0.24 µs of today's times and all inode numbers below 2^53. That is enough: a
   * fingerprint younger than the clock's granularity is never trusted, so two states that count
   * lie milliseconds apart; and plain stats cost half of what bigint ones do.
   */
  stat(path: FileId): Stat | undefined {
    const absolute = this.absolute(path);
    try {
      let stat = lstatSync(absolute, { throwIfNoEntry: false });
      if (stat?.isSymbolicLink()) stat = statSync(absolute, { throwIfNoEntry: false });
      if (!stat) return undefined;
      const { mtimeMs, ctimeMs, size, ino } = stat;
      const kind = stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other';
      return { kind, mtimeMs, ctimeMs, size, ino };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOTDIR' || code === 'ELOOP' || code === 'ENAMETOOLONG') return undefined;
      throw error;
    }
  }

  async read(path: FileId): Promise<Uint8Array> {
    return this.#reading.run(async () => readFile(this.#inside(path)));
  }

  chunks(path: FileId): AsyncIterable<Uint8Array> {
    return createReadStream(this.#inside(path), { highWaterMark: 1 << 20 });
  }

  async names(folder: FileId): Promise<string[]> {
    return (await this.#reading.run(async () => readdir(this.#inside(folder)))).sort();
  }

  async entries(folder: FileId): Promise<readonly DirectoryEntry[]> {
    const found = await this.#reading.run(async () => readdir(this.#inside(folder), { withFileTypes: true }));
    return found
      .map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  leadsOut(path: FileId): boolean {
    try {
      return !this.#holds(realpathSync.native(join(this.root, checkPath(path))));
    } catch (error) {
      if (error instanceof PathError || path === '') throw error;
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ELOOP') return false; // it leads nowhere
      return this.leadsOut(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
    }
  }

  #inside(path: FileId): string {
    const real = realpathSync.native(join(this.root, checkPath(path)));
    if (this.#holds(real)) return real;
    throw leadingOut(path);
  }

  #holds(real: string): boolean {
    return real === this.#realRoot || real.startsWith(this.#realRoot + sep);
  }
}

function kindOf(entry: Dirent): DirectoryEntry['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}
