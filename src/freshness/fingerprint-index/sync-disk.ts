import { closeSync, constants, openSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { FileId } from '../context.ts';
import { checkPath, FolderDisk, PathError } from '../disk.ts';

/** A link is not followed where it is about to be read; a FIFO that took the place of a file does not block. */
const CAREFULLY = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
/** Where a link cannot be refused, every path is resolved. */
const SEES_LINKS = constants.O_NOFOLLOW !== undefined;
/** Real paths of folders are found anew after so long, ms. */
const FOLDERS_FOR = 100;

/**
 * The folder for a thread of its own, which may wait for the disk: that is several times faster than
 * promises. Looks at one folder's files after another, so that its real path is found once for them.
 */
export class SyncFolderDisk extends FolderDisk {
  readonly #inside: string;
  #folder: { readonly path: FileId; readonly real: string; readonly until: number } | undefined;

  constructor(root: string) {
    super(root);
    this.#inside = realpathSync.native(root);
  }

  override async read(path: FileId): Promise<Uint8Array> {
    const descriptor = this.#open(checkPath(path));
    try {
      return readFileSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  override async names(folder: FileId): Promise<string[]> {
    return readdirSync(this.#checked(realpathSync.native(join(this.root, checkPath(folder))), folder)).sort();
  }

  /** Throws a {@link PathError} when it leads out of the folder. */
  #open(path: FileId): number {
    const slash = path.lastIndexOf('/');
    const real = this.#realFolder(path.slice(0, Math.max(0, slash))) + sep + path.slice(slash + 1);
    if (SEES_LINKS) {
      try {
        return openSync(real, CAREFULLY);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ELOOP') throw error;
      }
    }
    return openSync(this.#checked(realpathSync.native(real), path), CAREFULLY);
  }

  #realFolder(path: FileId): string {
    const now = performance.now();
    if (this.#folder?.path !== path || this.#folder.until < now) {
      const real = this.#checked(realpathSync.native(join(this.root, path)), path);
      this.#folder = { path, real, until: now + FOLDERS_FOR };
    }
    return this.#folder.real;
  }

  #checked(real: string, path: FileId): string {
    if (real === this.#inside || real.startsWith(this.#inside + sep)) return real;
    throw new PathError(`"${path}" leads out of the workspace folder through a link.`);
  }
}
