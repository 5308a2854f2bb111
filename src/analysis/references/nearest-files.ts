import { Slices } from '../../cache/slices.ts';
import type { FileId } from '../../freshness/context.ts';
import type { Names } from '../names/names.ts';
import type { ByFile } from '../workspace/parts.ts';

/** Smaller comes first. */
export type Distance = (path: FileId, names: Names) => number | undefined;

/** The files for which there is a distance, nearest first, then by path. */
export async function nearestFiles(files: ByFile<Names>, distance: Distance): Promise<readonly FileId[]> {
  const found: { readonly path: FileId; readonly far: number }[] = [];
  const slices = new Slices();
  for (const [path, names] of files) {
    const far = distance(path, names);
    if (far !== undefined) found.push({ path, far });
    if (slices.due) await slices.pause();
  }
  // The files are in order of their paths, and sorting keeps the order of equals.
  return found.sort((a, b) => a.far - b.far).map(({ path }) => path);
}
