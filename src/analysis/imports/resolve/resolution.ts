import { posix } from 'node:path';
import { type ComputeContext, type FileBytes, type FileId, TOO_LARGE } from '../../../freshness/context.ts';
import type { RawImport, RawImports } from '../raw.ts';

/** Where an import leads. Empty when it leads nowhere that can be seen. */
export interface Resolution {
  /** In the workspace: files; for a Go package or a Java `.*` the package's folder. */
  readonly targets?: readonly FileId[];
  /** Outside: the package, as its manager names it. */
  readonly external?: string;
}

/** One for each analysis; keeps what the imports of one file have in common. */
type Resolver = (raw: RawImport) => Promise<Resolution>;

/**
 * Candidates are asked of the context in the order of the language's own lookup, up to the first that
 * exists: the ones before it are absent, and that is what the result depends on.
 */
export type MakeResolver = (file: FileId, found: RawImports, context: ComputeContext) => Resolver;

export const UNRESOLVED: Resolution = {};

export function target(file: FileId | undefined): Resolution {
  return file === undefined ? UNRESOLVED : { targets: [file] };
}

/** `relative` seen from `folder`; undefined when that is outside the workspace. */
export function join(folder: FileId, relative: string): FileId | undefined {
  const path = posix.join('/.', folder, relative);
  const depth = posix.normalize(posix.join(folder || '.', relative));
  if (depth === '..' || depth.startsWith('../') || relative.includes('\0')) return undefined;
  return path === '/' ? '' : path.slice(1).replace(/\/$/, '');
}

export function folderOf(path: FileId): FileId {
  const folder = posix.dirname(path);
  return folder === '.' ? '' : folder;
}

/** `folder` and the folders around it, innermost first, the root `''` last. */
export function upwards(folder: FileId): FileId[] {
  const folders = [folder];
  for (let up = folder; up !== ''; ) {
    up = folderOf(up);
    folders.push(up);
  }
  return folders;
}

export function firstFile(
  candidates: Iterable<FileId | undefined>,
  context: ComputeContext,
): FileId | undefined {
  for (const each of candidates) if (each !== undefined && context.kind(each) === 'file') return each;
  return undefined;
}

/** The innermost folder from `folder` upwards that has a file of this name. */
export function nearest(name: string, folder: FileId, context: ComputeContext): FileId | undefined {
  return firstFile(
    (function* () {
      for (const up of upwards(folder)) yield join(up, name);
    })(),
    context,
  );
}

/** What tells of a project is never as large, bytes. */
const LARGEST_MANIFEST = 4 * 1024 * 1024;

/** Undefined when there is none, or one that is too large to be one. */
export async function readManifest(file: FileId, context: ComputeContext): Promise<FileBytes | undefined> {
  const manifest = await context.readUpTo(file, LARGEST_MANIFEST);
  return manifest === TOO_LARGE ? undefined : manifest;
}
