import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Replay, type ReplayOptions, replay } from '../replay/replay.ts';
import { isRight } from '../replay/report.ts';
import { write } from '../support/workspace.ts';

/** One commit each: what becomes of the files in a folder. */
const HISTORY: readonly (readonly [name: string, change: (root: string) => void])[] = [
  [
    'a small project',
    (root) => {
      write(
        root,
        'src/main.ts',
        "import { help } from './util';\nimport { one } from '@lib/one';\nhelp(one);\n",
      );
      write(root, 'src/util.js', 'export function help() {}\n');
      write(root, 'src/lib/one.ts', 'export const one = 1;\n');
      write(root, 'tool/pkg/__init__.py', 'from . import part\nimport tool.pkg.other\n');
      write(root, 'tool/pkg/part.py', 'def work(): pass\n');
      write(root, 'generated/out.ts', 'export const out = 0;\n');
    },
  ],
  [
    'a candidate of higher priority appears',
    (root) => write(root, 'src/util.ts', 'export const help = 1;\n'),
  ],
  ['an edit', (root) => write(root, 'src/util.ts', 'export const help = 2;\nexport class Helper {}\n')],
  ['a file is renamed', (root) => move(root, 'src/lib/one.ts', 'src/lib/first.ts')],
  [
    'a configuration appears and maps the names',
    (root) => write(root, 'tsconfig.json', '{"compilerOptions": {"paths": {"@lib/*": ["./src/lib/*"]}}}'),
  ],
  ['it is renamed back', (root) => move(root, 'src/lib/first.ts', 'src/lib/one.ts')],
  ['the edit is taken back', (root) => write(root, 'src/util.ts', 'export const help = 1;\n')],
  ['a folder is ignored', (root) => write(root, '.gitignore', 'generated/\n')],
  [
    'a file becomes a folder',
    (root) => {
      rmSync(join(root, 'src/util.ts'));
      write(root, 'src/util.ts/index.ts', 'export const help = 3;\n');
      rmSync(join(root, 'src/util.js'));
      write(root, 'src/util/index.ts', "export * from '../lib/one';\n");
    },
  ],
  ['a package part becomes a package', (root) => move(root, 'tool/pkg/part.py', 'tool/pkg/part/__init__.py')],
  ['a file that nobody can read as text', (root) => write(root, 'src/lib/one.ts', Buffer.from([0xff, 0xfe]))],
  ['and it is text again', (root) => write(root, 'src/lib/one.ts', 'export const one = 11;\n')],
  [
    'a link in place of a file',
    (root) => {
      write(root, 'shared/real.ts', 'export const real = true;\n');
      rmSync(join(root, 'src/util'), { recursive: true });
      symlinkSync('../shared', join(root, 'src/util'));
    },
  ],
  [
    'a manifest says which file a folder means',
    (root) => write(root, 'shared/package.json', '{"main": "real.ts"}'),
  ],
  [
    'an edit that leaves the size as it was',
    (root) => write(root, 'shared/real.ts', 'export const fair = true;\n'),
  ],
  ['two files change places', swap],
  ['only text', (root) => write(root, 'README.md', 'Nothing that is analysed.\n')],
];

/** Kinds of dependency that these analyses have and this history needs. */
const NOTICED = ['absence', 'content', 'kind'] as const;

describe('a replayed history', () => {
  const folder = mkdtempSync(join(tmpdir(), 'agent-cache-replay-'));
  const repository = join(folder, 'repository');
  let told: Replay;

  beforeAll(async () => {
    commitAll(repository);
    told = await replayed({ ablations: NOTICED, order: 'there-and-back', restartEvery: 9 });
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has no stale answer, and recomputes exactly what the recorded dependencies say', () => {
    const [complete] = told.tallies;
    expect(told.steps).toBe(2 * HISTORY.length - 1);
    expect(complete).toMatchObject({ firstStale: [], firstDifferences: [], stale: 0, problems: [] });
    expect(complete?.recomputed).toBe(complete?.oracle);
    expect(complete?.refused).toBeGreaterThan(0);
    expect(isRight(told)).toBe(true);
  });

  it('is answered from the file level where the files are again as they were', () => {
    expect(told.tallies[0]?.fileHits).toBeGreaterThan(0);
    expect(told.tallies[0]?.memoryHits).toBeGreaterThan(told.tallies[0]?.recomputed ?? 0);
  });

  it.each(NOTICED)('shows stale answers when %s is not recorded', (ablation) => {
    const ablated = told.tallies.find((tally) => tally.ablation === ablation);
    expect(ablated?.stale).toBeGreaterThan(0);
    expect(ablated?.firstDifferences).toEqual([]);
  });

  it('replays the commits that are asked for', async () => {
    const two = await replayed({ every: 5, limit: 2, analyses: ['outline'] });
    expect([two.first.subject, two.last.subject]).toEqual([HISTORY[0]?.[0], HISTORY[5]?.[0]]);
    expect(two.tallies[0]?.answers).toBe(6 + 7);
  });

  function replayed(options: Partial<ReplayOptions>): Promise<Replay> {
    return replay({
      repository,
      folder: mkdtempSync(join(folder, 'run-')),
      firstParent: true,
      every: 1,
      limit: Number.POSITIVE_INFINITY,
      ablations: [],
      order: 'forward',
      restartEvery: 0,
      seed: 1,
      ...options,
    });
  }
});

/** The history as a real repository. */
function commitAll(root: string): void {
  mkdirSync(root);
  const env = { ...process.env, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, env, stdio: 'pipe' });
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Somebody');
  git('config', 'user.email', 'somebody@example.org');
  for (const [name, change] of HISTORY) {
    change(root);
    git('add', '--all', '--force');
    git('commit', '--quiet', '--message', name);
  }
}

function move(root: string, from: string, to: string): void {
  // By way of another name: a file may move into a folder that is called as it was.
  renameSync(join(root, from), join(root, 'moving'));
  mkdirSync(dirname(join(root, to)), { recursive: true });
  renameSync(join(root, 'moving'), join(root, to));
}

function swap(root: string): void {
  move(root, 'src/main.ts', 'src/aside.ts');
  move(root, 'src/lib/one.ts', 'src/main.ts');
  move(root, 'src/aside.ts', 'src/lib/one.ts');
}
