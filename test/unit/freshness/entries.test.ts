import { describe, expect, it } from 'vitest';
import { FileLevel } from '../../../src/cache/file-level.ts';
import type { ComputeContext } from '../../../src/freshness/context.ts';
import type { WorkspaceCache } from '../../../src/freshness/workspace-cache.ts';
import { databaseIn } from '../../support/database.ts';
import { temporaryFolder, workspaceWith } from '../../support/workspace.ts';

/** A graph of entries in which every one counts how often it was computed. */
function graph(cache: WorkspaceCache) {
  const runs: string[] = [];
  const ask = async (key: string, compute: (context: ComputeContext) => Promise<unknown>) => {
    const { value, from } = await cache.getOrCompute(key, compute);
    return { value, from };
  };
  const counted = (key: string, compute: (context: ComputeContext) => Promise<unknown>) => ({
    key,
    compute: (context: ComputeContext) => {
      runs.push(key);
      return compute(context);
    },
  });
  const ran = () => runs.splice(0);
  return { ask, counted, ran };
}

describe('a value that rests on another entry', () => {
  const lines = () => {
    const made = workspaceWith({ 'a.txt': 'one two' });
    const { ask, counted, ran } = graph(made.cache);
    const words = counted('test:words', async (context) =>
      ((await context.readFile('a.txt'))?.text() ?? '').split(/\s+/),
    );
    const count = counted('test:count', async (context) => {
      return ((await context.entry(words.key, words.compute)) as unknown[]).length;
    });
    return { ...made, words, count, ran, ask: () => ask(count.key, count.compute) };
  };

  it('is computed once with it, and served while both hold', async () => {
    const { ask, ran } = lines();
    expect(await ask()).toEqual({ value: 2, from: 'computed' });
    expect(await ask()).toEqual({ value: 2, from: 'memory' });
    expect(ran()).toEqual(['test:count', 'test:words']);
  });

  it('is computed again when the other one has another outcome', async () => {
    const { ask, ran, write } = lines();
    await ask();
    ran();
    write('a.txt', 'one two three');
    expect(await ask()).toEqual({ value: 3, from: 'computed' });
    expect(ran()).toEqual(['test:words', 'test:count']);
  });

  it('is served when the other one was computed again with the same outcome', async () => {
    const { ask, ran, write } = lines();
    await ask();
    ran();
    write('a.txt', 'one  two');
    expect(await ask()).toEqual({ value: 2, from: 'memory' });
    expect(ran()).toEqual(['test:words']);
  });

  it('goes with a hint when, and only when, the other outcome is another one', async () => {
    const { ask, cache, write, witness, ran } = lines();
    await ask();
    write('a.txt', 'one  two');
    cache.hint('a.txt');
    await cache.settled();
    expect(witness.live).toContain('test:count');
    write('a.txt', 'one two three');
    cache.hint('a.txt');
    await cache.settled();
    expect([...witness.live]).toEqual(['test:words']);
    ran();
    expect(await ask()).toEqual({ value: 3, from: 'computed' });
    expect(ran()).toEqual(['test:count']);
  });

  it('follows an explicit set of the other one, and its invalidation', async () => {
    const { ask, cache, ran, words } = lines();
    await ask();
    await cache.set(words.key, ['x']);
    expect((await ask()).value).toBe(1);
    await cache.invalidate({ key: words.key });
    ran();
    expect(await ask()).toEqual({ value: 2, from: 'memory' }); // as before the set
    expect(ran()).toEqual(['test:words']);
  });

  it('stays where memory has no room for the other one, which comes and goes', async () => {
    const file = new FileLevel(await databaseIn(temporaryFolder()), (error) => expect.fail(error.message));
    const memory = { entries: 1, bytes: 1e6 };
    const made = workspaceWith({ 'a.txt': 'one two' }, { memory, file });
    const { ask, counted, ran } = graph(made.cache);
    const below = counted('test:below', async (context) => (await context.readFile('a.txt'))?.text());
    const above = ['test:1', 'test:2'].map((key) =>
      counted(key, (context) => context.entry(below.key, below.compute)),
    );
    for (const { key, compute } of above) await ask(key, compute);
    await made.cache.cache.flush();
    made.cache.hint('a.txt');
    await made.cache.settled();
    expect(ran()).toHaveLength(3);
    expect(made.witness.live.size).toBe(3);
  });

  it('is in doubt when nobody knows how the other one is computed', async () => {
    const made = workspaceWith({ 'a.txt': 'a' });
    const { key, dump } = await stamped(made.cache);
    const other = workspaceWith({ 'a.txt': 'a' });
    expect(await other.cache.inputs.entries.settle(key, session(), async () => undefined)).toBeUndefined();
    expect(dump).toBeDefined();
  });

  async function stamped(cache: WorkspaceCache) {
    await cache.getOrCompute('test:above', (context) => context.entry('test:below', async () => 1));
    return { key: 'test:below', dump: cache.cache.entry('test:above')?.stamp };
  }

  function session() {
    return { signal: undefined, asker: 'test:asker', states: new Map() };
  }
});

describe('a graph of entries', () => {
  it('in a diamond computes what is below once', async () => {
    const { cache, write } = workspaceWith({ 'a.txt': '1' });
    const { ask, counted, ran } = graph(cache);
    const bottom = counted('test:bottom', async (context) => (await context.readFile('a.txt'))?.text());
    const side = (name: string) =>
      counted(`test:${name}`, async (context) => `${name}${await context.entry(bottom.key, bottom.compute)}`);
    const [left, right] = [side('left'), side('right')];
    const top = counted('test:top', async (context) =>
      [await context.entry(left.key, left.compute), await context.entry(right.key, right.compute)].join(),
    );
    expect((await ask(top.key, top.compute)).value).toBe('left1,right1');
    ran();
    write('a.txt', '2');
    expect((await ask(top.key, top.compute)).value).toBe('left2,right2');
    expect(ran().sort()).toEqual(['test:bottom', 'test:left', 'test:right', 'test:top']);
  });

  it('looks at a ladder of diamonds once each, though every path through it leads down', {
    timeout: 60_000,
  }, async () => {
    const { cache, write } = workspaceWith({ 'a.txt': '1' });
    const { ask, ran, counted } = graph(cache);
    type Node = { key: string; compute: (context: ComputeContext) => Promise<unknown> };
    let below: Node = counted('test:0', async (context) => (await context.readFile('a.txt'))?.text());
    for (let level = 1; level <= 40; level++) {
      const under = below;
      const sides = ['l', 'r'].map((side) =>
        counted(`test:${level}${side}`, (context) => context.entry<unknown>(under.key, under.compute)),
      );
      below = counted(`test:${level}`, async (context) => {
        const values: unknown[] = [];
        for (const { key, compute } of sides) values.push(await context.entry(key, compute));
        return values[0];
      });
    }
    const { key, compute } = below;
    expect((await ask(key, compute)).value).toBe('1');
    expect(ran()).toHaveLength(121);
    write('a.txt', '2'); // within the clock's tick: every look has a doubt to settle
    expect((await ask(key, compute)).value).toBe('2');
    expect(ran()).toHaveLength(121);
    expect(await ask(key, compute)).toEqual({ value: '2', from: 'memory' });
    expect(ran()).toEqual([]);
  });

  it('a thousand deep stops where an outcome is the same, and goes through when none is', {
    timeout: 60_000,
  }, async () => {
    const { cache, write, witness } = workspaceWith({ 'a.txt': 'x1' });
    const { ask, ran, counted } = graph(cache);
    type Node = { key: string; compute: (context: ComputeContext) => Promise<unknown> };
    let below: Node = counted('test:0', async (context) => (await context.readFile('a.txt'))?.text());
    for (let i = 1; i <= 1000; i++) {
      const under = below;
      below = counted(`test:${i}`, async (context) => {
        const value = (await context.entry(under.key, under.compute)) as string;
        return i === 500 ? value[0] : value;
      });
    }
    const { key, compute } = below;
    expect((await ask(key, compute)).value).toBe('x');
    ran();
    write('a.txt', 'x2');
    expect(await ask(key, compute)).toEqual({ value: 'x', from: 'memory' });
    expect(ran()).toHaveLength(501);
    write('a.txt', 'y2');
    cache.hint('a.txt');
    await cache.settled();
    expect((await ask(key, compute)).value).toBe('y');
    expect(ran()).toHaveLength(1001);
    expect(witness.live.size).toBe(1001);
  });
});

describe('entries that rest on each other in a circle', () => {
  it('end with an error that names the circle, from whichever side it is entered', async () => {
    const { cache } = workspaceWith({});
    const compute: Record<string, (context: ComputeContext) => Promise<unknown>> = {
      'test:a': (context) => context.entry('test:b', (inner) => compute['test:b']?.(inner) ?? never()),
      'test:b': (context) => context.entry('test:c', (inner) => compute['test:c']?.(inner) ?? never()),
      'test:c': (context) => context.entry('test:a', (inner) => compute['test:a']?.(inner) ?? never()),
    };
    const ask = (key: string) => cache.getOrCompute(key, compute[key] ?? never);
    await expect(ask('test:a')).rejects.toThrow(/circle: (test:. → ){3}test:./);
    const all = await Promise.allSettled([ask('test:a'), ask('test:b'), ask('test:c')]);
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await expect(cache.getOrCompute('test:self', (context) => self(context))).rejects.toThrow(
      'test:self → test:self',
    );
  });

  const self = (context: ComputeContext): Promise<unknown> => context.entry('test:self', self);
  const never = () => Promise.reject(new Error('never asked'));

  it('are none when what was below is above now', async () => {
    const { cache, write } = workspaceWith({ 'order.txt': 'a over b', 'x.txt': '1' });
    const over = async (context: ComputeContext) => (await context.readFile('order.txt'))?.text()[0];
    const text = async (context: ComputeContext) => (await context.readFile('x.txt'))?.text();
    const a = async (context: ComputeContext): Promise<unknown> =>
      (await over(context)) === 'a' ? context.entry('test:b', b) : text(context);
    const b = async (context: ComputeContext): Promise<unknown> =>
      (await over(context)) === 'b' ? context.entry('test:a', a) : text(context);
    const both = () => Promise.all([cache.getOrCompute('test:a', a), cache.getOrCompute('test:b', b)]);
    for (const [i, order] of ['b over a', 'a over b', 'b over a'].entries()) {
      await both();
      write('order.txt', order);
      write('x.txt', `${i}`);
      expect((await both()).map(({ value }) => value)).toEqual([`${i}`, `${i}`]);
    }
  });
});
