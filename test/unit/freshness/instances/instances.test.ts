import {
  appendFileSync,
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { SelectorInput } from '../../../../src/freshness/selector.ts';
import { type Instance, instanceOn, pairOn } from './pair.ts';

/** Events never come: nobody looks but the test. */
vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  watch: () => ({ on() {}, close() {} }),
}));

vi.setConfig({ testTimeout: 60_000 });

const SELECTORS: [string, SelectorInput][] = [
  ['a key', { key: 'test:hit' }],
  ['keys', { keys: ['test:hit', 'test:nowhere'] }],
  ['a tag', { tag: 'area/part' }],
  ['the tag above it', { tag: 'area' }],
  ['a pattern', { pattern: 'test:h*' }],
  ['a regular expression', { regex: '^test:hi' }],
];

/** Both have two entries in memory, computed by the first. */
async function warmed(one: Instance, other: Instance) {
  await one.ask('test:hit', 'old', ['area/part']);
  await one.ask('test:miss', 'kept', ['elsewhere']);
  await one.cache.cache.flush();
  await other.instances.file.refresh?.();
  expect(await other.ask('test:hit', 'never')).toMatchObject({ value: 'old', from: 'file' });
  expect(await other.ask('test:miss', 'never')).toMatchObject({ value: 'kept', from: 'file' });
  expect(await other.ask('test:hit', 'never')).toMatchObject({ value: 'old', from: 'memory' });
  await new Promise((resolve) => setTimeout(resolve, 5)); // so that nothing was written since the last look
  for (const { instances } of [one, other]) await instances.catchUp();
}

describe.each(['sqlite', 'keyv-file'] as const)('two instances on one %s store', (kind) => {
  it.each(SELECTORS)('what one invalidates by %s the other misses, and nothing else', async (_, selector) => {
    const { one, other } = await pairOn(kind);
    await warmed(one, other);
    await one.cache.invalidate(selector, 'because');
    await other.instances.catchUp();
    expect(other.cache.cache.entry('test:hit')).toBeUndefined();
    expect(await other.ask('test:miss', 'never')).toMatchObject({ value: 'kept', from: 'memory' });
    const answer = await other.ask('test:hit', 'new', ['area/part']);
    expect(answer).toMatchObject({ value: 'new', from: 'computed', miss: { reason: 'invalidated' } });
    expect(answer.miss?.detail).toBe('because (another instance)');
    expect([...one.problems, ...other.problems]).toEqual([]);
  });

  it.each<[string, SelectorInput]>([
    ['a namespace', { namespace: 'test' }],
    ['everything', { all: true }],
    ['an age', { olderThan: 0 }],
  ])('what one invalidates by %s the other misses', async (_, selector) => {
    const { one, other } = await pairOn(kind);
    await warmed(one, other);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await one.cache.invalidate(selector);
    await other.instances.catchUp();
    expect(await other.ask('test:hit', 'new')).toMatchObject({ value: 'new', from: 'computed' });
    expect(await other.ask('test:miss', 'new')).toMatchObject({ value: 'new', from: 'computed' });
  });

  it('what one invalidates by a file the other misses', async () => {
    const { one, other } = await pairOn(kind);
    for (const { write } of [one, other]) write('a.txt', 'a');
    await one.shout('a.txt');
    await other.shout('a.txt');
    await one.cache.invalidate({ file: 'a.txt' });
    await other.instances.catchUp();
    expect(await other.shout('a.txt')).toMatchObject({ from: 'computed' });
  });

  it('clearing the file level takes nothing from the memory of the other', async () => {
    const { one, other } = await pairOn(kind);
    await warmed(one, other);
    await one.cache.invalidate({ level: 'file' });
    await other.instances.catchUp();
    expect(await other.ask('test:hit', 'never')).toMatchObject({ value: 'old', from: 'memory' });
    expect(other.cache.cache.entry('test:hit')?.inFile).toBe(false);
  });

  /** Everything that `from` has done is heard by the other. */
  async function tell(from: Instance, to: Instance): Promise<void> {
    await from.cache.cache.flush();
    await from.instances.tell([]);
    await to.instances.catchUp();
  }

  it('a value that one sets, updates or deletes is what the other gives next', async () => {
    const { one, other } = await pairOn(kind);
    await one.cache.set('test:n', 1);
    await tell(one, other);
    expect(await other.cache.get('test:n')).toBe(1);
    await one.cache.set('test:n', 2);
    await tell(one, other);
    expect(await other.cache.get('test:n')).toBe(2);
    await other.cache.update('test:n', { increment: 5 });
    await tell(other, one);
    expect(await one.cache.get('test:n')).toBe(7);
    await one.cache.setMany([{ key: 'test:n', value: 8 }]);
    await tell(one, other);
    expect(await other.cache.get('test:n')).toBe(8);
    await other.cache.delete('test:n');
    await one.instances.catchUp();
    expect(await one.cache.get('test:n')).toBeUndefined();
  });

  it('a value that is written back is told when it is on the file level', async () => {
    const { one, other } = await pairOn(kind);
    await one.cache.set('back:n', 1);
    await tell(one, other);
    expect(await other.cache.get('back:n')).toBe(1);
    await one.cache.set('back:n', 2);
    await tell(one, other);
    expect(await other.cache.get('back:n')).toBe(2);
  });

  it('what was told is not taken from the store that both share', async () => {
    const { one, other } = await pairOn(kind);
    await warmed(one, other);
    await one.cache.invalidate({ tag: 'area' });
    await one.cache.invalidate({ pattern: 'test:h*' });
    await one.ask('test:hit', 'newer', ['area/part']);
    await one.cache.set('test:miss', 'set');
    await one.cache.cache.flush();
    await one.instances.tell([]);
    await other.instances.catchUp(); // hears of invalidations from before the newer records
    expect(await other.ask('test:hit', 'never')).toMatchObject({ value: 'newer', from: 'file' });
    expect(await other.ask('test:miss', 'never')).toMatchObject({ value: 'set', from: 'file' });
    await one.cache.invalidate({ level: 'memory' });
    expect(await one.ask('test:hit', 'never')).toMatchObject({ value: 'newer', from: 'file' });
  });

  it('a computation under way when another sets, deletes or invalidates the key is not kept', async () => {
    const { one, other } = await pairOn(kind);
    for (const act of [
      () => one.cache.set('test:k', 'set'),
      () => one.cache.delete('test:k'),
      () => one.cache.invalidate({ key: 'test:k' }),
      () => one.cache.invalidate({ pattern: 'test:*' }),
      () => one.cache.invalidate({ tag: 'late' }),
      () => one.cache.invalidate({ all: true }),
    ]) {
      await one.cache.delete('test:k');
      await other.instances.catchUp();
      let finish = () => {};
      const gate = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const slow = other.cache.getOrCompute('test:k', async (context) => {
        context.tag('late');
        if (other.hits.computed++ === 0) await gate;
        return 'computed before';
      });
      other.hits.computed = 0;
      await vi.waitUntil(() => other.hits.computed > 0, { timeout: 20_000 });
      await act();
      await one.instances.tell([]); // a set does not wait until the others can hear of it
      await other.instances.catchUp();
      finish();
      await slow;
      await other.cache.cache.flush();
      for (const { cache } of [other, one]) {
        const value = await cache.get('test:k');
        if (value === 'computed before') expect(other.hits.computed).toBeGreaterThan(1); // begun anew
      }
    }
  });

  it('an instance that opens later does not serve what was invalidated before', async () => {
    const { storage, one, other } = await pairOn(kind);
    await warmed(one, other);
    await other.cache.invalidate({ tag: 'area' });
    const third = await instanceOn(storage, kind);
    expect(await third.ask('test:hit', 'new')).toMatchObject({ value: 'new' });
  });

  it('too many keys at once become their namespace', async () => {
    const { one, other } = await pairOn(kind);
    await one.cache.set('many:old', 1);
    await one.cache.set('test:kept', 1);
    await tell(one, other);
    await other.cache.getMany(['many:old', 'test:kept']);
    await one.cache.setMany(Array.from({ length: 400 }, (_, i) => ({ key: `many:${i}`, value: i })));
    await one.instances.tell([]);
    await other.instances.catchUp();
    expect(other.cache.cache.entry('many:old')).toBeUndefined();
    expect(other.cache.peek('test:kept')).toBe(1);
    expect(await other.cache.get('many:old')).toBe(1); // the store has it still
  });

  it('of a namespace that stays in memory nobody hears', async () => {
    const { storage, one } = await pairOn(kind);
    await one.cache.set('local:k', 1);
    await one.cache.delete('local:k');
    await one.instances.tell([]);
    expect(written(storage)).toBe('');
  });

  it('an announcement that cannot be read makes memory empty, and the store is asked', async () => {
    const { storage, one, other } = await pairOn(kind);
    await warmed(one, other);
    const folder = join(storage, 'announcements');
    appendFileSync(join(folder, '1.jsonl'), '{"torn":\n');
    await other.instances.catchUp();
    expect(await other.ask('test:miss', 'never')).toMatchObject({ value: 'kept', from: 'file' });
    expect(await other.ask('test:hit', 'never')).toMatchObject({ value: 'old', from: 'file' });
  });

  it('invalidations that were announced in a file that is gone are found in the store', async () => {
    const { storage, one, other } = await pairOn(kind);
    await warmed(one, other);
    await one.cache.invalidate({ tag: 'area' });
    rmSync(join(storage, 'announcements'), { recursive: true });
    await other.instances.catchUp();
    expect(await other.ask('test:hit', 'new')).toMatchObject({ value: 'new', from: 'computed' });
    expect(await other.ask('test:miss', 'never')).toMatchObject({ value: 'kept', from: 'file' });
  });

  it('a line that is missing is noticed', async () => {
    const { storage, one, other } = await pairOn(kind);
    await warmed(one, other);
    await one.cache.invalidate({ tag: 'nothing' });
    await other.instances.catchUp();
    const at = join(storage, 'announcements', '1.jsonl');
    const before = readFileSync(at, 'utf8');
    await one.cache.delete('test:hit');
    await one.cache.invalidate({ tag: 'nothing again' });
    const lines = readFileSync(at, 'utf8').slice(before.length).trimEnd().split('\n');
    writeFileSync(at, `${before}${lines.at(-1)}\n`); // as if the first had never come
    await other.instances.catchUp();
    expect(await other.ask('test:hit', 'new')).toMatchObject({ value: 'new', from: 'computed' });
  });

  it('invalidations that two make at once, of whatever places, hold for both', async () => {
    const { one, other } = await pairOn(kind);
    // The clock stands still: places run ahead of it, and fall on each other.
    vi.spyOn(Date, 'now').mockReturnValue(Date.now());
    try {
      for (let i = 0; i < 5; i++) await other.cache.invalidate({ tag: `ahead ${i}` });
      await other.ask('test:k', 'old', ['t']);
      await other.cache.cache.flush();
      await one.cache.invalidate({ tag: 't' }); // at a place before those
      await other.instances.catchUp();
      await one.instances.catchUp();
      expect(await other.ask('test:k', 'new', ['t'])).toMatchObject({ value: 'new' });
      expect(await one.ask('test:k', 'new', ['t'])).toMatchObject({ value: 'new' });
    } finally {
      vi.restoreAllMocks();
    }
  });
});

describe('what an instance has to tell', () => {
  it('is one line for all of one tick', async () => {
    const { storage, one } = await pairOn('sqlite');
    await Promise.all(Array.from({ length: 20 }, (_, i) => one.cache.set(`test:${i}`, i)));
    await one.instances.tell([]);
    expect(written(storage).trimEnd().split('\n').length).toBeLessThanOrEqual(3);
  });

  it('costs an instance that is alone nothing on a read', async () => {
    const { storage, one } = await pairOn('sqlite');
    await one.ask('test:k', 1);
    await one.cache.cache.flush();
    for (let i = 0; i < 100; i++) await one.ask('test:k', 1);
    await one.cache.invalidate({ level: 'memory' });
    await one.cache.get('test:k');
    expect(written(storage)).toBe('');
  });

  it('is told again as everything when the folder could not be written for a while', async () => {
    const { storage, one, other } = await pairOn('sqlite');
    await warmed(one, other);
    const folder = join(storage, 'announcements');
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'not a folder');
    await one.cache.invalidate({ tag: 'area' });
    await one.cache.invalidate({ key: 'test:miss' });
    const complaints = () => one.problems.filter(({ message }) => message.includes('told'));
    expect(complaints()).toHaveLength(1);
    expect(await one.ask('test:hit', 'new')).toMatchObject({ value: 'new', from: 'computed' });
    rmSync(folder);
    await one.cache.invalidate({ tag: 'whatever' });
    await other.instances.catchUp();
    expect(await other.ask('test:hit', 'newer')).toMatchObject({ value: 'new', from: 'file' });
    expect(await other.ask('test:miss', 'newer')).toMatchObject({ value: 'newer', from: 'computed' });
    expect(complaints()).toHaveLength(1);
  });
});

it('while announcements cannot be read memory is not trusted', async () => {
  if (process.getuid?.() === 0) return; // root reads everything
  const { storage, one, other } = await pairOn('sqlite');
  await warmed(one, other);
  const folder = join(storage, 'announcements');
  chmodSync(folder, 0);
  try {
    await one.cache.invalidate({ tag: 'area' });
    await other.instances.catchUp();
    expect(await other.ask('test:hit', 'new')).toMatchObject({ value: 'new' });
  } finally {
    chmodSync(folder, 0o700);
  }
});

it('many invalidations heard at once hold the thread for no longer than a slice at a time', async () => {
  const { one, other } = await pairOn('sqlite');
  await one.ask('test:k', 1, ['t/999']);
  await one.cache.cache.flush();
  await other.ask('test:k', 2);
  await Promise.all(Array.from({ length: 1000 }, (_, i) => one.cache.invalidate({ tag: `t/${i}` })));
  await other.instances.catchUp();
  expect(await other.ask('test:k', 2)).toMatchObject({ value: 2, from: 'computed' });
});

function written(storage: string): string {
  const folder = join(storage, 'announcements');
  if (!existsSync(folder)) return '';
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8').replace(/^#.*\n/gm, ''))
    .join('');
}
