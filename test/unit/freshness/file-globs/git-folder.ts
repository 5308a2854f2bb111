import { execFileSync } from 'node:child_process';
import { temporaryFolder, write } from '../../../support/workspace.ts';

/** Nothing of this machine's own configuration. */
const environment = {
  PATH: process.env.PATH,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  XDG_CONFIG_HOME: '/nonexistent',
  HOME: '/nonexistent',
};

export function git(root: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd: root, env: environment, encoding: 'utf8', stdio: 'pipe' });
}

/** What git takes for the workspace's own files. */
export function ofGit(root: string): string[] {
  return git(root, 'ls-files', '-co', '--exclude-standard', '-z').split('\0').filter(Boolean).sort();
}

export function repository(files: Record<string, string>): string {
  const root = temporaryFolder();
  git(root, 'init', '-q');
  for (const [path, text] of Object.entries(files)) write(root, path, text);
  return root;
}
