import { homedir } from 'node:os';

/**
 * Rewrites texts of errors so that they tell nothing of where on the machine they happened: the
 * workspace folder becomes `.`, the storage `(storage)`, the home folder `~`.
 */
export function plainPaths(workspace: string, storage: string): (text: string) => string {
  const names: [string, string][] = [
    [storage, '(storage)'],
    [workspace, '.'],
    [homedir(), '~'],
  ];
  // The longest first: the workspace lies in the home folder, the storage perhaps in either.
  const known = names.filter(([path]) => path.length > 1).sort(([a], [b]) => b.length - a.length);
  return (text) => known.reduce((plain, [path, name]) => plain.replaceAll(path, name), text);
}
