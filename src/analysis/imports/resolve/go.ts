import type { ComputeContext, FileId } from '../../../freshness/context.ts';
import {
  folderOf,
  join,
  type MakeResolver,
  nearest,
  type Resolution,
  readManifest,
  UNRESOLVED,
} from './resolution.ts';

const MODULE = /^\s*module\s+"?([^\s"]+)/m;
const REQUIRE = /^\s*(?:require\s+)?([^\s()]+\.[^\s()]+)\s+v\d/gm;
const REPLACE = /^\s*(?:replace\s+)?([^\s()]+)(?:\s+v\S+)?\s+=>\s+(\.\.?\/\S*|\.\.?)\s*$/gm;
const USE = /^\s*(?:use\s+)?(\.\.?(?:\/\S*)?)\s*$/gm;
const COMMENT = /\/\/.*$/gm;

/** A module whose source is in the workspace. */
interface Module {
  readonly path: string;
  readonly folder: FileId;
}

interface Modules {
  /** The file's own first, then those that `replace` and `go.work` bring in. */
  readonly local: readonly Module[];
  readonly required: readonly string[];
}

/** Go's lookup: the target is the folder of the package; a package of another module is external by that module. */
export const resolveGo: MakeResolver = (file, _found, context) => {
  let modules: Promise<Modules> | undefined;
  return async ({ specifier }): Promise<Resolution> => {
    if (specifier.startsWith('.')) return packageAt(join(folderOf(file), specifier), context);
    modules ??= modulesOf(file, context);
    const { local, required } = await modules;
    const own = longest(local, (module) => module.path, specifier);
    if (own) return packageAt(join(own.folder, specifier.slice(own.path.length + 1)), context);
    return { external: longest(required, (path) => path, specifier) ?? specifier };
  };
};

function packageAt(folder: FileId | undefined, context: ComputeContext): Resolution {
  return folder !== undefined && context.kind(folder) === 'folder' ? { targets: [folder] } : UNRESOLVED;
}

function longest<T>(all: readonly T[], pathOf: (each: T) => string, specifier: string): T | undefined {
  return all
    .filter((each) => specifier === pathOf(each) || specifier.startsWith(`${pathOf(each)}/`))
    .sort((a, b) => pathOf(b).length - pathOf(a).length)[0];
}

async function modulesOf(file: FileId, context: ComputeContext): Promise<Modules> {
  const config = nearest('go.mod', folderOf(file), context);
  const text = await textOf(config, context);
  const local: Module[] = [];
  const required: string[] = [];
  if (config !== undefined && text !== undefined) {
    const path = MODULE.exec(text)?.[1];
    if (path) local.push({ path, folder: folderOf(config) });
    for (const [, name = '', to = ''] of text.matchAll(REPLACE)) add(local, name, join(folderOf(config), to));
    for (const [, name = ''] of text.matchAll(REQUIRE)) required.push(name);
  }
  const work = nearest('go.work', folderOf(file), context);
  const workText = await textOf(work, context);
  for (const [, use = ''] of workText?.matchAll(USE) ?? []) {
    const folder = join(folderOf(work ?? ''), use);
    const used = await textOf(folder === undefined ? undefined : join(folder, 'go.mod'), context);
    add(local, (used && MODULE.exec(used)?.[1]) ?? '', folder);
  }
  return { local, required };
}

function add(local: Module[], path: string, folder: FileId | undefined): void {
  if (path && folder !== undefined && !local.some((each) => each.path === path)) local.push({ path, folder });
}

async function textOf(file: FileId | undefined, context: ComputeContext): Promise<string | undefined> {
  const manifest = file === undefined ? undefined : await readManifest(file, context);
  return manifest?.text().replace(COMMENT, '');
}
