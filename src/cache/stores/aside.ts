import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

/** Files put aside are for people who want to look; more than these would only fill the disk. */
const MOST_ASIDE = 3;

/**
 * Renames a file that cannot be used to `<file>.<reason>-<n>`, with its companions (`-wal`, …),
 * and removes the oldest beyond three. Returns the new path. Throws what the file system throws.
 */
export function moveAside(file: string, reason: string, companions: readonly string[] = []): string {
  const folder = path.dirname(file);
  const prefix = `${path.basename(file)}.${reason}-`;
  const taken = readdirSync(folder)
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number(name.slice(prefix.length)))
    .filter((n) => Number.isInteger(n))
    .sort((a, b) => a - b);
  const n = (taken.at(-1) ?? 0) + 1;
  const target = path.join(folder, `${prefix}${n}`);
  renameSync(file, target);
  for (const companion of companions) {
    if (existsSync(file + companion)) renameSync(file + companion, target + companion);
  }
  for (const old of taken.slice(0, Math.max(0, taken.length + 1 - MOST_ASIDE))) {
    for (const companion of ['', ...companions]) {
      rmSync(path.join(folder, `${prefix}${old}${companion}`), { force: true });
    }
  }
  return target;
}
