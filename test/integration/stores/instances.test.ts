import { appendFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { bundle, bundleWorker, temporaryFolder } from '../../unit/stores/worker.ts';
import { InstanceChild } from './instance-child.ts';
import { now } from './instance-clock.ts';

let build: Awaited<ReturnType<typeof temporaryFolder>>;
let worker: string;
let script: string;
beforeAll(async () => {
  build = await temporaryFolder();
  [worker, script] = await Promise.all([
    bundleWorker(build.folder),
    bundle('test/integration/stores/instance-process.ts', build.folder),
  ]);
});
afterAll(() => build.remove());

describe.each(['sqlite', 'keyv-file'] as const)('processes on one %s store', (kind) => {
  let scratch: Awaited<ReturnType<typeof temporaryFolder>>;
  let children: InstanceChild[];
  beforeEach(async () => {
    scratch = await temporaryFolder();
    children = [];
  });
  afterEach(async () => {
    await Promise.all(children.map((child) => child.kill()));
    await scratch.remove();
  });

  async function start(mostBytes?: number): Promise<InstanceChild> {
    const args = [script, kind, scratch.folder, worker, scratch.folder, ...(mostBytes ? [mostBytes] : [])];
    const child = await InstanceChild.start(args.map(String));
    children.push(child);
    return child;
  }

  async function pair(mostBytes?: number): Promise<[InstanceChild, InstanceChild]> {
    return [await start(mostBytes), await start(mostBytes)];
  }

  const log = () => path.join(scratch.folder, 'announcements');
  const newest = () =>
    path.join(log(), `${Math.max(...readdirSync(log()).map((name) => Number.parseInt(name, 10)))}.jsonl`);

  /** In the memory of both. */
  async function warm(all: readonly InstanceChild[], key: string, value: unknown, how: object = {}) {
    for (const child of all) await child.ask(key, value, how);
    for (const child of all) await child.do('flush');
    await new Promise((resolve) => setTimeout(resolve, 5)); // so that nothing was written since the last look
    for (const child of all) await child.do('catchUp');
    for (const child of all) expect(await child.ask(key, value)).toMatchObject({ value, from: 'memory' });
  }

  /** What the process answers once it has heard. */
  async function heard(child: InstanceChild, key: string): Promise<void> {
    await vi.waitFor(async () => expect(await child.do('peek', key)).toBeNull(), { timeout: 20_000 });
  }

  it.each([
    ['a key', { key: 'test:hit' }],
    ['keys', { keys: ['test:hit', 'test:none'] }],
    ['a tag', { tag: 'area' }],
    ['tags', { tags: ['area/part', 'none'] }],
    ['a pattern', { pattern: 'test:h*' }],
    ['a regular expression', { regex: 'hit$' }],
    ['a topic', { topic: 'agent:reviewer' }],
  ])(
    'what one invalidates by %s, the other misses after it was announced, and nothing else',
    async (_, selector) => {
      const [one, other] = await pair();
      await warm([one, other], 'test:hit', 'old', { tags: ['area/part'], topic: 'agent:reviewer' });
      await warm([one, other], 'test:kept', 'kept', { tags: ['elsewhere'] });
      await one.do('invalidate', selector, 'because');
      await heard(other, 'test:hit');
      expect(await other.do('peek', 'test:kept')).toBe('kept');
      const answer = await other.ask('test:hit', 'new', { tags: ['area/part'] });
      expect(answer).toEqual({ value: 'new', from: 'computed', detail: 'because (another instance)' });
      expect(one.complaints + other.complaints).toBe('');
    },
  );

  it.each([
    ['a namespace', { namespace: 'test' }],
    ['an age', { olderThan: 0 }],
    ['everything', { all: true }],
  ])('what one invalidates by %s, the other misses', async (_, selector) => {
    const [one, other] = await pair();
    await warm([one, other], 'test:hit', 'old');
    await new Promise((resolve) => setTimeout(resolve, 5));
    await one.do('invalidate', selector);
    await heard(other, 'test:hit');
    expect(await other.ask('test:hit', 'new')).toMatchObject({ value: 'new', from: 'computed' });
  });

  it('what one invalidates by a file, the other misses', async () => {
    const [one, other] = await pair();
    writeFileSync(path.join(scratch.folder, 'a.txt'), 'a');
    for (const child of [one, other]) await child.do('read', 'test:hit', 'a.txt');
    expect(await other.do('read', 'test:hit', 'a.txt')).toEqual({ value: 'a', from: 'memory' });
    await one.do('invalidate', { file: 'a.txt' });
    await other.do('catchUp');
    expect(await other.do('read', 'test:hit', 'a.txt')).toEqual({ value: 'a', from: 'computed' });
  });

  it('what one sets, updates or deletes, the other gives or misses', async () => {
    const [one, other] = await pair();
    const becomes = (child: InstanceChild, value: unknown) =>
      vi.waitFor(async () => expect(await child.do('get', 'test:n')).toBe(value), { timeout: 20_000 });
    await one.do('set', 'test:n', 1);
    await one.do('flush');
    await other.do('catchUp');
    await becomes(other, 1);
    await one.do('set', 'test:n', 2);
    await becomes(other, 2);
    await other.do('update', 'test:n', 5);
    await becomes(one, 7);
    await other.do('delete', 'test:n');
    await becomes(one, null);
  });

  it('one that slept during 1,000 invalidations has caught up when it is asked to', async () => {
    const [one, other] = await pair();
    await warm([one, other], 'test:hit', 'old', { tags: ['burst/999'] });
    await warm([one, other], 'test:set', 'old');
    await warm([one, other], 'test:kept', 'kept');
    other.sleep();
    await one.do('set', 'test:set', 'new');
    await one.do('flush');
    await one
      .do('burst', kind === 'sqlite' ? 1000 : 100)
      .then(() => one.do('invalidate', { tag: 'burst/999' }));
    other.wake();
    await other.do('catchUp');
    expect(await other.ask('test:hit', 'new')).toMatchObject({ value: 'new', from: 'computed' });
    expect(await other.do('get', 'test:set')).toBe('new');
    expect(await other.do('peek', 'test:kept')).toBe('kept');
  }, 120_000);

  it.each<[string, () => void]>([
    ['deleted', () => rmSync(log(), { recursive: true })],
    ['cut off', () => truncateSync(newest(), 10)],
    ['emptied', () => truncateSync(newest(), 0)],
    ['followed by garbage', () => appendFileSync(newest(), 'no announcement\n')],
    ['followed by half a line', () => appendFileSync(newest(), '{"from":"somebody","n":1,"sa')],
    [
      'replaced',
      () => {
        rmSync(newest());
        writeFileSync(newest(), 'something\n'.repeat(100));
      },
    ],
  ])('nothing is stale after the announcements were %s while one slept', async (_, harm) => {
    const [one, other] = await pair();
    await warm([one, other], 'test:tagged', 'old', { tags: ['t'] });
    await warm([one, other], 'test:deleted', 'old');
    await warm([one, other], 'test:set', 'old');
    await warm([one, other], 'test:later', 'old');
    other.sleep();
    await one.do('invalidate', { tag: 't' });
    await one.do('delete', 'test:deleted');
    await one.do('set', 'test:set', 'new');
    await one.do('flush');
    harm();
    await one.do('delete', 'test:later');
    other.wake();
    await other.do('catchUp');
    expect(await other.ask('test:tagged', 'new')).toMatchObject({ value: 'new' });
    expect(await other.ask('test:deleted', 'new')).toMatchObject({ value: 'new' });
    expect(await other.ask('test:set', 'never')).toMatchObject({ value: 'new' });
    expect(await other.ask('test:later', 'new')).toMatchObject({ value: 'new' });
  });

  it.each([1, 10])(
    'nothing is stale after the announcements went on in %i more files while one slept',
    async (files) => {
      const [one, other] = await pair(400);
      await warm([one, other], 'test:tagged', 'old', { tags: ['t'] });
      await warm([one, other], 'test:kept', 'kept');
      other.sleep();
      const before = Number.parseInt(path.basename(newest()), 10);
      await one.do('invalidate', { tag: 't' });
      while (Number.parseInt(path.basename(newest()), 10) < before + files) await one.do('burst', 2);
      expect(readdirSync(log()).length).toBeLessThanOrEqual(2);
      other.wake();
      await other.do('catchUp');
      expect(await other.ask('test:tagged', 'new')).toMatchObject({ value: 'new' });
      expect(await other.ask('test:kept', 'never')).toMatchObject({ value: 'kept' });
    },
  );

  it('one that is killed while it announces leaves nobody with what is stale', async () => {
    const other = await start(2000);
    for (let round = 0; round < 8; round++) {
      const one = await start(2000);
      await other.ask(`test:${round}`, 'old', { tags: [`t/${round}`] });
      await other.do('flush');
      void one.do('burst', 100_000).catch(() => {});
      await one.do('invalidate', { tag: `t/${round}` });
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 50));
      await one.kill();
      await other.do('catchUp');
      expect(await other.ask(`test:${round}`, 'new')).toMatchObject({ value: 'new' });
    }
    const after = await start(2000);
    await warm([after, other], 'test:after', 'old');
    await after.do('delete', 'test:after');
    await other.do('catchUp');
    expect(await other.ask('test:after', 'new')).toMatchObject({ value: 'new' });
  }, 120_000);

  it('of four at random, none serves what was invalidated before, once all is quiet', async () => {
    const all = [await start(3000), await start(3000), await start(3000), await start(3000)];
    const keys = Array.from({ length: 8 }, (_, i) => `test:${i}`);
    const random = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)] as T;
    const floors = new Map(keys.map((key) => [key, 0]));
    const history: string[] = [];
    const pending = new Set<Promise<unknown>>();
    const rounds = kind === 'sqlite' ? 15 : 4;
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < 40; i++) {
        const child = random(all);
        const key = random(keys);
        const at = now();
        const dice = Math.random();
        let act: Promise<unknown>;
        history.push(`${at} ${all.indexOf(child)} ${key} ${dice.toFixed(2)}`);
        const hit = (hits: readonly string[]) => {
          for (const one of hits) floors.set(one, at);
        };
        if (dice < 0.6) act = child.ask(key, null, { tags: [`t/${key}`], ms: Math.random() * 10 });
        else if (dice < 0.7) {
          act = child.do('invalidate', { tag: `t/${key}` });
          hit([key]);
        } else if (dice < 0.78) {
          act = child.do('invalidate', { pattern: key });
          hit([key]);
        } else if (dice < 0.86) {
          act = child.do('delete', key);
          hit([key]);
        } else if (dice < 0.92) {
          act = child.do('invalidate', { key });
          hit([key]);
        } else if (dice < 0.95) {
          act = child.do('invalidate', { all: true });
          hit(keys);
        } else {
          act = child.do('set', key, at, [`t/${key}`]);
          hit([key]);
        }
        pending.add(act);
        void act.finally(() => pending.delete(act));
        // An invalidation counts for what begins after it was asked for; asked for in two processes at once, order is open.
        if (dice >= 0.6) await act;
        else if (pending.size > 6) await Promise.race(pending);
      }
      await Promise.all(pending);
      // What is taken back upon what was heard is told, and heard, too.
      for (let pass = 0; pass < 4; pass++) {
        for (const step of ['flush', 'told', 'catchUp'] as const)
          await Promise.all(all.map((child) => child.do(step)));
      }
      for (const child of all) {
        for (const key of keys) {
          const { value, from } = await child.ask(key, null, { tags: [`t/${key}`] });
          const story = () =>
            history
              .filter((line) => line.includes(` ${key} `))
              .slice(-12)
              .join('\n');
          expect(
            value,
            `${key} from ${from} in ${all.indexOf(child)}, round ${round}:\n${story()}`,
          ).toBeGreaterThanOrEqual(floors.get(key) ?? 0);
        }
      }
    }
    expect(all.map(({ complaints }) => complaints).join('')).toBe('');
  }, 180_000);

  it('a process that is alone writes nothing for what it reads and computes', async () => {
    const one = await start();
    for (let i = 0; i < 20; i++) await one.ask(`test:${i % 5}`, i);
    await one.do('flush');
    expect(readFileSync(newest(), 'utf8').trimEnd().split('\n')).toHaveLength(1); // its own first line
  });
});
