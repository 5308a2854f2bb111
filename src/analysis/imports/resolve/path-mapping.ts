import { posix } from 'node:path';
import stripJsonComments from 'strip-json-comments';
import * as z from 'zod';
import type { ComputeContext, FileId } from '../../../freshness/context.ts';
import { folderOf, join, upwards } from './resolution.ts';
import { readJson } from './script-file.ts';

const STRINGS = z.array(z.string()).catch([]);
const CONFIG = z.object({
  extends: z.union([z.string().transform((one) => [one]), STRINGS]).optional(),
  references: z
    .array(z.object({ path: z.string() }))
    .catch([])
    .optional(),
  compilerOptions: z
    .object({
      baseUrl: z.string().optional().catch(undefined),
      paths: z.record(z.string(), STRINGS).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});

/** `baseUrl` and `paths` of the configuration that holds for a file. */
export interface PathMapping {
  readonly baseUrl?: FileId;
  readonly paths?: Readonly<Record<string, readonly string[]>>;
  /** What the substitutions in `paths` are relative to. */
  readonly pathsBase?: FileId;
}

const DEPTH = 16;
const CONFIG_DIR = /^\$\{configDir\}\/?/;

/**
 * From the nearest `tsconfig.json` or `jsconfig.json`, with what it extends. When that one only refers
 * to others, from the first of them that maps paths. A configuration from a package is not followed.
 */
export async function pathMapping(file: FileId, context: ComputeContext): Promise<PathMapping> {
  for (const folder of upwards(folderOf(file))) {
    for (const name of ['tsconfig.json', 'jsconfig.json']) {
      const config = join(folder, name);
      if (config !== undefined && context.kind(config) === 'file') return mappingOf(config, folder, context);
    }
  }
  return {};
}

async function mappingOf(config: FileId, root: FileId, context: ComputeContext): Promise<PathMapping> {
  const found = await read(config, root, context, DEPTH);
  if (found.baseUrl !== undefined || found.paths) return found;
  for (const reference of found.references) {
    const path = join(folderOf(config), reference);
    if (path === undefined) continue;
    const referred = path.endsWith('.json') ? path : join(path, 'tsconfig.json');
    if (referred === undefined) continue;
    const mapping = await read(referred, folderOf(referred), context, DEPTH);
    if (mapping.baseUrl !== undefined || mapping.paths) return mapping;
  }
  return {};
}

/** Later ones in `extends` win over earlier ones, the configuration itself over all. */
async function read(
  config: FileId,
  root: FileId,
  context: ComputeContext,
  depth: number,
): Promise<PathMapping & { references: readonly string[] }> {
  const folder = folderOf(config);
  const parsed = await readJson(config, CONFIG, context, parseJsonc);
  let mapping: PathMapping = {};
  for (const base of depth > 0 ? (parsed?.extends ?? []) : []) {
    const path = base.startsWith('.') ? join(folder, base) : undefined;
    if (path === undefined) continue;
    const file = path.endsWith('.json') || context.kind(path) === 'file' ? path : `${path}.json`;
    const { references: _, ...inherited } = await read(file, root, context, depth - 1);
    mapping = { ...mapping, ...inherited };
  }
  const { baseUrl, paths } = parsed?.compilerOptions ?? {};
  const own = baseUrl === undefined ? undefined : join(folder, expand(baseUrl, folder, root));
  if (own !== undefined) mapping = { ...mapping, baseUrl: own };
  if (paths) mapping = { ...mapping, paths: expandAll(paths, folder, root), pathsBase: own ?? folder };
  return { ...mapping, references: parsed?.references?.map(({ path }) => path) ?? [] };
}

function parseJsonc(text: string): unknown {
  return JSON.parse(stripJsonComments(text, { trailingCommas: true }));
}

function expandAll(paths: Record<string, string[]>, folder: FileId, root: FileId): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(paths).map(([pattern, list]) => [pattern, list.map((each) => expand(each, folder, root))]),
  );
}

/** The folder of the configuration that is in use, not of the one that says it. */
function expand(path: string, folder: FileId, root: FileId): string {
  return CONFIG_DIR.test(path)
    ? path.replace(CONFIG_DIR, `${posix.relative(`/${folder}`, `/${root}`)}/`)
    : path;
}
