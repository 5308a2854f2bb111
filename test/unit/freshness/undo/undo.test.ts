import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, Namespaces } from '../../../../src/cache/namespace.ts';
import type { StoreKind } from '../../../../src/cache/stores/open.ts';
import type { FileDatabase } from '../../../../src/cache/stores/store.ts';
import type { SelectorInput } from '../../../../src/freshness/selector.ts';
import { databaseIn } from '../../../support/database.ts';
import { temporaryFolder } from '../../../support/workspace.ts';
import { type Process, processOn } from './process.ts';

const KEYS = ['tool:1', 'tool:2', 'result:1', 'result:2', 'result:3'];
const MINUTE = 60_000;
const TIMEOUT = 30_000;

/** What {@link KEYS} say, computed from files or set; the first two are ten minutes older than the others. */
async function fill({ cache }: Process, clock?: { now: number }) {
  await cache.set('tool:1', { is: 'tool:1' }, { tags: ['task/1', 'x'] });
  await cache.set('tool:2', { is: 'tool:2' }, { tags: ['task/2'], agent: 'reviewer' });
  if (clock) clock.now += 10 * MINUTE;
  for (const i of [1, 2, 3]) await ask(cache, i);
  await cache.cache.flush();
}

function ask(cache: Process['cache'], i: number) {
  const path = ['a.txt', 'b.txt', 'c.txt'][i - 1] as string;
  return cache.getOrCompute<{ is: string; text: string }>(`result:${i}`, async (context) => {
    context.tag(`of/${path}`);
    return { is: `result:${i}`, text: (await context.readFile(path))?.text() ?? 'nothing' };
  });
}

const SELECTORS: readonly (readonly [SelectorInput, readonly string[]])[] = [
  [{ key: 'tool:1' }, ['tool:1']],
  [{ keys: ['tool:1', 'result:2'] }, ['tool:1', 'result:2']],
  [{ tag: 'task' }, ['tool:1', 'tool:2']],
  [{ tags: ['task/1', 'of/a.txt'] }, ['tool:1', 'result:1']],
  [{ agent: 'reviewer' }, ['tool:2']],
  [{ pattern: 'result:*' }, ['result:1', 'result:2', 'result:3']],
  [{ regex: ':1$' }, ['tool:1', 'result:1']],
  [{ namespace: 'result' }, ['result:1', 'result:2', 'result:3']],
  [{ file: 'b.txt' }, ['result:2']],
  [{ olderThan: '5m' }, ['tool:1', 'tool:2']],
  [{ all: true }, KEYS],
];

const STORES: readonly StoreKind[] = ['sqlite', 'keyv-file'];
const without = (hit: readonly string[]) => KEYS.filter((key) => !hit.includes(key));

async function filled(database?: FileDatabase, options = {}) {
  const clock = { now: Date.now() };
  const one = await processOn(database, { now: () => clock.now, ...options });
  await fill(one, clock);
  return { ...one, clock };
}

describe.each(STORES)('an invalidation on %s', (kind) => {
  const database = (folder = temporaryFolder()) => databaseIn(folder, kind);

  it.each(SELECTORS)(
    'by %j is undone exactly',
    async (selector, hit) => {
      const one = await filled(await database());
      const listed = one.listed();
      const tags = one.cache.tags.all();
      const done = await one.cache.invalidate(selector);
      expect(done).toMatchObject({ entries: hit.length, undoable: hit.length });
      expect(one.listed()).toEqual(without(hit).sort());
      expect(await one.reach(KEYS)).toEqual(without(hit));
      expect(one.cache.undos()).toMatchObject([{ id: done.undo, undoable: hit.length }]);
      expect(await one.cache.undo()).toMatchObject({ id: done.undo, entries: hit.length });
      expect(one.listed()).toEqual(listed);
      expect(one.cache.tags.all()).toEqual(tags);
      for (const key of KEYS) expect(await one.cache.get(key)).toMatchObject({ is: key });
      expect(one.witness.computations).toBe(3);
      expect(one.cache.undos()).toEqual([]);
      expect(one.problems).toEqual([]);
    },
    TIMEOUT,
  );

  it.each(SELECTORS)(
    'by %j holds after a restart, and is undone there',
    async (selector, hit) => {
      const folder = temporaryFolder();
      const one = await filled(await database(folder));
      const done = await one.cache.invalidate(selector);
      await one.close();
      const other = await processOn(await database(folder), { now: () => one.clock.now });
      expect(other.listed()).toEqual(without(hit).sort());
      expect(await other.reach(KEYS)).toEqual(without(hit));
      expect(other.cache.undos()).toMatchObject([{ id: done.undo, undoable: hit.length }]);
      expect(await other.cache.undo(done.undo)).toMatchObject({ entries: hit.length });
      expect(other.listed()).toEqual([...KEYS].sort());
      await other.close();
      const third = await processOn(await database(folder), { now: () => one.clock.now });
      expect(await third.reach(KEYS)).toEqual(KEYS);
      expect(third.cache.undos()).toEqual([]);
      expect(other.witness.computations + third.witness.computations).toBe(0);
    },
    TIMEOUT,
  );
});

describe('an invalidation without a file level', () => {
  it.each([...SELECTORS, [{ level: 'memory' }, KEYS] as const])(
    'by %j is undone exactly',
    async (selector, hit) => {
      const one = await filled();
      const listed = one.listed();
      const done = await one.cache.invalidate(selector);
      expect(done).toMatchObject({ entries: hit.length, undoable: hit.length });
      expect(await one.reach(KEYS)).toEqual(without(hit));
      expect(await one.cache.undo()).toMatchObject({ entries: hit.length });
      expect(one.listed()).toEqual(listed);
      for (const key of KEYS) expect(one.cache.peek(key)).toMatchObject({ is: key });
    },
  );

  it('keeps what a read finds before it is dropped', async () => {
    const one = await filled();
    const done = one.cache.invalidate({ tag: 'task' });
    expect(await one.cache.getMany(['tool:1'])).toEqual([undefined]);
    expect((await done).undoable).toBe(2);
    await one.cache.undo();
    expect(await one.reach(KEYS)).toEqual(KEYS);
  });
});

describe('what comes back', () => {
  it('is counted without what holds again because its file is as it was', async () => {
    const one = await filled(await databaseIn(temporaryFolder()));
    one.write('b.txt', 'other');
    one.cache.hint('b.txt');
    await one.cache.settled();
    one.write('b.txt', 'b');
    expect(one.listed()).not.toContain('result:2');
    await one.cache.invalidate({ key: 'tool:1' });
    expect(await one.cache.undo()).toMatchObject({ entries: 1, cause: 'key tool:1' });
    expect(one.listed()).toEqual([...KEYS].sort());
  });

  it('is what a namespace keeps in memory only, or had not written yet, beside a file level', async () => {
    for (const policy of [{ levels: ['memory'] }, { write: 'back' }] as const) {
      const namespaces = () => new Namespaces(() => ({ ...DEFAULT_POLICY, ...policy }));
      const folder = temporaryFolder();
      const options = { namespaces: namespaces(), writeBackMs: () => 3_600_000 };
      const one = await processOn(await databaseIn(folder), options);
      await one.cache.set('tool:1', { is: 1 }, { tags: ['t'] });
      expect((await one.cache.invalidate({ tag: 't' })).undoable).toBe(1);
      await one.cache.cache.flush();
      expect(await one.cache.get('tool:1')).toBeUndefined();
      await one.cache.undo();
      expect(one.cache.peek('tool:1')).toEqual({ is: 1 });
      await one.close();
      const other = await processOn(await databaseIn(folder), { namespaces: namespaces() });
      expect(await other.cache.get('tool:1')).toEqual('write' in policy ? { is: 1 } : undefined);
    }
  });

  it('of a cleared level is served from there again, and nothing else was lost', async () => {
    const one = await filled(await databaseIn(temporaryFolder()));
    expect(await one.cache.invalidate({ level: 'file' })).toMatchObject({ undoable: 5 });
    expect(await one.reach(KEYS)).toEqual(KEYS);
    await one.cache.undo();
    await one.cache.invalidate({ level: 'memory' });
    expect(one.cache.peek('tool:1')).toBeUndefined();
    expect(await one.reach(KEYS)).toEqual(KEYS);
    expect(one.witness.computations).toBe(3);
  });

  it('is nothing that was stored, deleted or computed since', async () => {
    for (const levels of [['memory', 'file'], ['memory']] as const) {
      const namespaces = new Namespaces(() => ({ ...DEFAULT_POLICY, levels }));
      const one = await filled(await databaseIn(temporaryFolder()), { namespaces });
      await one.cache.invalidate({ all: true });
      await one.cache.set('tool:1', { is: 'later' });
      await one.cache.delete('tool:2');
      expect((await ask(one.cache, 1)).from).toBe('computed');
      await one.cache.cache.flush();
      expect(await one.cache.undo()).toMatchObject({ entries: 2 });
      expect(await one.cache.get('tool:1')).toEqual({ is: 'later' });
      expect(await one.cache.get('tool:2')).toBeUndefined();
      expect((await ask(one.cache, 1)).from).toBe('memory');
      await one.cache.invalidate({ level: 'memory' });
      expect(await one.cache.get('tool:1')).toEqual(levels.length > 1 ? { is: 'later' } : undefined);
    }
  });

  it('is nothing stale when a file changed since, and the variant again when it changes back', async () => {
    for (const store of ['sqlite', undefined] as const) {
      const one = await filled(store && (await databaseIn(temporaryFolder(), store)));
      await one.cache.invalidate({ all: true });
      one.write('a.txt', 'changed');
      expect(await one.cache.undo()).toMatchObject({ entries: 4 });
      expect(await one.cache.get('result:1')).toBeUndefined();
      expect((await ask(one.cache, 1)).value.text).toBe('changed');
      one.write('a.txt', 'a');
      expect(await ask(one.cache, 1)).toMatchObject({
        value: { text: 'a' },
        from: store ? 'file' : 'computed',
      });
    }
  });

  it('is nothing that has expired', async () => {
    for (const store of ['sqlite', undefined] as const) {
      const clock = { now: Date.now() };
      const namespaces = new Namespaces(() => ({ ...DEFAULT_POLICY, ttlMs: MINUTE }));
      const database = store && (await databaseIn(temporaryFolder(), store));
      const one = await processOn(database, { now: () => clock.now, namespaces });
      await one.cache.set('tool:1', 1);
      await one.cache.invalidate({ key: 'tool:1' });
      clock.now += 2 * MINUTE;
      expect(await one.cache.undo()).toMatchObject({ entries: 0 });
      expect(one.listed()).toEqual([]);
      expect(await one.cache.get('tool:1')).toBeUndefined();
    }
  });
});

describe('invalidations that cover the same', () => {
  const orders = [
    [0, 1],
    [1, 0],
  ] as const;
  const pairs: readonly (readonly [SelectorInput, SelectorInput])[] = [
    [{ tag: 'task' }, { tag: 'task' }],
    [{ tag: 'task' }, { tag: 'task/1' }],
    [{ tag: 'task' }, { key: 'tool:1' }],
    [{ key: 'tool:1' }, { tag: 'x' }],
    [{ key: 'tool:1' }, { keys: ['tool:1', 'tool:2'] }],
    [{ pattern: 'tool:*' }, { regex: '1$' }],
    [{ pattern: 'tool:*' }, { olderThan: '5m' }],
    [{ all: true }, { pattern: '*:1' }],
    [{ all: true }, { all: true }],
  ];
  const cases = pairs.flatMap((pair) => orders.map((order) => ({ pair, order })));

  it.each(cases)(
    'keep it away until both are undone: $pair, undone in the order $order',
    async ({ pair, order }) => {
      for (const store of ['sqlite', undefined] as const) {
        const one = await filled(store && (await databaseIn(temporaryFolder(), store)));
        const ids: (string | undefined)[] = [];
        for (const selector of pair) ids.push((await one.cache.invalidate(selector)).undo);
        expect(await one.cache.get('tool:1')).toBeUndefined();
        await one.cache.undo(ids[order[0]]);
        expect(await one.cache.get('tool:1')).toBeUndefined();
        expect(one.listed()).not.toContain('tool:1');
        await one.cache.undo(ids[order[1]]);
        expect(await one.reach(KEYS)).toEqual(KEYS);
        expect(one.listed()).toEqual([...KEYS].sort());
        expect(one.cache.undos()).toEqual([]);
      }
    },
    TIMEOUT,
  );

  it('that hit nothing do not push out those that did', async () => {
    const one = await filled();
    const { undo } = await one.cache.invalidate({ tag: 'task' });
    for (let i = 0; i < 30; i++) {
      expect(await one.cache.invalidate({ tag: `none/${i}` })).toEqual({ ...NOTHING, undoable: 0 });
      await one.cache.invalidate({ tag: 'task' });
    }
    expect(one.cache.undos()).toMatchObject([{ undoable: 0 }, { id: undo, undoable: 2 }]);
    await one.cache.undo();
    await one.cache.undo();
    expect(await one.reach(KEYS)).toEqual(KEYS);
  });
});

const NOTHING = { entries: 0, bytes: 0, levels: { memory: 0, file: 0, shared: 0 } };
