import { createHash, webcrypto } from 'node:crypto';
import { digest } from '../cache/digest.ts';
import type { FileId } from './context.ts';
import type { Seen } from './dependency.ts';
import type { Disk, Stat } from './disk.ts';

/** The state of a path: of a file its content, of a folder its names; kind null where nothing is. */
export interface Fingerprint {
  readonly kind: Stat['kind'] | 'unreadable' | null;
  readonly digest: string | null;
}

const ABSENT: Fingerprint = { kind: null, digest: null };
/** Neither file nor folder: never read (a FIFO would block), never equal to a content. */
const OTHER: Fingerprint = { kind: 'other', digest: null };
/** Equal to nothing: what cannot be looked at is in doubt. */
const UNREADABLE: Fingerprint = { kind: 'unreadable', digest: null };

interface Known extends Stat, Seen {
  readonly digest: string;
}

/** A file this large, bytes, is hashed piece by piece, so that the thread is never held for long. */
const LARGE = 4 * 1024 * 1024;
/** How often a file is read again because it changed meanwhile. */
const MOST_READS = 5;

/**
 * Times within which two writes may carry the same stamp. File systems that keep whole seconds (FAT:
 * two) show it in their stamps; the others follow the kernel's tick, at the most 10 ms on Linux and
 * 16 ms on Windows.
 */
function granularityMs(stat: Seen): number {
  return stat.ctimeMs % 1000 === 0 ? 2000 : 50;
}

/**
 * Changed so shortly before it was looked at that a later change could look the same (git's "racy").
 * So does one that was looked at in what is the future by now: the clock was set back, perhaps into
 * the tick of the last change.
 */
function isRacy(known: Seen, now: number): boolean {
  return Math.max(known.mtimeMs, known.ctimeMs) > known.at - granularityMs(known) || known.at > now;
}

function isSame(a: Stat, b: Stat): boolean {
  return (
    a.ctimeMs === b.ctimeMs &&
    a.mtimeMs === b.mtimeMs &&
    a.size === b.size &&
    a.ino === b.ino &&
    a.kind === b.kind
  );
}

/** Digest by path, found through the stat; the content is read only when the stat leaves a doubt. */
export class Fingerprints {
  readonly #disk: Disk;
  readonly #now: () => number;
  readonly #known = new Map<FileId, Known>();
  /** Looks that have not begun, which a new asker may share. */
  readonly #settling = new Map<FileId, Promise<Fingerprint | undefined>>();
  /** Looks under way: they say nothing to a new asker, who may just have written. */
  readonly #looking = new Map<FileId, Promise<Fingerprint | undefined>>();
  /** Files read and hashed so far. */
  reads = 0;

  constructor(disk: Disk, now: () => number = Date.now) {
    this.#disk = disk;
    this.#now = now;
  }

  /** The state now at the price of one stat; undefined when only {@link settle} can tell. */
  probe(path: FileId): Fingerprint | undefined {
    let stat: Stat | undefined;
    try {
      stat = this.#disk.stat(path);
    } catch {
      return UNREADABLE;
    }
    if (stat === undefined) return ABSENT;
    const known = this.#known.get(path);
    if (known !== undefined && isSame(known, stat) && !isRacy(known, this.#now())) return known;
    return stat.kind === 'other' ? OTHER : undefined;
  }

  /** What is at the path now, without its content. */
  kind(path: FileId): Fingerprint {
    try {
      return { kind: this.#disk.stat(path)?.kind ?? null, digest: null };
    } catch {
      return UNREADABLE;
    }
  }

  /** The state at some moment after the call; undefined when the path did not come to rest. */
  async settle(path: FileId): Promise<Fingerprint | undefined> {
    const known = this.probe(path);
    if (known !== undefined) return known;
    let settling = this.#settling.get(path);
    if (!settling) {
      settling = this.#lookNext(path);
      this.#settling.set(path, settling);
    }
    return settling;
  }

  /** A file's bytes with their digest; undefined when there is no such file. Rejects when it cannot be read. */
  async read(path: FileId): Promise<{ readonly bytes: Uint8Array; readonly digest: string } | undefined> {
    for (let i = 0; i < MOST_READS; i++) {
      const at = this.#now();
      const before = this.#disk.stat(path);
      if (before?.kind !== 'file') return undefined;
      let bytes: Uint8Array;
      try {
        bytes = await this.#disk.read(path);
      } catch (error) {
        if (isGone(error)) continue;
        throw error;
      }
      this.reads++;
      const content = await digestOf(bytes);
      const after = this.#disk.stat(path);
      if (!after || !isSame(before, after)) continue;
      this.#known.set(path, { ...after, at, digest: content });
      return { bytes, digest: content };
    }
    throw new Error(`${path} does not come to rest: it changed ${MOST_READS} times while it was read.`);
  }

  /** Names in a folder with their digest; undefined when there is no such folder. */
  async names(
    path: FileId,
  ): Promise<{ readonly names: readonly string[]; readonly digest: string } | undefined> {
    for (let i = 0; i < MOST_READS; i++) {
      const at = this.#now();
      const before = this.#disk.stat(path);
      if (before?.kind !== 'folder') return undefined;
      let names: string[];
      try {
        names = await this.#disk.names(path);
      } catch (error) {
        if (isGone(error)) continue;
        throw error;
      }
      const after = this.#disk.stat(path);
      if (!after || !isSame(before, after)) continue;
      const all = digest(names.join('\0'));
      this.#known.set(path, { ...after, at, digest: all });
      return { names, digest: all };
    }
    throw new Error(`${path} does not come to rest: it changed ${MOST_READS} times while it was listed.`);
  }

  /** The stat under which this digest was last seen, for keeping beside a stored dependency. */
  seen(path: FileId, content: string): Seen | undefined {
    const known = this.#known.get(path);
    return known?.digest === content ? known : undefined;
  }

  /** Takes over a stat and digest of an earlier process; what this one saw itself is better. */
  seed(path: FileId, kind: 'file' | 'folder', content: string, seen: Seen): void {
    if (!this.#known.has(path)) this.#known.set(path, { ...seen, kind, digest: content });
  }

  async #lookNext(path: FileId): Promise<Fingerprint | undefined> {
    await this.#looking.get(path);
    this.#settling.delete(path);
    const look = this.#look(path).finally(() => {
      if (this.#looking.get(path) === look) this.#looking.delete(path);
    });
    this.#looking.set(path, look);
    return look;
  }

  async #look(path: FileId): Promise<Fingerprint | undefined> {
    const known = this.probe(path); // the look before may have left no doubt
    if (known !== undefined) return known;
    try {
      const stat = this.#disk.stat(path);
      if (stat === undefined) return ABSENT;
      if (stat.kind === 'other') return OTHER;
      if (stat.kind === 'folder') {
        const found = await this.names(path);
        return found ? { kind: 'folder', digest: found.digest } : undefined;
      }
      if (stat.size > LARGE) return await this.#lookAtLarge(path, stat);
      const found = await this.read(path);
      return found ? { kind: 'file', digest: found.digest } : undefined;
    } catch {
      return UNREADABLE;
    }
  }

  async #lookAtLarge(path: FileId, before: Stat): Promise<Fingerprint | undefined> {
    const at = this.#now();
    const hash = createHash('sha256');
    for await (const chunk of this.#disk.chunks(path)) hash.update(chunk);
    this.reads++;
    const after = this.#disk.stat(path);
    if (!after || !isSame(before, after)) return undefined;
    const known: Known = { ...after, at, digest: hash.digest('base64url').slice(0, 22) };
    this.#known.set(path, known);
    return known;
  }
}

async function digestOf(bytes: Uint8Array): Promise<string> {
  if (bytes.length <= LARGE) return digest(bytes);
  const sha = await webcrypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Buffer.from(sha).toString('base64url').slice(0, 22);
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || code === 'ELOOP';
}
