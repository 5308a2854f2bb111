import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import createIgnore, { type Ignore } from 'ignore';
import picomatch from 'picomatch';
import type { FileId } from '../freshness/context.ts';

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

interface Rules {
  readonly folder: FileId;
  readonly ignore: Ignore;
}

/** What no workspace wants analysed, whatever it ignores. */
const NEVER = new Set(['.git', '.hg', '.svn', 'node_modules']);

/**
 * Files of a folder, without what `.gitignore` files (nested ones too), `.git/info/exclude` and the
 * filter leave out. Links are not followed. Unreadable folders are left out.
 */
export async function* workspaceFiles(
  root: string,
  filter: FileFilter,
  signal: AbortSignal,
): AsyncGenerator<FileId> {
  const excluded = picomatch([...filter.exclude], { dot: true });
  const own = await rulesOf(join(root, '.git', 'info', 'exclude'), '');
  const open: { folder: FileId; rules: readonly Rules[] }[] = [{ folder: '', rules: own ? [own] : [] }];
  let found = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    signal.throwIfAborted();
    const { folder } = next;
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    const ignoreFile = entries.some((entry) => entry.name === '.gitignore' && entry.isFile());
    const local = ignoreFile ? await rulesOf(join(root, folder, '.gitignore'), folder) : undefined;
    const rules = local ? [...next.rules, local] : next.rules;
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (NEVER.has(entry.name) || excluded(path)) continue;
      if (entry.isDirectory()) {
        if (!isIgnored(`${path}/`, rules)) open.push({ folder: path, rules });
      } else if (entry.isFile() && filter.wanted(entry.name) && !isIgnored(path, rules)) {
        const size = await stat(join(root, path)).then(
          (s) => s.size,
          () => Number.POSITIVE_INFINITY,
        );
        if (size > filter.maxBytes) continue;
        if (++found > filter.maxFiles) return;
        yield path;
      }
    }
  }
}

async function rulesOf(file: string, folder: FileId): Promise<Rules | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : { folder, ignore: createIgnore().add(text) };
}

/** The deepest file with an opinion decides, as in git. */
function isIgnored(path: string, rules: readonly Rules[]): boolean {
  for (let i = rules.length - 1; i >= 0; i--) {
    const { folder, ignore } = rules[i] as Rules;
    const { ignored, unignored } = ignore.test(folder === '' ? path : path.slice(folder.length + 1));
    if (ignored) return true;
    if (unignored) return false;
  }
  return false;
}
