import { mkdirSync, rmSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FileId } from '../../../src/freshness/context.ts';
import { WatchCheck } from '../../../src/freshness/watch-check.ts';
import { workspaceWith } from '../../support/workspace.ts';

const HALF_A_MINUTE = 30_000;

/**
 * A cache with a watcher that can be deaf, and a clock that runs only in the test. What waits for the
 * grace after a change goes on when the test says so.
 */
function watched(
  files: Record<string, string>,
  options: { everyMs?: number; watches?: (path: FileId) => boolean } = {},
) {
  let now = Date.now() + 60_000; // what the test writes is long ago: only stats give a change away
  const workspace = workspaceWith(files, { now: () => now });
  const { root, cache } = workspace;
  const deaf: { missed: number; first: boolean }[] = [];
  const problems: Error[] = [];
  const looked: FileId[][] = [];
  let during = async () => {};
  const check = new WatchCheck({
    inputs: function* () {
      for (const { stamp } of cache.cache.entries()) yield* stamp.dependencies;
    },
    fingerprints: {
      stats: (paths) => {
        looked.push([...paths]);
        return cache.fingerprints.stats(paths);
      },
      known: (path) => cache.fingerprints.known(path),
    },
    hint: (path) => cache.hint(path),
    settled: () => cache.settled(),
    watcher: {
      watches: options.watches ?? (() => true),
      deaf: (missed, first) => deaf.push({ missed, first }),
    },
    problem: (error) => problems.push(error),
    everyMs: () => options.everyMs ?? HALF_A_MINUTE,
    now: () => now,
    wait: () => during(),
  });
  onTestFinished(() => {
    expect(problems).toEqual([]);
    return check.close();
  });
  return {
    ...workspace,
    check,
    deaf,
    looked,
    /** What happens between the two looks of a round. */
    meanwhile: (work: () => Promise<void> | void) => {
      during = async () => {
        during = async () => {};
        await work();
      };
    },
    pass: (ms: number) => {
      now += ms;
    },
    live: () => [...workspace.witness.live].map((key) => key.split(':').at(-1)).sort(),
    write: (path: string, text: string) => writeFileSync(join(root, path), text),
  };
}

describe('a watcher that tells of everything', () => {
  it('is found healthy, and nothing is hinted at or looked at twice', async () => {
    const { shout, check, write, cache, deaf, looked, live } = watched({ 'a.txt': 'a', 'b.txt': 'b' });
    for (const path of ['a.txt', 'b.txt']) await shout(path);
    await check.heal();
    write('a.txt', 'another');
    cache.hint('a.txt');
    await cache.settled();
    expect(live()).toEqual(['b.txt']);
    await check.heal();
    expect(check.state).toMatchObject({ paths: 1, found: 0, missed: 0, healthy: true });
    expect(looked).toHaveLength(2);
    expect(deaf).toEqual([]);
  });

  it('is given time: a hint that comes during the grace is not missed', async () => {
    const { shout, check, write, cache, deaf, meanwhile, live } = watched({ 'a.txt': 'a' });
    await shout('a.txt');
    await check.heal();
    write('a.txt', 'another');
    meanwhile(() => cache.hint('a.txt'));
    await check.heal();
    expect(live()).toEqual([]);
    expect(check.state).toMatchObject({ found: 0, missed: 0, healthy: true });
    expect(deaf).toEqual([]);
  });

  it('is not blamed for a file that is written all the time', async () => {
    const { shout, check, write, deaf, meanwhile, live } = watched({ 'log.txt': '1' });
    await shout('log.txt');
    await check.heal();
    write('log.txt', '12');
    meanwhile(() => write('log.txt', '123'));
    await check.heal();
    expect(deaf).toEqual([]);
    expect(live()).toEqual([]); // it goes all the same
  });

  it('is not blamed for what changed before the first round', async () => {
    const { shout, check, write, deaf, live } = watched({ 'a.txt': 'a' });
    await shout('a.txt');
    write('a.txt', 'another');
    await check.heal();
    expect(live()).toEqual([]);
    expect(check.state).toMatchObject({ found: 1, missed: 0, healthy: true });
    expect(deaf).toEqual([]);
  });

  it('is not blamed for paths that it does not watch, whose dependents go all the same', async () => {
    const { shout, check, write, deaf, live } = watched(
      { 'out/a.txt': 'a' },
      { watches: (path) => !path.startsWith('out/') },
    );
    await shout('out/a.txt');
    await check.heal();
    write('out/a.txt', 'another');
    await check.heal();
    expect(live()).toEqual([]);
    expect(check.state).toMatchObject({ found: 1, missed: 0, healthy: true });
    expect(deaf).toEqual([]);
  });
});

describe('case 27: a watcher that drops events', () => {
  it('is found deaf: the dependents of what it missed go, and nothing else', async () => {
    const files = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`f${i}.txt`, `${i}`]));
    const { root, shout, check, write, deaf, live, witness } = watched(files);
    for (const path of Object.keys(files)) await shout(path);
    await check.heal();
    write('f1.txt', 'edited');
    unlinkSync(join(root, 'f2.txt'));
    rmSync(join(root, 'f3.txt'));
    mkdirSync(join(root, 'f3.txt'));
    await check.heal();
    expect(deaf).toEqual([{ missed: 3, first: true }]);
    expect(check.state).toMatchObject({ found: 3, missed: 3, healthy: false });
    expect(live()).toEqual(
      Object.keys(files)
        .filter((path) => !/^f[123]\./.test(path))
        .sort(),
    );
    expect(witness.leavings.map(({ key, miss }) => [key.split(':').at(-1), miss.reason]).sort()).toEqual([
      ['f1.txt', 'changed'],
      ['f2.txt', 'changed'],
      ['f3.txt', 'changed'],
    ]);
  });

  it('is told once per outage, and again when it was healthy in between', async () => {
    const { shout, check, write, deaf } = watched({ 'a.txt': 'a' });
    await shout('a.txt');
    await check.heal();
    for (const text of ['one', 'two', 'three']) {
      write('a.txt', text);
      await check.heal();
      await shout('a.txt');
    }
    await check.heal();
    expect(check.state.healthy).toBe(true);
    write('a.txt', 'four');
    await check.heal();
    expect(deaf.map(({ first }) => first)).toEqual([true, false, false, true]);
    expect(check.state.missed).toBe(4);
  });

  it('does not hide a file that appeared, names that changed, or another kind of thing at a path', async () => {
    const { root, cache, check, write, deaf, live } = watched({ 'z.txt': '' });
    await cache.getOrCompute('test:absent', async (context) => (await context.readFile('a.txt')) ?? null);
    await cache.getOrCompute('test:kind', async (context) => context.kind('b.txt') ?? null);
    await cache.getOrCompute('test:names', async (context) => context.list(''));
    await cache.getOrCompute('test:other', async (context) => (await context.readFile('z.txt'))?.text());
    await check.heal();
    write('a.txt', '');
    mkdirSync(join(root, 'b.txt'));
    await check.heal();
    expect(live()).toEqual(['other']);
    expect(deaf).toEqual([{ missed: 3, first: true }]);
  });

  it('leaves an entry whose file was only touched, and blames the watcher for not telling of it', async () => {
    const { root, shout, check, live, deaf, witness } = watched({ 'a.txt': 'a' });
    await shout('a.txt');
    await check.heal();
    utimesSync(join(root, 'a.txt'), new Date(2001, 1, 1), new Date(2001, 1, 1));
    await check.heal();
    expect(live()).toEqual(['a.txt']);
    expect(witness.leavings).toEqual([]);
    expect(deaf).toEqual([{ missed: 1, first: true }]);
    await check.heal(); // it was read anew: now its stat is known
    expect(deaf).toHaveLength(1);
  });

  it('is found even when another reader has noticed the change', async () => {
    const { shout, cache, check, write, live } = watched({ 'a.txt': 'a' });
    await shout('a.txt');
    await cache.getOrCompute('test:second', async (context) => (await context.readFile('a.txt'))?.text());
    await check.heal();
    write('a.txt', 'another');
    await shout('a.txt'); // its own entry is as new as the file; the second is not
    expect(live()).toEqual(['a.txt', 'second']);
    await check.heal();
    expect(live()).toEqual(['a.txt']);
  });
});

describe('the rounds', () => {
  it('are due after their period, and not before', async () => {
    const { shout, check, looked, pass } = watched({ 'a.txt': 'a' });
    await shout('a.txt');
    check.start();
    for (let tick = 1; tick <= 12; tick++) {
      pass(5000);
      check.tick();
      await check.idle();
      expect(looked).toHaveLength(Math.floor(tick / 6));
    }
  });

  it('come at once when the machine slept, or the clock was set', async () => {
    for (const passed of [3_600_000, -3_600_000]) {
      const { shout, check, looked, pass } = watched({ 'a.txt': 'a' });
      await shout('a.txt');
      check.start();
      pass(passed);
      check.tick();
      await check.idle();
      expect(looked).toHaveLength(1);
      pass(5000);
      check.tick();
      await check.idle();
      expect(looked).toHaveLength(1);
    }
  });

  it('do not come when they are switched off, but for those that are asked for', async () => {
    const { shout, check, looked, pass } = watched({ 'a.txt': 'a' }, { everyMs: 0 });
    await shout('a.txt');
    check.start();
    for (let tick = 0; tick < 20; tick++) {
      pass(60_000);
      check.tick();
      await check.idle();
    }
    expect(looked).toHaveLength(0);
    await check.heal();
    expect(looked).toHaveLength(1);
  });

  it('look at each path once, however many entries rest on it, and at none when there are no entries', async () => {
    const { cache, check, looked } = watched({ 'a.txt': 'a', 'b.txt': 'b' });
    await check.heal();
    expect(looked).toEqual([]);
    for (let i = 0; i < 20; i++) {
      await cache.getOrCompute(`test:both-${i}`, async (context) => {
        await context.readFile('a.txt');
        return (await context.readFile('b.txt'))?.text();
      });
    }
    await check.heal();
    expect(looked).toEqual([['a.txt', 'b.txt']]);
    expect(check.state.paths).toBe(2);
  });

  it('begin after they were asked for, also when one is under way', async () => {
    const { shout, check, write, meanwhile, live } = watched({ 'a.txt': 'a', 'b.txt': 'b' });
    for (const path of ['a.txt', 'b.txt']) await shout(path);
    await check.heal();
    write('a.txt', 'another');
    let second: Promise<void> | undefined;
    meanwhile(() => {
      write('b.txt', 'another');
      second = check.heal();
    });
    await check.heal();
    await second;
    expect(live()).toEqual([]);
  });

  it('end when it is closed, also in the middle of the grace', async () => {
    const { shout, check, write, meanwhile, deaf, live } = watched({ 'a.txt': 'a' });
    await shout('a.txt');
    await check.heal();
    write('a.txt', 'another');
    let closed: Promise<void> | undefined;
    meanwhile(() => {
      closed = check.close();
    });
    await check.heal();
    await closed;
    expect(deaf).toEqual([]);
    expect(live()).toEqual(['a.txt']);
  });
});
