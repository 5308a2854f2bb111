import type { Entry } from '../cache/entry.ts';
import { contentOf } from '../freshness/dependency.ts';
import type { Stamp } from '../freshness/stamp.ts';

/** The file that an entry is about: the first one whose content it rests on. */
export function fileOf(entry: Entry<Stamp>): string | undefined {
  for (const dependency of entry.stamp.dependencies) {
    const file = contentOf(dependency);
    if (file !== undefined) return file;
  }
  return undefined;
}
