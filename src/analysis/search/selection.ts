import type { FileId } from '../../freshness/context.ts';
import { CompiledGlob } from '../../freshness/file-globs/compiled-glob.ts';
import type { SearchParams } from './params.ts';

/** Whether a file is one of those to be searched. */
export function selecting({ include = [], exclude = [] }: SearchParams): (path: FileId) => boolean {
  if (include.length === 0 && exclude.length === 0) return () => true;
  const glob = new CompiledGlob({ include: include.length > 0 ? include : ['**'], exclude });
  const open = new Map<string, boolean>();
  const opens = (folder: readonly string[]): boolean => {
    if (folder.length === 0) return true;
    const name = folder.join('/');
    const known = open.get(name);
    if (known !== undefined) return known;
    const is = glob.opens(folder) && opens(folder.slice(0, -1));
    open.set(name, is);
    return is;
  };
  return (path) => {
    const parts = path.split('/');
    return glob.takes(parts) && opens(parts.slice(0, -1));
  };
}
