import type { FileId } from '../../../freshness/context.ts';
import { firstFile, folderOf, join, type MakeResolver, target, UNRESOLVED } from './resolution.ts';

const REMOTE = /^(?:[a-z][a-z\d+.-]*:)?\/\//i;

/** Beside the file, then at the workspace's root: CSS, PHP and Bash. */
export const resolveBeside: MakeResolver =
  (file, _found, context) =>
  async ({ specifier }) => {
    if (REMOTE.test(specifier)) return { external: specifier };
    const folders = /^\.\.?\//.test(specifier) ? [folderOf(file)] : [folderOf(file), ''];
    return target(
      firstFile(
        folders.map((folder) => join(folder, specifier)),
        context,
      ),
    );
  };

/** `"…"` beside the file first; then, as `<…>`, in the usual include folders. */
export const resolveCpp: MakeResolver =
  (file, _found, context) =>
  async ({ specifier }) => {
    const system = specifier.startsWith('<');
    const path = system ? specifier.slice(1, -1) : specifier;
    const folders = ['include', 'src', ''];
    const all = system ? folders : [folderOf(file), ...folders];
    const found = firstFile(
      all.map((folder) => join(folder, path)),
      context,
    );
    if (found !== undefined) return target(found);
    return system ? { external: path } : UNRESOLVED;
  };

/** `require_relative` is beside the file, `require` a feature in `lib` or a gem's. */
export const resolveRuby: MakeResolver =
  (file, _found, context) =>
  async ({ specifier }) => {
    const relative = /^\.\.?\//.test(specifier);
    const name = /\.rb$/.test(specifier) ? specifier : `${specifier}.rb`;
    const folders: FileId[] = relative ? [folderOf(file)] : ['lib', ''];
    const found = firstFile(
      folders.map((folder) => join(folder, name)),
      context,
    );
    if (found !== undefined) return target(found);
    return relative ? UNRESOLVED : { external: specifier.split('/')[0] ?? specifier };
  };
