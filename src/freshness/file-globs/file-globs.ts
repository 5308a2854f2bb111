import { LRUCache } from 'lru-cache';
import type { FileId } from '../context.ts';
import type { Disk } from '../disk.ts';
import { GlobError } from '../glob.ts';
import { CompiledGlob } from './compiled-glob.ts';
import { type GlobSpec, globName } from './glob-spec.ts';
import { Listings } from './listings.ts';
import { type Look, lookAtRest } from './look.ts';
import { Reach } from './reach.ts';
import { isAsSeen, mayHide, type Sight } from './sight.ts';

/** Globs that are kept compiled. */
const MOST_COMPILED = 1000;
/** Folders and ignore files of looks that are kept, in all. */
const MOST_SIGHTS = 500_000;
/** More stats than this would hold the thread: only {@link FileGlobs.settle} makes them. */
const MOST_AT_ONCE = 256;

interface Known {
  readonly digest: string;
  readonly sights: readonly Sight[];
}

/** The workspace files that match globs, found again only where folders or ignore files changed. */
export class FileGlobs {
  readonly #disk: Disk;
  readonly #now: () => number;
  readonly #listings: Listings;
  readonly #reach: Reach;
  readonly #compiled = new LRUCache<string, CompiledGlob>({ max: MOST_COMPILED });
  readonly #known = new LRUCache<string, Known>({
    maxSize: MOST_SIGHTS,
    sizeCalculation: ({ sights }) => sights.length + 1,
  });
  /** Looks that have not begun, which a new asker may share. */
  readonly #settling = new Map<string, Promise<string | undefined>>();
  /** Looks under way: they say nothing to a new asker, who may just have written. */
  readonly #looking = new Map<string, Promise<string | undefined>>();
  /** Looks that found no answer so far: something could not be read, was too much, or did not come to rest. */
  failures = 0;

  constructor(disk: Disk, now: () => number = Date.now) {
    this.#disk = disk;
    this.#now = now;
    this.#listings = new Listings(disk, now);
    this.#reach = new Reach(disk);
  }

  /** Folders read so far. */
  get reads(): number {
    return this.#listings.reads;
  }

  /** Sorted paths with their digest. Rejects with a {@link GlobError} that says why there is no answer. */
  async find(spec: GlobSpec): Promise<{ readonly paths: readonly FileId[]; readonly digest: string }> {
    const name = globName(spec);
    const { paths, digest } = await this.#look(name, this.#compile(name, spec));
    return { paths, digest };
  }

  /**
   * The digest now at the price of one stat for each folder walked and each ignore file; undefined
   * when only {@link settle} can tell.
   */
  probe(spec: GlobSpec): string | undefined {
    const known = this.#known.get(globName(spec));
    if (!known || known.sights.length > MOST_AT_ONCE) return undefined;
    const now = this.#now();
    for (const sight of known.sights) {
      if (mayHide(sight, now) || !isAsSeen(this.#disk, sight)) return undefined;
    }
    return known.digest;
  }

  /**
   * The digest at some moment after the call; undefined when there is no answer. Rejects only for
   * patterns that cannot be understood.
   */
  async settle(spec: GlobSpec): Promise<string | undefined> {
    const known = this.probe(spec);
    if (known !== undefined) return known;
    const name = globName(spec);
    let settling = this.#settling.get(name);
    if (!settling) {
      settling = this.#lookNext(name, this.#compile(name, spec));
      this.#settling.set(name, settling);
    }
    return settling;
  }

  /**
   * Folders that all matches are below of. What changes in the ignore files and in the folders above
   * them matters as well: ask {@link mayAffect}.
   */
  bases(spec: GlobSpec): readonly FileId[] {
    return this.#compile(globName(spec), spec).bases;
  }

  /**
   * Whether the digest may be another one because something came to be, changed or is gone at this
   * path. Looks at the path when it could matter only as a folder.
   */
  mayAffect(spec: GlobSpec, path: FileId): boolean {
    const name = globName(spec);
    return this.#reach.mayAffect(name, this.#compile(name, spec), path);
  }

  #compile(name: string, spec: GlobSpec): CompiledGlob {
    let compiled = this.#compiled.get(name);
    if (!compiled) {
      compiled = new CompiledGlob(spec);
      this.#compiled.set(name, compiled);
    }
    return compiled;
  }

  async #lookNext(name: string, glob: CompiledGlob): Promise<string | undefined> {
    await this.#looking.get(name);
    this.#settling.delete(name);
    const look = this.#look(name, glob)
      .then(
        ({ digest }) => digest,
        (error) => {
          if (error instanceof GlobError) return undefined; // counted where it was found
          throw error;
        },
      )
      .finally(() => {
        if (this.#looking.get(name) === look) this.#looking.delete(name);
      });
    this.#looking.set(name, look);
    return look;
  }

  async #look(name: string, glob: CompiledGlob): Promise<Look> {
    const done = this.#reach.begin(name);
    try {
      const look = await lookAtRest(glob, this.#disk, this.#listings, this.#now);
      this.#known.set(name, { digest: look.digest, sights: [...look.folders, ...look.ignoreFiles] });
      this.#reach.walked(name, look.folders);
      return look;
    } catch (error) {
      this.failures++;
      throw error;
    } finally {
      done();
    }
  }
}
