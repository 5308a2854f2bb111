import { posix } from 'node:path';
import * as z from 'zod';
import type { ComputeContext, FileId } from '../../../freshness/context.ts';
import { firstFile, join, readManifest } from './resolution.ts';

/** TypeScript's order with `moduleResolution: bundler`, then what only bundlers and Node add. */
const ADDED = ['.ts', '.tsx', '.d.ts', '.js', '.jsx', '.mjs', '.cjs', '.json'];

/** What a written extension may stand for: the output's name is written, the source is meant. */
const REPLACED: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.d.ts', '.js', '.jsx'],
  '.jsx': ['.tsx', '.ts', '.d.ts', '.jsx', '.js'],
  '.mjs': ['.mts', '.d.mts', '.mjs'],
  '.cjs': ['.cts', '.d.cts', '.cjs'],
  '.ts': ['.ts', '.tsx', '.d.ts'],
  '.tsx': ['.tsx', '.ts', '.d.ts'],
  '.mts': ['.mts', '.d.mts'],
  '.cts': ['.cts', '.d.cts'],
};

const MANIFEST = z.object({
  types: z.string().optional().catch(undefined),
  typings: z.string().optional().catch(undefined),
  module: z.string().optional().catch(undefined),
  main: z.string().optional().catch(undefined),
});

/** The file or the folder's index that a path without or with extension means in TypeScript and JavaScript. */
export async function scriptAt(path: FileId, context: ComputeContext): Promise<FileId | undefined> {
  return (path && firstFile(fileCandidates(path), context)) || folderIndex(path, context);
}

function* fileCandidates(path: FileId): Iterable<FileId> {
  const extension = posix.extname(path);
  const replaced = REPLACED[extension];
  const stem = path.slice(0, path.length - extension.length);
  if (replaced) for (const each of replaced) yield stem + each;
  else if (extension) yield path;
  for (const each of ADDED) yield path + each;
}

/** `./`, `..` and what names a folder: its `package.json` decides, then `index`. */
export async function folderIndex(folder: FileId, context: ComputeContext): Promise<FileId | undefined> {
  if (context.kind(folder) !== 'folder') return undefined;
  const manifest = await readJson(join(folder, 'package.json'), MANIFEST, context);
  const entry = manifest?.types ?? manifest?.typings ?? manifest?.module ?? manifest?.main;
  const file = entry === undefined ? undefined : join(folder, entry);
  const found = file && firstFile(fileCandidates(file), context);
  return (
    found ??
    firstFile(
      ADDED.map((extension) => join(folder, `index${extension}`)),
      context,
    )
  );
}

/** Undefined when there is no such file or it is not what `schema` says. */
export async function readJson<T>(
  file: FileId | undefined,
  schema: z.ZodType<T>,
  context: ComputeContext,
  parse: (text: string) => unknown = JSON.parse,
): Promise<T | undefined> {
  if (file === undefined || context.kind(file) !== 'file') return undefined;
  const manifest = await readManifest(file, context);
  if (!manifest) return undefined;
  try {
    return schema.safeParse(parse(manifest.text())).data;
  } catch (error) {
    // A manifest in the middle of an edit: as if it were not there.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
