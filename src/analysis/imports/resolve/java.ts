import type { FileId } from '../../../freshness/context.ts';
import {
  firstFile,
  folderOf,
  join,
  type MakeResolver,
  type Resolution,
  target,
  UNRESOLVED,
} from './resolution.ts';

const SOURCE_SET = /(^|\/)src\/[^/]+\/java$/;
const TYPE_NAME = /^[A-Z]/;

/**
 * Java's lookup: the package is a path under a source root, which the file's own package clause and
 * place give away; beside it `src/main/java` of the same module. A nested class leads to its outer one;
 * a class that is missing from a package in the workspace leads nowhere.
 */
export const resolveJava: MakeResolver = (file, { packageName }, context) => {
  const roots = sourceRoots(file, packageName);
  return async ({ specifier, isStatic }): Promise<Resolution> => {
    const parts = specifier.split('.');
    const wildcard = parts.at(-1) === '*';
    if (wildcard) parts.pop();
    const types = isStatic && !wildcard ? parts.slice(0, -1) : parts;
    for (const root of roots) {
      const found = firstFile(typeCandidates(root, types), context);
      if (found !== undefined) return target(found);
      const folder = wildcard && !isStatic ? join(root, types.join('/')) : undefined;
      if (folder !== undefined && context.kind(folder) === 'folder') return target(folder);
    }
    const name = packageOf(types, wildcard && !isStatic);
    const folders = roots.map((root) => join(root, name.replaceAll('.', '/')));
    const isOurs = folders.some((folder) => folder !== undefined && context.kind(folder) === 'folder');
    return isOurs ? UNRESOLVED : { external: name };
  };
};

/** The longest name first; an outer type begins with a capital. */
function* typeCandidates(root: FileId, parts: readonly string[]): Iterable<FileId | undefined> {
  for (let length = parts.length; length > 0; length--) {
    if (length < parts.length && !TYPE_NAME.test(parts[length - 1] ?? '')) return;
    yield join(root, `${parts.slice(0, length).join('/')}.java`);
  }
}

function packageOf(parts: readonly string[], isPackage: boolean): string {
  const type = parts.findIndex((part) => TYPE_NAME.test(part));
  const end = type > 0 ? type : isPackage ? parts.length : parts.length - 1;
  return parts.slice(0, Math.max(1, end)).join('.');
}

function sourceRoots(file: FileId, packageName: string | undefined): FileId[] {
  const folder = folderOf(file);
  const inside = packageName?.replace(/\s+/g, '').replaceAll('.', '/') ?? '';
  const matches = inside === '' || folder === inside || folder.endsWith(`/${inside}`);
  const root = matches ? folder.slice(0, folder.length - inside.length).replace(/\/$/, '') : folder;
  const main = root.replace(SOURCE_SET, '$1src/main/java');
  return main === root ? [root] : [root, main];
}
