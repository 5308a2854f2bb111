import { createHash, webcrypto } from 'node:crypto';
import { digest } from '../cache/digest.ts';
import { Slices } from '../cache/slices.ts';
import type { FileId } from './context.ts';
import { OVER, type Seen } from './dependency.ts';
import type { Disk, Stat } from './disk.ts';
import type { Known } from './fingerprint-index/index-block.ts';
import { Recent } from './fingerprint-index/recent.ts';
import { type Glanced, glanceAt } from './fingerprint-index/stat-rows.ts';
import { isRacy, isSame } from './racy.ts';

/** The state of an input: of a file its content, of a folder its names; kind null where nothing is; else a value. */
export interface Fingerprint {
  readonly kind: Stat['kind'] | 'value' | 'unreadable' | null;
  readonly digest: string | null;
}

const ABSENT: Fingerprint = { kind: null, digest: null };
/** Neither file nor folder: never read (a FIFO would block), never equal to a content. */
const OTHER: Fingerprint = { kind: 'other', digest: null };
/** Equal to nothing: what cannot be looked at is in doubt. */
const UNREADABLE: Fingerprint = { kind: 'unreadable', digest: null };

/** Takes stats of many paths off this thread; what it resolves with makes one of them the disk's answer during `look`. */
interface Ahead {
  ahead(paths: readonly FileId[]): Promise<<T>(index: number, look: () => T) => T>;
}

interface ReadFile {
  readonly bytes: Uint8Array;
  readonly digest: string;
}

/** A look that has begun. */
interface Look {
  readonly at: number;
  readonly stat: Stat | undefined;
}

/** A file this large, bytes, is hashed piece by piece, so that the thread is never held for long. */
const LARGE = 4 * 1024 * 1024;
/** How often a file is read again because it changed meanwhile. */
const MOST_READS = 5;
/** Paths whose digest is remembered, about 200 bytes each. */
export const MOST_KNOWN = 500_000;

/** Digest by path, found through the stat; the content is read only when the stat leaves a doubt. */
export class Fingerprints {
  readonly #disk: Disk;
  readonly #now: () => number;
  readonly #known: Recent<Known>;
  /** During {@link atOnce}. */
  #seen: Map<FileId, Fingerprint> | undefined;
  /** Looks that have not begun, which a new asker may share. */
  readonly #settling = new Map<FileId, Promise<Fingerprint | undefined>>();
  /** Looks under way: they say nothing to a new asker, who may just have written. */
  readonly #looking = new Map<FileId, Promise<Fingerprint | undefined>>();
  /** Files read and hashed so far. */
  reads = 0;
  /** Looks so far that found a file or a folder. */
  looks = 0;
  /** Below the disk; absent, the stats of many paths are taken on this thread. */
  ahead: Ahead | undefined;

  constructor(disk: Disk, now: () => number = Date.now, mostKnown: number = MOST_KNOWN) {
    this.#disk = disk;
    this.#now = now;
    this.#known = new Recent(mostKnown);
  }

  /** The state now at the price of one stat; undefined when only {@link settle} can tell. */
  probe(path: FileId): Fingerprint | undefined {
    if (this.#seen === undefined) return this.#probe(path);
    const seen = this.#seen.get(path) ?? this.#probe(path);
    if (seen !== undefined) this.#seen.set(path, seen);
    return seen;
  }

  /**
   * Synchronous work during which every path is looked at once at the most. `found` are states that
   * need not be looked for: what was true a moment ago is enough for this work.
   */
  atOnce<T>(found: ReadonlyMap<FileId, Fingerprint>, work: () => T): T {
    this.#seen = new Map(found);
    try {
      return work();
    } finally {
      this.#seen = undefined;
    }
  }

  #probe(path: FileId): Fingerprint | undefined {
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

  /**
   * The states of many paths, each at some moment after the call, at the price of their stats;
   * undefined where only {@link settle} can tell.
   */
  async glanceMany(paths: readonly FileId[]): Promise<ReadonlyMap<FileId, Fingerprint | undefined>> {
    const states = new Map<FileId, Fingerprint | undefined>();
    await this.#stats(paths, (path) => states.set(path, this.probe(path)));
    return states;
  }

  /** What is at many paths, each at some moment after the call, at the price of their stats. */
  async stats(paths: readonly FileId[]): Promise<readonly Glanced[]> {
    const found: Glanced[] = [];
    await this.#stats(paths, (path) => found.push(glanceAt(this.#disk, path)));
    return found;
  }

  /** Whether a link on the way to the path leads out of the workspace. */
  leadsOut(path: FileId): boolean {
    return this.#disk.leadsOut(path);
  }

  /** What is at the path now, without its content. */
  kind(path: FileId): Fingerprint {
    try {
      return { kind: this.#disk.stat(path)?.kind ?? null, digest: null };
    } catch {
      return UNREADABLE;
    }
  }

  /** Whether there is a file of more bytes than that now. */
  over(path: FileId, bytes: number): Fingerprint {
    try {
      const stat = this.#disk.stat(path);
      return { kind: 'value', digest: stat?.kind === 'file' && stat.size > bytes ? OVER : null };
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
  async read(path: FileId, begun?: Look): Promise<ReadFile | undefined> {
    return (await this.readUpTo(path, Number.POSITIVE_INFINITY, begun)) as ReadFile | undefined;
  }

  /** The same; of a file that has more than `most` bytes nothing is read. */
  async readUpTo(path: FileId, most: number, begun?: Look): Promise<ReadFile | typeof OVER | undefined> {
    for (let i = 0; i < MOST_READS; i++) {
      const { at, stat: before } = i === 0 && begun ? begun : this.#begin(path);
      if (before?.kind !== 'file') return undefined;
      if (before.size > most) return OVER;
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
      this.#learn(path, { ...after, at, digest: content });
      return { bytes, digest: content };
    }
    throw new Error(`${path} does not come to rest: it changed ${MOST_READS} times while it was read.`);
  }

  /** Names in a folder with their digest; undefined when there is no such folder. */
  async names(
    path: FileId,
    begun?: Look,
  ): Promise<{ readonly names: readonly string[]; readonly digest: string } | undefined> {
    for (let i = 0; i < MOST_READS; i++) {
      const { at, stat: before } = i === 0 && begun ? begun : this.#begin(path);
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
      this.#learn(path, { ...after, at, digest: all });
      return { names, digest: all };
    }
    throw new Error(`${path} does not come to rest: it changed ${MOST_READS} times while it was listed.`);
  }

  /** The stat under which this digest was last seen, for keeping beside a stored dependency. */
  seen(path: FileId, content: string): Seen | undefined {
    const known = this.#known.get(path);
    return known?.digest === content && isOnDisk(known) ? known : undefined;
  }

  /** Takes over a stat and digest that another thread or an earlier process found; a later look is better. */
  seed(path: FileId, kind: Stat['kind'], content: string, seen: Seen): void {
    if (!isOnDisk(seen)) return;
    const known = this.#known.get(path);
    if (known !== undefined) {
      const now = this.#now(); // a look in what is the future by now counts for nothing
      if (known.at <= now && (seen.at <= known.at || seen.at > now)) return;
    }
    const { mtimeMs, ctimeMs, size, ino, at } = seen;
    this.#known.set(path, { kind, mtimeMs, ctimeMs, size, ino, at, digest: content });
  }

  /** The last look at the path that found a file or a folder. */
  known(path: FileId): Known | undefined {
    return this.#known.get(path);
  }

  /** What is remembered of a path that is gone. */
  forget(path: FileId): void {
    this.#known.delete(path);
  }

  /** What will still be worth something after a restart: what was looked at too soon after a change is not. */
  *lasting(): Generator<readonly [FileId, Known]> {
    for (const record of this.#known) {
      if (isOnDisk(record[1]) && !isRacy(record[1], this.#now())) yield record;
    }
  }

  /** The state at some moment after the call, looked at anew; undefined when the path did not come to rest. */
  async look(path: FileId): Promise<Fingerprint | undefined> {
    try {
      const begun = this.#begin(path);
      const { stat } = begun;
      if (stat === undefined) return ABSENT;
      if (stat.kind === 'other') return OTHER;
      if (stat.kind === 'folder') {
        const found = await this.names(path, begun);
        return found ? { kind: 'folder', digest: found.digest } : undefined;
      }
      if (stat.size > LARGE) return await this.#lookAtLarge(path, begun.at, stat);
      const found = await this.read(path, begun);
      return found ? { kind: 'file', digest: found.digest } : undefined;
    } catch {
      return UNREADABLE;
    }
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
    return this.probe(path) ?? this.look(path); // the look before may have left no doubt
  }

  #begin(path: FileId): Look {
    return { at: this.#now(), stat: this.#disk.stat(path) };
  }

  async #stats(paths: readonly FileId[], look: (path: FileId) => unknown): Promise<void> {
    const taken = await this.ahead?.ahead(paths);
    const slices = new Slices();
    for (const [index, path] of paths.entries()) {
      if (slices.due) await slices.pause();
      if (taken) taken(index, () => look(path));
      else look(path);
    }
  }

  #learn(path: FileId, known: Known): void {
    this.looks++;
    this.#known.set(path, known);
  }

  async #lookAtLarge(path: FileId, at: number, before: Stat): Promise<Fingerprint | undefined> {
    const hash = createHash('sha256');
    for await (const chunk of this.#disk.chunks(path)) hash.update(chunk);
    this.reads++;
    const after = this.#disk.stat(path);
    if (!after || !isSame(before, after)) return undefined;
    const known: Known = { ...after, at, digest: hash.digest('base64url').slice(0, 22) };
    this.#learn(path, known);
    return known;
  }
}

/** The stamp of a text that is only in an editor means something in this process alone. */
function isOnDisk({ ino }: Seen): boolean {
  return ino >= 0;
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
