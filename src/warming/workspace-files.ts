import type { FileId } from '../freshness/context.ts';
import { FolderDisk } from '../freshness/disk.ts';
import { CompiledGlob } from '../freshness/file-globs/compiled-glob.ts';
import { Listings } from '../freshness/file-globs/listings.ts';
import { walk } from '../freshness/file-globs/walk.ts';

export interface FileFilter {
  /** Globs over workspace paths that are left out, as in `files.exclude`. */
  readonly exclude: readonly string[];
  /** Larger files are left out, bytes. */
  readonly maxBytes: number;
  /** More files than this are not listed. */
  readonly maxFiles: number;
  /** Only files for which this holds. */
  readonly wanted: (name: string) => boolean;
}

/**
 * Files of a folder, without what `.gitignore` files (nested ones too), `.git/info/exclude` and the
 * filter leave out. Links are not followed. What cannot be read is left out. Rejects with a
 * `GlobError` for an excluding glob that cannot be understood.
 */
export async function* workspaceFiles(
  root: string,
  filter: FileFilter,
  signal: AbortSignal,
): AsyncGenerator<FileId> {
  const disk = new FolderDisk(root);
  const listings = new Listings(disk, Date.now);
  const glob = new CompiledGlob({ include: ['**'], exclude: filter.exclude });
  const tree = {
    folder: (path: FileId) => {
      signal.throwIfAborted();
      return listings.folder(path).then(
        ({ entries }) => entries,
        () => [],
      );
    },
    ignoreFile: (path: FileId) =>
      listings.ignoreFile(path).then(
        ({ rules }) => rules,
        () => undefined,
      ),
  };
  let found = 0;
  for await (const some of walk(glob, tree)) {
    for (const path of some) {
      signal.throwIfAborted();
      if (!filter.wanted(path.slice(path.lastIndexOf('/') + 1)) || sizeOf(disk, path) > filter.maxBytes)
        continue;
      if (++found > filter.maxFiles) return;
      yield path;
    }
  }
}

function sizeOf(disk: FolderDisk, path: FileId): number {
  try {
    return disk.stat(path)?.size ?? Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
