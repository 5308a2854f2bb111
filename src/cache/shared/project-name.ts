import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/**
 * What a folder's repository is called on every machine: host and path of the remote `origin`,
 * without user, protocol and `.git`; undefined when there is none. Machines share results under it.
 */
export async function projectName(folder: string): Promise<string | undefined> {
  try {
    const config = await readFile(join(await gitFolder(folder), 'config'), 'utf8');
    return remoteName(originOf(config) ?? '');
  } catch {
    return undefined; // no repository, or not one that can be read: the folder's own name does
  }
}

/** `.git`, or where a worktree's `.git` file leads: to what it shares with the others. */
async function gitFolder(folder: string): Promise<string> {
  const git = join(folder, '.git');
  if ((await stat(git)).isDirectory()) return git;
  const pointer = /^gitdir: (.+)$/m.exec(await readFile(git, 'utf8'))?.[1] ?? '';
  const own = resolve(folder, pointer);
  return resolve(own, (await readFile(join(own, 'commondir'), 'utf8')).trim());
}

function originOf(config: string): string | undefined {
  const section = /^\[remote "origin"\]\s*\n((?:(?!\[).*\n?)*)/m.exec(config)?.[1];
  return section && /^\s*url\s*=\s*(.+?)\s*$/m.exec(section)?.[1];
}

/** `git@github.com:owner/name.git` and `https://user@github.com/owner/name` are both `github.com/owner/name`. */
export function remoteName(url: string): string | undefined {
  const scp = /^(?:[^@/]+@)?([^:/]+):(?!\/\/)(.+)$/.exec(url);
  const standard = /^[a-z][a-z+.-]*:\/\/(?:[^@/]*@)?([^:/]+)(?::\d+)?\/(.+)$/i.exec(url);
  const [, host, path] = standard ?? scp ?? [];
  if (!host || !path) return undefined;
  return `${host.toLowerCase()}/${path
    .replace(/^\/+/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')}`;
}
