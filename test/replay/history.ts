import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Bytes of what git prints, at the most. */
const MOST_OUTPUT = 256 << 20;

export interface Commit {
  readonly id: string;
  /** ISO 8601, of the committer. */
  readonly date: string;
  readonly subject: string;
}

/** Which commits are replayed, oldest first. */
export interface Choice {
  /** The first commit, itself included. */
  readonly from?: string;
  /** The last one; the repository's own HEAD unless given. */
  readonly to?: string;
  readonly since?: string;
  readonly until?: string;
  readonly firstParent: boolean;
  /** Only each so many-th. */
  readonly every: number;
  /** So many of these at the most, the oldest ones. */
  readonly limit: number;
}

/**
 * A clone of a repository in a folder of its own, whose commits are checked out into a work tree
 * beside it: the files lie there alone, without a `.git`. The repository itself is only read.
 */
export class History {
  readonly root: string;
  readonly #gitFolder: string;

  private constructor(folder: string) {
    this.root = join(folder, 'work-tree');
    this.#gitFolder = join(folder, 'repository.git');
  }

  /** `repository` is a path or a clone URL. Rejects with what git says. */
  static async clone(repository: string, folder: string): Promise<History> {
    const history = new History(folder);
    mkdirSync(history.root, { recursive: true });
    const local = existsSync(repository);
    const from = local ? resolve(repository) : repository;
    await git(['clone', '--quiet', '--bare', ...(local ? ['--shared'] : []), '--', from, history.#gitFolder]);
    return history;
  }

  async commits({ from, to = 'HEAD', since, until, firstParent, every, limit }: Choice): Promise<Commit[]> {
    const listed = await this.#git([
      'log',
      '--reverse',
      '--format=%H%x00%cI%x00%s',
      ...(firstParent ? ['--first-parent'] : ['--topo-order']),
      ...(since === undefined ? [] : [`--since-as-filter=${since}`]),
      ...(until === undefined ? [] : [`--until=${until}`]),
      '--end-of-options',
      to,
      ...(from === undefined ? [] : [`^${from}^@`]),
      '--',
    ]);
    const all = listed.split('\n').filter(Boolean).map(commitOf);
    return all.filter((_, i) => i % every === 0).slice(0, limit);
  }

  /** Brings the files to this commit, as a person's `git checkout` does. */
  async checkOut({ id }: Commit): Promise<void> {
    await this.#git(['checkout', '--quiet', '--force', '--detach', id]);
  }

  #git(args: readonly string[]): Promise<string> {
    return git([`--git-dir=${this.#gitFolder}`, `--work-tree=${this.root}`, ...args]);
  }
}

/** Without the machine's settings, which could change line ends or run programs. */
async function git(args: readonly string[]): Promise<string> {
  const env = {
    ...process.env,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
  };
  const { stdout } = await run('git', ['-c', 'core.hooksPath=/dev/null', ...args], {
    env,
    maxBuffer: MOST_OUTPUT,
  });
  return stdout;
}

function commitOf(line: string): Commit {
  const [id = '', date = '', subject = ''] = line.split('\0');
  return { id, date, subject };
}
