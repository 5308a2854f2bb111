import { LRUCache } from 'lru-cache';
import type { FileId } from '../context.ts';
import { type DirectoryEntry, type Disk, PathError } from '../disk.ts';
import { IgnoreRules } from './ignore-rules.ts';
import { isAsSeen, mayHide, Restless, readAtRest, type Sight } from './sight.ts';

/** Names of folders that are kept, in all. */
const MOST_NAMES = 200_000;
/** Ignore files whose rules are kept, and their bytes in all. */
const MOST_IGNORE_FILES = 10_000;
const MOST_IGNORE_BYTES = 4 * 1024 * 1024;

interface Listing {
  readonly sight: Sight;
  /** In the order of the paths below: a folder as if a slash followed its name. */
  readonly entries: readonly DirectoryEntry[];
}

interface IgnoreFile {
  readonly sight: Sight;
  readonly rules: IgnoreRules | undefined;
}

/** Folders and ignore files as they were last read; read again only when the stat leaves a doubt. */
export class Listings {
  readonly #disk: Disk;
  readonly #now: () => number;
  readonly #folders = new LRUCache<FileId, Listing>({
    maxSize: MOST_NAMES,
    sizeCalculation: ({ entries }) => entries.length + 1,
  });
  readonly #ignoreFiles = new LRUCache<FileId, IgnoreFile>({
    max: MOST_IGNORE_FILES,
    maxSize: MOST_IGNORE_BYTES,
    sizeCalculation: ({ sight }) => (sight.stat?.size ?? 0) + 1,
  });
  /** Folders read so far. */
  reads = 0;

  constructor(disk: Disk, now: () => number) {
    this.#disk = disk;
    this.#now = now;
  }

  /** Rejects with `Restless` when it changed all the time or is no folder, with a `GlobError` when it cannot be read. */
  async folder(path: FileId): Promise<Listing> {
    const known = this.#folders.get(path);
    if (known && this.#stillIs(known.sight)) return known;
    const { sight, value } = await readAtRest(this.#disk, this.#now, path, async ({ kind }) => {
      if (kind !== 'folder') return undefined;
      this.reads++;
      return inPathOrder(await this.#disk.entries(path));
    });
    if (!value) throw new Restless(`${path || 'The workspace folder'} is no folder any more.`);
    const listing = { sight, entries: value };
    this.#folders.set(path, listing);
    return listing;
  }

  /** No rules when there is no such file, or none within the workspace. Rejects like {@link folder}. */
  async ignoreFile(path: FileId): Promise<IgnoreFile> {
    const known = this.#ignoreFiles.get(path);
    if (known && this.#stillIs(known.sight)) return known;
    const { sight, value } = await readAtRest(this.#disk, this.#now, path, async ({ kind }) =>
      kind === 'file' ? await this.#rules(path) : undefined,
    );
    const file = { sight, rules: value };
    this.#ignoreFiles.set(path, file);
    return file;
  }

  async #rules(path: FileId): Promise<IgnoreRules | undefined> {
    try {
      return new IgnoreRules(await this.#disk.read(path), path);
    } catch (error) {
      if (error instanceof PathError) return undefined; // a repository that is kept elsewhere
      throw error;
    }
  }

  #stillIs(sight: Sight): boolean {
    return !mayHide(sight, this.#now()) && isAsSeen(this.#disk, sight);
  }
}

function inPathOrder(entries: readonly DirectoryEntry[]): readonly DirectoryEntry[] {
  const placed = entries.map((entry) => ({
    entry,
    place: entry.kind === 'folder' ? `${entry.name}/` : entry.name,
  }));
  return placed.sort((a, b) => (a.place < b.place ? -1 : 1)).map(({ entry }) => entry);
}
