import { copyFileSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import type { FileId } from '../../src/freshness/context.ts';

const PACKAGES = ['@azure', '@redis', '@secretlint', '@types', 'ajv', 'hono', 'knip', 'yaml', 'zod'];
const EXTENSIONS = new Set(['.ts', '.mts', '.cts']);
const MOST_BYTES = 100_000;

/**
 * So many real TypeScript files in a folder, the same wherever the lock file is followed: the first
 * ones of some of this project's own packages, none over 100 KB, by path.
 */
export function plantCorpus(root: string, count: number): readonly FileId[] {
  const modules = new URL('../../node_modules/', import.meta.url).pathname;
  const found = PACKAGES.flatMap((name) =>
    readdirSync(join(modules, name), { recursive: true, encoding: 'utf8' }).map((path) => join(name, path)),
  ).filter((path) => EXTENSIONS.has(extname(path)) && !path.includes('node_modules'));
  const fitting = found.sort().filter((path) => statSync(join(modules, path)).size <= MOST_BYTES);
  if (fitting.length < count) throw new Error(`There are ${fitting.length} files only, not ${count}.`);
  const step = fitting.length / count;
  const chosen = Array.from({ length: count }, (_, i) => fitting[Math.floor(i * step)] as string);
  for (const path of chosen) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    copyFileSync(join(modules, path), join(root, path));
  }
  return chosen;
}
