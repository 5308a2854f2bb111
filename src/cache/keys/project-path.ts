import { KeyError } from '../key.ts';

/**
 * One spelling of a project's absolute path, whatever the platform that it is spelled on: `/` between
 * folders, a lower-case drive letter, no `.`, no empty names, no `/` at the end. In a path that starts
 * with `/`, `\` is a character of a name. `..` stays, for behind a symbolic link it may lead elsewhere.
 */
export function projectPath(path: unknown): string {
  if (typeof path !== 'string') throw new KeyError('projectPath: a key needs it, as a text.');
  const drive = /^([a-z]):(?=[\\/])/i.exec(path)?.[1];
  const share = path.startsWith('\\\\');
  if (drive === undefined && !share && !path.startsWith('/')) {
    throw new KeyError(
      'projectPath: it is not absolute, so it would mean another project in another folder.',
    );
  }
  const names = drive === undefined && !share ? path.split('/') : path.split(/[\\/]/);
  if (drive !== undefined) names[0] = `${drive.toLowerCase()}:`;
  const kept = names.filter((name) => name !== '' && name !== '.').join('/');
  return drive === undefined ? `${share ? '//' : '/'}${kept}` : kept;
}
