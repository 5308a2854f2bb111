import { parse, TomlError } from 'smol-toml';
import * as z from 'zod';
import type { ComputeContext, FileId } from '../../../freshness/context.ts';
import { folderOf, join, nearest } from './resolution.ts';
import { readJson } from './script-file.ts';

const DEPENDENCY = z.union([
  z.string().transform(() => ({ path: undefined, workspace: undefined })),
  z.object({ path: z.string().optional(), workspace: z.boolean().optional() }),
]);
const DEPENDENCIES = z.record(z.string(), DEPENDENCY).catch({}).optional();
const MANIFEST = z.object({
  package: z.object({ name: z.string() }).optional().catch(undefined),
  lib: z.object({ name: z.string().optional(), path: z.string().optional() }).optional().catch(undefined),
  dependencies: DEPENDENCIES,
  'dev-dependencies': DEPENDENCIES,
  'build-dependencies': DEPENDENCIES,
  workspace: z.object({ dependencies: DEPENDENCIES }).optional().catch(undefined),
});
type Manifest = z.infer<typeof MANIFEST>;

/** What Cargo knows under a crate's name. */
export interface Crate {
  /** As in `Cargo.toml`, where `-` may stand for `_`. */
  readonly name: string;
  /** The root file of its library, when that is in the workspace. */
  readonly root?: FileId;
}

/** The crate that `name` means in a package; undefined when its manifest does not speak of it. */
export async function crateNamed(
  name: string,
  manifestFile: FileId,
  context: ComputeContext,
): Promise<Crate | undefined> {
  const manifest = await readManifest(manifestFile, context);
  const folder = folderOf(manifestFile);
  const own = manifest?.lib?.name ?? manifest?.package?.name;
  if (own !== undefined && own.replaceAll('-', '_') === name) return crateAt(own, folder, manifest, context);
  for (const table of ['dependencies', 'dev-dependencies', 'build-dependencies'] as const) {
    for (const [key, dependency] of Object.entries(manifest?.[table] ?? {})) {
      if (key.replaceAll('-', '_') !== name) continue;
      const path = dependency.workspace
        ? await workspacePath(key, folder, context)
        : dependency.path && join(folder, dependency.path);
      if (path === undefined || path === '') return { name: key };
      return crateAt(key, path, await readManifest(join(path, 'Cargo.toml'), context), context);
    }
  }
  return undefined;
}

function crateAt(
  name: string,
  folder: FileId,
  manifest: Manifest | undefined,
  context: ComputeContext,
): Crate {
  const root = join(folder, manifest?.lib?.path ?? 'src/lib.rs');
  return root !== undefined && context.kind(root) === 'file' ? { name, root } : { name };
}

/** The path of a dependency that the workspace's root manifest describes. */
async function workspacePath(
  key: string,
  from: FileId,
  context: ComputeContext,
): Promise<FileId | undefined> {
  for (let file = nearest('Cargo.toml', from, context); file !== undefined; ) {
    const folder = folderOf(file);
    const workspace = (await readManifest(file, context))?.workspace;
    const path = workspace?.dependencies?.[key]?.path;
    if (workspace) return path === undefined ? undefined : join(folder, path);
    file = folder === '' ? undefined : nearest('Cargo.toml', folderOf(folder), context);
  }
  return undefined;
}

function readManifest(file: FileId | undefined, context: ComputeContext): Promise<Manifest | undefined> {
  return readJson(file, MANIFEST, context, parseToml);
}

function parseToml(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof TomlError) throw new SyntaxError(error.message, { cause: error });
    throw error;
  }
}
