import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { temporaryFolder, write } from '../../support/workspace.ts';

/** Whatever the machine's own configuration says; and quick, as nothing is to outlast a power cut. */
const CONFIG = {
  'user.name': 'a',
  'user.email': 'a@b',
  'commit.gpgsign': 'false',
  'core.autocrlf': 'false',
  'core.fsync': 'none',
  'core.looseCompression': '0',
  'gc.auto': '0',
};
const SETTINGS = Object.entries(CONFIG).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/** A real git repository that is gone when the test ends. */
export class Repository {
  readonly root: string;

  constructor(root = temporaryFolder()) {
    this.root = root;
  }

  static with(files: Readonly<Record<string, string>>): Repository {
    const repository = new Repository();
    repository.git('init', '--quiet', '--initial-branch=main');
    repository.commit(files);
    return repository;
  }

  git(...args: string[]): string {
    return execFileSync('git', [...SETTINGS, ...args], { cwd: this.root, encoding: 'utf8', stdio: 'pipe' });
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) write(this.root, path, text);
  }

  commit(files: Readonly<Record<string, string>>): void {
    this.write(files);
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', 'a state');
  }

  /** Another work tree of the repository, on a branch of its own. */
  worktree(branch: string): Repository {
    const folder = join(temporaryFolder(), 'tree');
    this.git('worktree', 'add', '--quiet', folder, branch);
    return new Repository(folder);
  }
}
