import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectName, remoteName } from '../../../src/cache/shared/project-name.ts';
import { temporaryFolder, write } from '../../support/workspace.ts';

const git = (folder: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder, stdio: 'pipe' });

describe('the name of a project', () => {
  it.each([
    ['git@github.com:owner/name.git', 'github.com/owner/name'],
    ['https://github.com/owner/name', 'github.com/owner/name'],
    ['https://user:secret@GitHub.com/owner/name.git', 'github.com/owner/name'],
    ['ssh://git@example.org:2222/group/sub/name.git/', 'example.org/group/sub/name'],
    ['/srv/git/name.git', undefined],
    ['', undefined],
  ])('%s is %s', (url, name) => {
    expect(remoteName(url)).toBe(name);
  });

  it('is read from the repository, and from a worktree of it', async () => {
    const folder = temporaryFolder();
    const repository = join(folder, 'repository');
    mkdirSync(repository);
    git(repository, 'init', '-q');
    expect(await projectName(repository)).toBeUndefined();
    git(repository, 'remote', 'add', 'upstream', 'https://github.com/other/name');
    git(repository, 'remote', 'add', 'origin', 'git@github.com:owner/name.git');
    write(repository, 'a.txt', 'a');
    git(repository, 'add', '.');
    git(repository, 'commit', '-qm', 'a');
    git(repository, 'worktree', 'add', '-q', '../worktree');
    expect(await projectName(repository)).toBe('github.com/owner/name');
    expect(await projectName(join(folder, 'worktree'))).toBe('github.com/owner/name');
  });

  it('is unknown without a repository', async () => {
    expect(await projectName(temporaryFolder())).toBeUndefined();
  });
});
