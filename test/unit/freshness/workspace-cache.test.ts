import {
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ComputeContext } from '../../../src/freshness/context.ts';
import { FolderDisk } from '../../../src/freshness/disk.ts';
import { WorkspaceCache } from '../../../src/freshness/workspace-cache.ts';
import { Witness } from '../../support/witness.ts';
import { temporaryFolder, workspaceWith } from '../../support/workspace.ts';

/** A clock by which no change is recent, so that only the stat can give an edit away. */
const longAfter = () => Date.now() + 60_000;

describe('a value that rests on a file', () => {
  it('is computed once and served while the file stays as it is', async () => {
    const { shout, witness } = workspaceWith({ 'a.txt': 'a' });
    expect(await shout('a.txt')).toMatchObject({
      value: 'A',
      from: 'computed',
      miss: { reason: 'never-cached' },
    });
    expect(await shout('a.txt')).toEqual({ value: 'A', from: 'memory' });
    expect(witness.computations).toBe(1);
  });

  it('is fresh in the very next read after an edit, before any watcher', async () => {
    const { shout, write } = workspaceWith({ 'a.txt': 'a' });
    for (let i = 0; i < 50; i++) {
      write('a.txt', `text ${i % 10}`);
      expect((await shout('a.txt')).value).toBe(`TEXT ${i % 10}`);
    }
  });

  it('sees a same-size edit whose modification time was put back', async () => {
    const { root, shout, write } = workspaceWith({ 'a.txt': 'one' }, { now: longAfter });
    const then = new Date(2020, 1, 1);
    utimesSync(join(root, 'a.txt'), then, then);
    await shout('a.txt');
    write('a.txt', 'two');
    utimesSync(join(root, 'a.txt'), then, then);
    expect((await shout('a.txt')).value).toBe('TWO');
  });

  it('sees a replacement by rename of same size and time', async () => {
    const { root, shout, write } = workspaceWith({ 'a.txt': 'one', 'b.txt': 'two' }, { now: longAfter });
    const then = new Date(2020, 1, 1);
    for (const name of ['a.txt', 'b.txt']) utimesSync(join(root, name), then, then);
    await shout('a.txt');
    renameSync(join(root, 'b.txt'), join(root, 'a.txt'));
    expect((await shout('a.txt')).value).toBe('TWO');
    write('a.txt', 'one');
  });

  it('survives a touch and an identical rewrite without computing', async () => {
    const { root, shout, write, witness } = workspaceWith({ 'a.txt': 'a' });
    await shout('a.txt');
    utimesSync(join(root, 'a.txt'), new Date(), new Date());
    expect((await shout('a.txt')).from).toBe('memory');
    write('a.txt', 'a');
    expect((await shout('a.txt')).from).toBe('memory');
    expect(witness.computations).toBe(1);
  });

  it('follows deletion and creation, and says which', async () => {
    const { root, shout, write } = workspaceWith({ 'a.txt': 'a' });
    await shout('a.txt');
    unlinkSync(join(root, 'a.txt'));
    expect(await shout('a.txt')).toMatchObject({
      value: 'NOTHING',
      miss: { reason: 'changed', detail: 'a.txt is gone' },
    });
    expect((await shout('a.txt')).from).toBe('memory');
    write('a.txt', 'b');
    expect(await shout('a.txt')).toMatchObject({ value: 'B', miss: { detail: 'a.txt appeared' } });
  });

  it('follows a link that is retargeted, and an edit behind it', async () => {
    const { root, shout, write } = workspaceWith({ 'one.txt': 'one', 'two.txt': 'two' });
    symlinkSync('one.txt', join(root, 'link.txt'));
    expect((await shout('link.txt')).value).toBe('ONE');
    unlinkSync(join(root, 'link.txt'));
    symlinkSync('two.txt', join(root, 'link.txt'));
    expect((await shout('link.txt')).value).toBe('TWO');
    write('two.txt', 'new');
    expect((await shout('link.txt')).value).toBe('NEW');
  });

  it('is not served from outside the folder, through links either', async () => {
    const { root, shout } = workspaceWith({});
    const outside = temporaryFolder();
    writeFileSync(join(outside, 'secret.txt'), 'secret');
    symlinkSync(outside, join(root, 'out'));
    await expect(shout('out/secret.txt')).rejects.toThrow('leads out of the workspace folder');
    await expect(shout('../secret.txt')).rejects.toThrow('not a clean workspace path');
    await expect(shout('/etc/passwd')).rejects.toThrow('absolute');
  });

  it('is refused, not served, when a folder took its place', async () => {
    const { root, shout } = workspaceWith({ 'a.txt': 'a' });
    await shout('a.txt');
    unlinkSync(join(root, 'a.txt'));
    mkdirSync(join(root, 'a.txt'));
    expect((await shout('a.txt')).value).toBe('NOTHING');
  });

  it('takes a second name of the same file for what it is', async () => {
    const { root, shout, write } = workspaceWith({ 'a.txt': 'a' });
    linkSync(join(root, 'a.txt'), join(root, 'b.txt'));
    expect((await shout('b.txt')).value).toBe('A');
    write('a.txt', 'c');
    expect((await shout('b.txt')).value).toBe('C');
  });
});

describe('a value that rests on absence and names', () => {
  const resolve = (context: ComputeContext) =>
    Promise.resolve(['a.ts', 'a.js', 'a/index.ts'].find((path) => context.kind(path) === 'file') ?? 'none');

  it('changes when a better candidate appears, also in a folder that was not there', async () => {
    const { root, cache, write } = workspaceWith({ 'z.txt': '' });
    const ask = async () => (await cache.getOrCompute<string>('test:resolve', resolve)).value;
    expect(await ask()).toBe('none');
    write('a/index.ts', '');
    expect(await ask()).toBe('a/index.ts');
    write('a.js', '');
    expect(await ask()).toBe('a.js');
    write('a.ts', '');
    expect(await ask()).toBe('a.ts');
    rmSync(join(root, 'a.ts'));
    expect(await ask()).toBe('a.js');
  });

  it('is left alone by edits of what it only looked for, and by names it did not ask for', async () => {
    const { cache, write, witness } = workspaceWith({ 'a.js': '1', 'lib/x.txt': '1' });
    await cache.getOrCompute('test:resolve', resolve);
    await cache.getOrCompute('test:names', async (context) => [...((await context.list('lib')) ?? [])]);
    write('a.js', '2');
    write('lib/x.txt', '2');
    write('b.ts', '');
    expect((await cache.getOrCompute('test:resolve', resolve)).from).toBe('memory');
    expect(await cache.getOrCompute('test:names', async () => ['never'])).toMatchObject({ from: 'memory' });
    write('lib/y.txt', '');
    const names = await cache.getOrCompute('test:names', async (context) => [
      ...((await context.list('lib')) ?? []),
    ]);
    expect(names).toMatchObject({ value: ['x.txt', 'y.txt'], from: 'computed' });
    expect(witness.computations).toBe(3);
  });
});

describe('a hint', () => {
  it('makes exactly the dependents of a changed file invalid', async () => {
    const { cache, shout, write, witness } = workspaceWith({ 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' });
    for (const path of ['a.txt', 'b.txt', 'c.txt']) await shout(path);
    await cache.getOrCompute('test:both', async (context) => {
      await context.readFile('a.txt');
      await context.readFile('b.txt');
      return 1;
    });
    write('b.txt', 'new');
    for (const path of ['a.txt', 'b.txt', 'c.txt']) cache.hint(path);
    await cache.settled();
    expect(witness.leavings.map(({ key }) => key).sort()).toEqual(['test:both', 'test:shout:b.txt']);
    expect([...witness.live].sort()).toEqual(['test:shout:a.txt', 'test:shout:c.txt']);
  });

  it('for a folder reaches what lay below it', async () => {
    const { root, cache, shout, witness } = workspaceWith({ 'lib/deep/a.txt': 'a', 'other/b.txt': 'b' });
    await shout('lib/deep/a.txt');
    await shout('other/b.txt');
    rmSync(join(root, 'lib'), { recursive: true });
    cache.hint('lib');
    await cache.settled();
    expect(witness.leavings.map(({ key }) => key)).toEqual(['test:shout:lib/deep/a.txt']);
  });

  it('costs no computation and no entry when nothing changed', async () => {
    const { cache, shout, witness } = workspaceWith({ 'a.txt': 'a' });
    await shout('a.txt');
    for (let i = 0; i < 100; i++) cache.hint('a.txt');
    await cache.settled();
    expect(witness.leavings).toEqual([]);
  });
});

describe('a computation during which the world moves', () => {
  it('is repeated when a file it read changed, and only the last state is kept', async () => {
    const { cache, write } = workspaceWith({ 'a.txt': 'old' });
    let runs = 0;
    const outcome = await cache.getOrCompute('test:moving', async (context) => {
      const text = (await context.readFile('a.txt'))?.text();
      if (++runs === 1) write('a.txt', 'new');
      return text;
    });
    expect(outcome.value).toBe('new');
    expect(runs).toBe(2);
    expect(await cache.get('test:moving')).toBe('new');
  });

  it('gives up after three attempts and keeps nothing', async () => {
    const { cache, write } = workspaceWith({ 'a.txt': '0' });
    let runs = 0;
    await cache.getOrCompute('test:moving', async (context) => {
      await context.readFile('a.txt');
      write('a.txt', `${++runs}`);
      return runs;
    });
    expect(runs).toBe(3);
    expect(await cache.get('test:moving')).toBeUndefined();
  });

  it('answers a caller who joined after an edit with the new state', async () => {
    const { cache, write } = workspaceWith({ 'a.txt': 'old' });
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const compute = async (context: ComputeContext) => {
      const text = (await context.readFile('a.txt'))?.text();
      await gate;
      return text;
    };
    const first = cache.getOrCompute('test:joined', compute);
    await new Promise(setImmediate);
    write('a.txt', 'new');
    const second = cache.getOrCompute('test:joined', compute);
    release();
    expect((await second).value).toBe('new');
    expect((await first).value).toBe('new');
  });

  it('is not stored after an invalidation of its tag', async () => {
    const { cache } = workspaceWith({});
    const runs: number[] = [];
    const compute = async (context: ComputeContext) => {
      context.tag('topic/deep');
      runs.push(runs.length);
      if (runs.length === 1) await cache.invalidate({ tag: 'topic' });
      return runs.length;
    };
    expect((await cache.getOrCompute('test:tagged', compute)).value).toBe(2);
  });
});

describe('invalidation', () => {
  const filled = async () => {
    const made = workspaceWith({ 'a.txt': 'a', 'lib/b.txt': 'b', 'lib/c.txt': 'c' });
    for (const path of ['a.txt', 'lib/b.txt', 'lib/c.txt']) await made.shout(path);
    return made;
  };

  it('of a tag takes the tags below it along, and reports what it hit', async () => {
    const { cache, witness } = await filled();
    expect(cache.preview({ tag: 'shout/lib' })).toMatchObject({ entries: 2 });
    const hit = await cache.invalidate({ tag: 'shout/lib' });
    expect(hit).toMatchObject({ entries: 2, levels: { memory: 2, file: 0 } });
    expect([...witness.live]).toEqual(['test:shout:a.txt']);
    expect(await cache.get('test:shout:lib/b.txt')).toBeUndefined();
    expect(witness.misses.at(-1)).toMatchObject({ key: 'test:shout:lib/b.txt' });
  });

  it('of a key, a pattern, a file, a namespace and all hits just that', async () => {
    const { cache, shout, witness } = await filled();
    await cache.invalidate({ key: 'test:shout:a.txt' });
    expect(witness.live.size).toBe(2);
    await cache.invalidate({ pattern: 'test:*:lib/b*' });
    expect([...witness.live]).toEqual(['test:shout:lib/c.txt']);
    await cache.invalidate({ file: 'lib/c.txt' });
    expect(witness.live.size).toBe(0);
    await shout('a.txt');
    await cache.invalidate({ namespace: 'other' });
    expect(witness.live.size).toBe(1);
    await cache.invalidate({ namespace: 'test' });
    expect(witness.live.size).toBe(0);
    await shout('a.txt');
    await cache.invalidate({ all: true });
    expect(witness.live.size).toBe(0);
    expect((await shout('a.txt')).from).toBe('computed');
  });

  it('keeps counts of the tag tree right through it all', async () => {
    const { cache, shout } = await filled();
    expect(cache.tags.children('')).toMatchObject([{ tag: 'shout', entries: 3, hasChildren: true }]);
    expect(cache.tags.children('shout').map(({ label, entries }) => [label, entries])).toEqual([
      ['a.txt', 1],
      ['lib', 2],
    ]);
    await cache.invalidate({ tag: 'shout/lib/b.txt' });
    expect(cache.tags.count('shout')).toMatchObject({ entries: 2 });
    await cache.invalidate({ all: true });
    expect(cache.tags.all()).toEqual([]);
    await shout('a.txt');
    expect(cache.tags.count('shout')).toMatchObject({ entries: 1 });
  });
});

describe('a file system with a coarse clock', () => {
  /** Stamps cut to the given milliseconds, as file systems with whole seconds keep them. */
  class CoarseDisk extends FolderDisk {
    readonly #ms: number;

    constructor(root: string, ms: number) {
      super(root);
      this.#ms = ms;
    }

    override stat(path: string) {
      const stat = super.stat(path);
      const cut = (ms: number) => Math.floor(ms / this.#ms) * this.#ms;
      return stat && { ...stat, mtimeMs: cut(stat.mtimeMs), ctimeMs: cut(stat.ctimeMs) };
    }
  }

  it.each([1, 10, 1000])('of %i ms hides no same-size edit within one tick', async (ms) => {
    const root = temporaryFolder();
    const cache = new WorkspaceCache({ disk: new CoarseDisk(root, ms), observer: new Witness() });
    for (let i = 0; i < 30; i++) {
      writeFileSync(join(root, 'a.txt'), `${i % 10}`);
      const { value } = await cache.getOrCompute('test:a', async (context) =>
        (await context.readFile('a.txt'))?.text(),
      );
      expect(value).toBe(`${i % 10}`);
    }
  });

  it('trusts no look that was taken in what is the future by now', async () => {
    const root = temporaryFolder();
    const file = join(root, 'a.txt');
    let now = Date.now() + 86_400_000;
    const cache = new WorkspaceCache({
      disk: new CoarseDisk(root, 86_400_000),
      observer: new Witness(),
      now: () => now,
    });
    const ask = () =>
      cache.getOrCompute('test:a', async (context) => (await context.readFile('a.txt'))?.text());
    writeFileSync(file, '1');
    expect((await ask()).value).toBe('1');
    now -= 86_400_000;
    writeFileSync(file, '2');
    expect((await ask()).value).toBe('2');
  });
});
