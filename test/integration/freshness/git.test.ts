import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { databaseIn } from '../../support/database.ts';
import { temporaryFolder } from '../../support/workspace.ts';
import { first, names, type Questions, read } from '../../unit/freshness/cases/questions.ts';
import { Window } from '../../unit/freshness/cases/window.ts';
import { MemoryServer } from '../../unit/shared/memory-store.ts';
import { Repository } from './repository.ts';

const FILES = { 'a.txt': 'a', 'b.txt': 'b', 'lib/c.txt': 'c' };
const QUESTIONS: Questions = {
  a: read('a.txt'),
  b: read('b.txt'),
  c: read('lib/c.txt'),
  ab: read('a.txt', 'b.txt'),
  lib: names('lib'),
  module: first('m.ts', 'm.js', 'lib/m.ts'),
};

const openOn = async (root: string, questions = QUESTIONS) =>
  Window.open(root, { questions, database: await databaseIn(temporaryFolder()) });

/** A repository, a window on it, and what has to be computed for what git does to it. */
async function opened(files: Readonly<Record<string, string>> = FILES) {
  const repository = Repository.with(files);
  const window = await openOn(repository.root);
  await window.answers();
  const does = async (work: () => unknown, computed: readonly string[]) => {
    await window.settled();
    window.forget();
    await work();
    const answers = await window.answers();
    expect(answers).toEqual(await (await Window.open(repository.root, { questions: QUESTIONS })).answers());
    expect(window.computed).toEqual(computed.toSorted());
    expect(window.problems).toEqual([]);
    return answers;
  };
  const { git } = repository;
  return { repository, window, does, git: (...args: string[]) => git.apply(repository, args) };
}

it('case 23: after a checkout of 5,000 other files and back the first entries hit again', async () => {
  const MANY = 5000;
  const AT_ONCE = 250;
  const path = (i: number) => `src/${i % 50}/file-${i}.txt`;
  const state = (text: string) =>
    Object.fromEntries(Array.from({ length: MANY }, (_, i) => [path(i), `${text} ${i}`]));
  const repository = Repository.with(state('main'));
  repository.git('checkout', '--quiet', '-b', 'branch');
  const changed = state('branch');
  for (let i = 0; i < MANY; i += 10) changed[path(i)] = `main ${i}`; // every tenth is the same on both
  repository.commit(changed);
  repository.git('checkout', '--quiet', 'main');

  const questions = Object.fromEntries(Array.from({ length: MANY }, (_, i) => [`${i}`, read(path(i))]));
  const window = await openOn(repository.root, questions);
  const expectState = async (text: string, computed: number) => {
    window.forget();
    const wrong: string[] = [];
    const ask = async (i: number) => {
      const { value } = await window.ask(`${i}`);
      if (value !== (i % 10 === 0 ? `main ${i}` : `${text} ${i}`)) wrong.push(`${path(i)}: ${value}`);
    };
    for (let from = 0; from < MANY; from += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => ask(from + i)));
    expect(wrong).toEqual([]);
    expect(window.computed).toHaveLength(computed);
    await window.settled();
  };
  await expectState('main', MANY);
  repository.git('checkout', '--quiet', 'branch');
  await expectState('branch', MANY * 0.9);
  repository.git('checkout', '--quiet', 'main');
  await expectState('main', 0);
  repository.git('checkout', '--quiet', 'branch');
  await expectState('branch', 0);
  expect(window.problems).toEqual([]);
}, 300_000);

describe('case 24:', () => {
  it('stash and pop: the state before and the state after both hit again', async () => {
    const { repository, git, does } = await opened();
    await does(() => repository.write({ 'a.txt': 'edited', 'lib/d.txt': 'untracked' }), ['a', 'ab', 'lib']);
    expect(await does(() => git('stash', '--include-untracked'), [])).toMatchObject({
      a: 'a',
      lib: 'c.txt',
    });
    expect(await does(() => git('stash', 'pop'), [])).toMatchObject({ a: 'edited', lib: 'c.txt d.txt' });
  });

  it('reset, soft and hard, and clean', async () => {
    const { repository, git, does } = await opened();
    await does(() => repository.commit({ 'a.txt': 'second', 'm.ts': '' }), ['a', 'ab', 'module']);
    await does(() => git('reset', '--soft', 'HEAD~1'), []);
    expect(await does(() => git('reset', '--hard', 'HEAD'), [])).toMatchObject({ a: 'a', module: '(none)' });
    await does(() => repository.write({ 'm.js': '' }), ['module']);
    await does(() => git('clean', '-fd'), []);
  });

  it('rebase, with a conflict on the way, and its abort', async () => {
    const { repository, git, does } = await opened();
    await does(() => {
      git('checkout', '--quiet', '-b', 'branch');
      repository.commit({ 'a.txt': 'of the branch' });
    }, ['a', 'ab']);
    await does(() => {
      git('checkout', '--quiet', 'main');
      repository.commit({ 'a.txt': 'of main', 'b.txt': 'of main' });
    }, ['a', 'ab', 'b']);
    await does(() => git('checkout', '--quiet', 'branch'), []);
    const conflicted = await does(() => expect(() => git('rebase', 'main')).toThrow(), ['a', 'ab']);
    expect(conflicted.a).toContain('<<<<<<<');
    expect(await does(() => git('rebase', '--abort'), [])).toMatchObject({ a: 'of the branch', b: 'b' });
    const rebased = await does(() => git('rebase', '--quiet', '--strategy-option=theirs', 'main'), ['ab']);
    expect(rebased).toMatchObject({ a: 'of the branch', b: 'of main' });
  });

  it('a merge, a cherry-pick, and a bisect through history', async () => {
    const { repository, git, does } = await opened();
    const states = ['1', '2', '3', '4'];
    for (const text of states) await does(() => repository.commit({ 'b.txt': text }), ['ab', 'b']);
    // Five states are more than the four variants that a key keeps: the oldest is computed again.
    for (const back of [1, 2, 3])
      expect(await does(() => git('checkout', '--quiet', `main~${back}`), [])).toMatchObject({
        b: states[3 - back],
      });
    await does(() => git('checkout', '--quiet', 'main~4'), ['ab', 'b']);
    await does(() => git('checkout', '--quiet', 'main'), []);
    await does(() => {
      git('checkout', '--quiet', '-b', 'side', 'main~1');
      repository.commit({ 'm.ts': '' });
      git('checkout', '--quiet', 'main');
      git('merge', '--quiet', '--no-edit', 'side');
    }, ['module']);
  });

  it('the work tree of another branch has from the shared level what is equal, and its own where it is not', async () => {
    const repository = Repository.with(FILES);
    repository.git('checkout', '--quiet', '-b', 'branch');
    repository.commit({ 'a.txt': 'of the branch' });
    repository.git('checkout', '--quiet', 'main');
    const server = new MemoryServer();
    const here = await Window.open(repository.root, { questions: QUESTIONS, server });
    await here.answers();
    await here.settled();
    const tree = repository.worktree('branch');
    const there = await Window.open(tree.root, { questions: QUESTIONS, server });
    expect(await there.answers()).toMatchObject({ a: 'of the branch', ab: 'of the branch b', b: 'b' });
    expect(there.computed).toEqual(['a', 'ab']);
    await there.settled();
    here.forget();
    repository.git('worktree', 'remove', '--force', tree.root);
    repository.git('checkout', '--quiet', 'branch');
    expect(await here.answers()).toMatchObject({ a: 'of the branch' });
    expect(here.computed).toEqual([]);
  });

  it('one folder that becomes another work tree under the window is taken for what it is', async () => {
    const { repository, does } = await opened();
    repository.git('branch', 'other');
    const tree = repository.worktree('other');
    tree.commit({ 'b.txt': 'of the other', 'lib/d.txt': '' });
    await does(() => {
      rmSync(`${repository.root}/b.txt`);
      repository.git('checkout', '--quiet', '--ignore-other-worktrees', 'other');
    }, ['ab', 'b', 'lib']);
  });
});
