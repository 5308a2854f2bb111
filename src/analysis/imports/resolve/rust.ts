import { posix } from 'node:path';
import type { ComputeContext, FileId } from '../../../freshness/context.ts';
import type { RawImport, RawImports } from '../raw.ts';
import { crateNamed } from './cargo.ts';
import {
  firstFile,
  folderOf,
  join,
  type MakeResolver,
  nearest,
  type Resolution,
  target,
  UNRESOLVED,
} from './resolution.ts';

const STANDARD = new Set(['std', 'core', 'alloc', 'proc_macro', 'test']);
const ROOT_NAMES = new Set(['mod.rs', 'lib.rs', 'main.rs', 'build.rs']);
/** Folders whose files, and subfolders' `main.rs`, are crates of their own. */
const TARGET_FOLDERS = ['src/bin', 'tests', 'examples', 'benches'];

/** A module: the file it is in and the folder of its child modules. */
interface Module {
  readonly file: FileId | undefined;
  readonly folder: FileId;
}

/**
 * Rust's lookup: `mod` leads to the module's file, a `use` path to the file of the deepest module in
 * it, other crates to their library's root when Cargo has them by path, else to their name.
 */
export const resolveRust: MakeResolver = (file, found, context) => {
  const manifest = nearest('Cargo.toml', folderOf(file), context);
  const crate = crateRoot(file, manifest, context);
  const here: Module = { file, folder: childFolder(file, manifest) };
  return async (raw) => {
    const within = (raw.within ?? []).reduce(
      (outer: Module, name) => ({ file, folder: `${outer.folder}/${name}` }),
      here,
    );
    if (raw.kind === 'module') return target(moduleFile(raw, file, within, context));
    const resolution = await resolveUse(raw, within);
    return resolution.targets?.[0] === file ? UNRESOLVED : resolution;
  };

  async function resolveUse(raw: RawImport, within: Module): Promise<Resolution> {
    const [first = '', ...rest] = raw.specifier.split('::').map((part) => part.replace(/^r#/, ''));
    const depth = raw.within?.length ?? 0;
    if (first === 'crate') return target(descend(crate, rest, context));
    if (first === 'self' || first === 'super') {
      const ups = [first, ...rest].filter((part) => part === 'super').length;
      const names = [first, ...rest].filter((part) => part !== 'super' && part !== 'self');
      return target(descend(climb(within, depth, ups), names, context));
    }
    const name = first || (rest[0] ?? '');
    if (STANDARD.has(name)) return { external: name };
    if (first && isDeclaredHere(name, raw, found)) return target(descend(within, [first, ...rest], context));
    const known = manifest === undefined ? undefined : await crateNamed(name, manifest, context);
    if (known?.root !== undefined) {
      const root = { file: known.root, folder: folderOf(known.root) };
      return target(descend(root, first ? rest : rest.slice(1), context));
    }
    if (known) return { external: known.name };
    return first && isBroughtIn(name, raw, found) ? UNRESOLVED : { external: name };
  }

  function climb(from: Module, inline: number, ups: number): Module {
    let module = from;
    for (let up = 0; up < ups; up++) {
      const folder = folderOf(module.folder);
      const inFile = up < inline;
      module = { folder, file: inFile ? file : folder === crate.folder ? crate.file : at(folder, context) };
    }
    return module;
  }
};

/** The file of the module whose children are in `folder`. */
function at(folder: FileId, context: ComputeContext): FileId | undefined {
  return firstFile([`${folder}.rs`, join(folder, 'mod.rs')], context);
}

/** What does not lead to a module's file is an item in the last one that does. */
function descend(from: Module, names: readonly string[], context: ComputeContext): FileId | undefined {
  let { file, folder } = from;
  for (const name of names) {
    const inner = name === '*' ? undefined : join(folder, name);
    const found = inner === undefined ? undefined : at(inner, context);
    if (inner === undefined || found === undefined) break;
    file = found;
    folder = inner;
  }
  return file;
}

function moduleFile(
  raw: RawImport,
  file: FileId,
  within: Module,
  context: ComputeContext,
): FileId | undefined {
  if (raw.path === undefined) return at(join(within.folder, raw.specifier) ?? '', context);
  const folder = raw.within ? within.folder : folderOf(file);
  return firstFile([join(folder, raw.path)], context);
}

function isDeclaredHere(name: string, raw: RawImport, { imports, inlineModules }: RawImports): boolean {
  const scope = raw.within?.join('::');
  const declared = imports.some(
    (each) => each.kind === 'module' && each.specifier === name && each.within?.join('::') === scope,
  );
  return declared || (inlineModules?.includes(name) ?? false) || /^[A-Z]/.test(name);
}

/** Another `use` gives the name its meaning. */
function isBroughtIn(name: string, raw: RawImport, { imports }: RawImports): boolean {
  return imports.some((each) => each !== raw && each.specifier.endsWith(`::${name}`));
}

function isCrateRoot(file: FileId, manifest: FileId | undefined): boolean {
  if (manifest === undefined) return false;
  const inPackage = posix.relative(`/${folderOf(manifest)}`, `/${file}`);
  return TARGET_FOLDERS.includes(folderOf(inPackage));
}

function childFolder(file: FileId, manifest: FileId | undefined): FileId {
  if (ROOT_NAMES.has(posix.basename(file)) || isCrateRoot(file, manifest)) return folderOf(file);
  return file.replace(/\.rs$/, '');
}

function crateRoot(file: FileId, manifest: FileId | undefined, context: ComputeContext): Module {
  const name = posix.basename(file);
  if (isCrateRoot(file, manifest) || name === 'main.rs' || name === 'lib.rs' || name === 'build.rs')
    return { file, folder: folderOf(file) };
  const folder = manifest === undefined ? folderOf(file) : (join(folderOf(manifest), 'src') ?? '');
  const bin = file.startsWith(`${folder}/bin/`) ? file.slice(0, file.indexOf('/', folder.length + 5)) : '';
  const root = bin || folder;
  return { folder: root, file: firstFile([join(root, 'lib.rs'), join(root, 'main.rs')], context) };
}
