import type { ComputeContext, FileId } from '../../../freshness/context.ts';
import { PYTHON_STDLIB } from './python-stdlib.ts';
import {
  firstFile,
  folderOf,
  join,
  type MakeResolver,
  type Resolution,
  UNRESOLVED,
  upwards,
} from './resolution.ts';

const PROJECT_FILES = ['pyproject.toml', 'setup.py', 'setup.cfg'];
const DOTS = /^\.+/;

/** A module is a file, or a folder with or without `__init__`. */
interface Module {
  readonly file?: FileId;
  readonly folder?: FileId;
}

/**
 * Python's lookup: relative names from the file's package; absolute ones first where the file's
 * outermost package is, then in each project around the file and its `src`, nearest first. A name
 * after `from … import` that is a submodule leads to that, any other to the module itself.
 */
export const resolvePython: MakeResolver = (file, _found, context) => {
  let roots: readonly FileId[] | undefined;
  return async ({ specifier, names }) => {
    const dots = DOTS.exec(specifier)?.[0].length ?? 0;
    const parts = specifier.slice(dots).split('.').filter(Boolean);
    const top = parts[0] ?? '';
    if (dots > 0) {
      const start = join(folderOf(file), '../'.repeat(dots - 1));
      return start === undefined ? UNRESOLVED : targetsOf(walk(start, parts, context), names, context);
    }
    if (PYTHON_STDLIB.has(top)) return { external: top };
    roots ??= importRoots(file, context);
    const module = absolute(roots, parts, context);
    return module ? targetsOf(module, names, context) : { external: top };
  };
};

function targetsOf(
  module: Module | undefined,
  names: readonly string[] | undefined,
  context: ComputeContext,
): Resolution {
  const files = new Set<FileId>();
  for (const name of names ?? ['*']) {
    const submodule = name === '*' || !module?.folder ? undefined : step(module.folder, name, context)?.file;
    const found = submodule ?? module?.file;
    if (found !== undefined) files.add(found);
  }
  return files.size > 0 ? { targets: [...files] } : UNRESOLVED;
}

/** A namespace package, without `__init__`, counts only when no root has the module itself. */
function absolute(roots: readonly FileId[], parts: readonly string[], context: ComputeContext) {
  let namespace: Module | undefined;
  for (const root of roots) {
    const [top = '', ...rest] = parts;
    const first = step(root, top, context);
    if (!first) continue;
    const module = rest.length === 0 ? first : first.folder && walk(first.folder, rest, context);
    if (first.file !== undefined) return module || {};
    namespace ??= module || undefined;
  }
  return namespace;
}

/** Undefined when a part is no module. */
function walk(folder: FileId, parts: readonly string[], context: ComputeContext): Module | undefined {
  let module: Module | undefined = { folder, ...initOf(folder, context) };
  for (const part of parts) {
    module = module?.folder === undefined ? undefined : step(module.folder, part, context);
    if (!module) return undefined;
  }
  return module;
}

function step(folder: FileId, name: string, context: ComputeContext): Module | undefined {
  const path = join(folder, name);
  if (path === undefined) return undefined;
  const isFolder = context.kind(path) === 'folder';
  const init = isFolder ? initOf(path, context) : {};
  if (init.file !== undefined) return { file: init.file, folder: path };
  const file = firstFile([`${path}.py`, `${path}.pyi`], context);
  if (file !== undefined) return { file };
  return isFolder ? { folder: path } : undefined;
}

function initOf(folder: FileId, context: ComputeContext): { file?: FileId } {
  const file = firstFile([join(folder, '__init__.py'), join(folder, '__init__.pyi')], context);
  return file === undefined ? {} : { file };
}

function importRoots(file: FileId, context: ComputeContext): FileId[] {
  let outermost = folderOf(file);
  while (outermost !== '' && initOf(outermost, context).file !== undefined) outermost = folderOf(outermost);
  const roots = new Set([outermost]);
  for (const folder of upwards(folderOf(file))) {
    const isProject =
      folder === '' ||
      firstFile(
        PROJECT_FILES.map((name) => join(folder, name)),
        context,
      ) !== undefined;
    if (!isProject) continue;
    const src = join(folder, 'src');
    if (src !== undefined && context.kind(src) === 'folder') roots.add(src);
    roots.add(folder);
  }
  return [...roots];
}
