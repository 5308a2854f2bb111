import { LRUCache } from 'lru-cache';
import type { FileId } from '../context.ts';
import type { Disk } from '../disk.ts';
import type { CompiledGlob } from './compiled-glob.ts';
import type { Sight } from './sight.ts';
import { IGNORE_FILE, REPOSITORY_EXCLUDES } from './walk.ts';

/** Folders remembered, in all. */
const MOST_FOLDERS = 500_000;

/** Which changes of paths may matter to which globs. Never says no wrongly: nobody would look again. */
export class Reach {
  readonly #disk: Disk;
  /**
   * Folders that were ever walked: some digest that was given may rest on each. When those of one
   * glob are forgotten, what was walked is not known for sure of any other that is told later.
   */
  readonly #walked = new LRUCache<string, { readonly folders: Set<FileId>; readonly all: boolean }>({
    maxSize: MOST_FOLDERS,
    sizeCalculation: ({ folders }) => folders.size + 1,
    dispose: (_walked, _name, reason) => {
      if (reason === 'evict') this.#forgot = true;
    },
  });
  #forgot = false;
  /** Looks under way, by glob. */
  readonly #looking = new Map<string, number>();

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** A look begins; what is returned ends it. */
  begin(name: string): () => void {
    this.#looking.set(name, (this.#looking.get(name) ?? 0) + 1);
    return () => {
      const left = (this.#looking.get(name) ?? 1) - 1;
      if (left > 0) this.#looking.set(name, left);
      else this.#looking.delete(name);
    };
  }

  walked(name: string, sights: readonly Sight[]): void {
    const known = this.#walked.get(name);
    const folders = known?.folders ?? new Set<FileId>();
    for (const { path } of sights) folders.add(path);
    if (folders.size >= MOST_FOLDERS) this.#forgot = true; // too many to be kept at all
    this.#walked.set(name, { folders, all: known?.all ?? !this.#forgot });
  }

  mayAffect(name: string, glob: CompiledGlob, path: FileId): boolean {
    if (path === '') return true;
    if (glob.ignoreFiles && (path === REPOSITORY_EXCLUDES || REPOSITORY_EXCLUDES.startsWith(`${path}/`))) {
      return true;
    }
    const parts = path.split('/');
    for (let i = 1; i < parts.length; i++) if (!glob.opens(parts.slice(0, i))) return false;
    if (glob.takes(parts) || (glob.ignoreFiles && parts.at(-1) === IGNORE_FILE)) return true;
    return glob.opens(parts) && this.#isOrWasFolder(name, path);
  }

  #isOrWasFolder(name: string, path: FileId): boolean {
    const walked = this.#walked.get(name);
    if (!walked?.all || this.#looking.has(name) || walked.folders.has(path)) return true;
    try {
      return this.#disk.stat(path)?.kind === 'folder';
    } catch {
      return true;
    }
  }
}
