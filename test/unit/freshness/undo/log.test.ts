import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encode } from '../../../../src/cache/codec.ts';
import { Entry } from '../../../../src/cache/entry.ts';
import type { FileLevel } from '../../../../src/cache/file-level.ts';
import { MOST_KEPT } from '../../../../src/cache/kept.ts';
import { Namespaces } from '../../../../src/cache/namespace.ts';
import { type FileDatabase, StoreError } from '../../../../src/cache/stores/store.ts';
import { GenerationStore } from '../../../../src/freshness/generation-store.ts';
import { Generations } from '../../../../src/freshness/generations.ts';
import { choose } from '../../../../src/freshness/undo/choice.ts';
import { UndoError } from '../../../../src/freshness/undo/undo-log.ts';
import { ChaosDatabase, MemoryDatabase } from '../../../support/chaos-database.ts';
import { databaseIn } from '../../../support/database.ts';
import { Random } from '../../../support/fuzz/random.ts';
import { temporaryFolder } from '../../../support/workspace.ts';
import { type Process, processOn } from './process.ts';

const HOUR = 3_600_000;

async function keysOf(database: FileDatabase, namespace: string): Promise<string[]> {
  const keys: string[] = [];
  await database.eachKey(namespace, (rows) => void keys.push(...rows.map(([key]) => key)));
  return keys.sort();
}

async function setMany({ cache }: Process, keys: readonly string[], size = 1) {
  for (const key of keys) await cache.set(key, key.padEnd(size, 'x'), { tags: [`t/${key}`] });
}

describe('the undo log', () => {
  it('says what is wrong with an id that is unknown or was used, and that there is nothing to undo', async () => {
    const { cache } = await processOn(new MemoryDatabase());
    await expect(cache.undo()).rejects.toThrow(new UndoError('There is no invalidation to undo.'));
    await cache.set('test:a', 1);
    const { undo = '' } = await cache.invalidate({ key: 'test:a' });
    await cache.undo(undo);
    for (const id of [undo, 'nobody', '']) await expect(cache.undo(id)).rejects.toThrow(UndoError);
    await expect(cache.undo(undo)).rejects.toThrow('was undone already');
    const twice = (await cache.invalidate({ key: 'test:a' })).undo;
    const both = await Promise.allSettled([cache.undo(twice), cache.undo(twice)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await cache.get('test:a')).toBe(1);
  });

  it('keeps the last twenty, a day long, and their entries go with them', async () => {
    for (const database of [new MemoryDatabase(), undefined]) {
      const clock = { now: Date.now() };
      const one = await processOn(database, { now: () => clock.now });
      const keys = Array.from({ length: 23 }, (_, i) => `test:${i}`);
      await setMany(one, keys);
      const ids: string[] = [];
      for (const key of keys) ids.push((await one.cache.invalidate({ key })).undo ?? '');
      expect(one.cache.undos().map(({ id }) => id)).toEqual(ids.slice(3).reverse());
      await expect(one.cache.undo(ids[0])).rejects.toThrow('newer ones have taken its place');
      await one.cache.settled();
      await one.cache.cache.tidy();
      if (database) {
        expect(await keysOf(database, 'u')).toHaveLength(20);
        expect(await keysOf(database, 'h')).toEqual(keys.slice(3).sort());
        expect(await keysOf(database, 'v')).toHaveLength(20);
      }
      clock.now += 25 * HOUR;
      expect(one.cache.undos()).toEqual([]);
      await expect(one.cache.undo()).rejects.toThrow(UndoError);
      await one.cache.settled();
      await one.cache.cache.tidy();
      if (database) expect([...(await keysOf(database, 'u')), ...(await keysOf(database, 'v'))]).toEqual([]);
      expect(await one.reach(keys)).toEqual([]);
    }
  });

  it('takes no more than its part of the file level, and keeps what was used last', async () => {
    const clock = { now: Date.now() };
    const one = await processOn(new MemoryDatabase(), { now: () => clock.now, maxBytes: 400_000 });
    const keys = Array.from({ length: 30 }, (_, i) => `test:${i}`);
    for (const key of keys) {
      clock.now += 2000;
      await one.cache.set(key, bulk(10_000));
    }
    clock.now += 2000;
    one.cache.cache.beat();
    await one.cache.get('test:3');
    const { undoable } = await one.cache.invalidate({ all: true });
    expect(undoable).toBeGreaterThan(7);
    expect(undoable).toBeLessThan(11);
    await one.cache.undo();
    expect(one.listed()).toEqual(['test:3', ...keys.slice(31 - undoable)].sort());
  });

  it('keeps of what only memory had what was used last', async () => {
    const namespace = new Namespaces().get('test');
    const entries = Array.from({ length: MOST_KEPT.entries + 5 }, (_, i) => {
      const createdAt = (i + 10) * 1000;
      const fields = { costMs: 0, expiresAt: 0, value: i, on: 0, stamp: {}, bytes: 100 };
      return new Entry({ key: `test:${i}`, namespace, createdAt, ...fields });
    });
    const limits = { entries: 100_000, bytes: 1 << 30 };
    const chosen = await choose(entries, 100 * entries.length, limits, () => true);
    expect(chosen?.size).toBe(MOST_KEPT.entries);
    for (let i = 0; i < 5; i++) expect(chosen?.has(`test:${i}`)).toBe(false);
    expect(await choose(entries, 100 * entries.length, limits, () => false)).toBeUndefined();
    expect(await choose(entries.slice(0, 9), 900, { entries: 3, bytes: 250 }, () => false)).toEqual(
      new Set(['test:8', 'test:7']),
    );
  });

  it('drops a record that is torn or hostile, with what it had set aside, and tells', async () => {
    const database = new MemoryDatabase();
    const one = await processOn(database);
    await setMany(one, ['test:a', 'test:b', 'test:c']);
    const torn = (await one.cache.invalidate({ key: 'test:a' })).undo ?? '';
    const hostile = (await one.cache.invalidate({ key: 'test:b' })).undo ?? '';
    const good = (await one.cache.invalidate({ tag: 't/test:c' })).undo ?? '';
    await one.close();
    const record = { id: hostile, at: 'never', selector: { all: true }, undoable: -1, bumps: [{}] };
    await database.commit([
      { namespace: 'u', key: torn, value: Buffer.from('{"id":') },
      { namespace: 'u', key: hostile, value: await encode(record) },
      { namespace: 'u', key: 'other', value: await encode({ ...record, id: 'not other' }) },
    ]);
    const other = await processOn(database);
    expect(other.problems).toHaveLength(3);
    for (const { message } of other.problems) expect(message).toContain('its record is unreadable');
    expect(other.cache.undos()).toMatchObject([{ id: good }]);
    expect(await keysOf(database, 'u')).toEqual([good]);
    await expect(other.cache.undo(torn)).rejects.toThrow(UndoError);
    await other.cache.cache.tidy();
    expect(await keysOf(database, 'h')).toEqual(['test:c']);
    expect(await keysOf(database, 'v')).toEqual(['test:c#0']);
    await other.cache.undo();
    expect(await other.reach(['test:a', 'test:b', 'test:c'])).toEqual(['test:c']);
  });

  it('cannot be written: the invalidation holds, and is not undoable', async () => {
    for (const failing of [1, 0.5]) {
      for (let seed = 0; seed < 12; seed++) {
        const database = new MemoryDatabase();
        const chaos = new ChaosDatabase(database, new Random(seed), { slow: 0 });
        const one = await processOn(chaos);
        await setMany(one, ['test:a', 'test:b', 'test:c']);
        chaos.chaos = { slow: 0, failing };
        const selector = seed % 2 ? { tag: 't' } : { pattern: 'test:*' };
        const { undo } = await one.cache.invalidate(selector);
        expect(await one.reach(['test:a', 'test:b', 'test:c'])).toEqual([]);
        chaos.chaos = { slow: 0 };
        await one.cache.settled();
        expect(await one.reach(['test:a', 'test:b', 'test:c'])).toEqual([]);
        if (undo && one.cache.undos().length > 0) await one.cache.undo(undo);
        await one.cache.cache.tidy();
        if (failing === 1) expect(one.cache.undos()).toEqual([]);
      }
    }
  });
});

describe('what is set aside', () => {
  it('goes first when the file level is full, the oldest first', async () => {
    const one = await processOn(new MemoryDatabase(), { maxBytes: 60_000 });
    const keys = Array.from({ length: 13 }, (_, i) => `test:${String(i).padStart(2, '0')}`);
    const set = (some: readonly string[]) => Promise.all(some.map((key) => one.cache.set(key, bulk(4600))));
    await set(keys.slice(0, 11));
    for (const key of keys.slice(0, 3)) await one.cache.invalidate({ key });
    await set(keys.slice(11));
    await one.cache.cache.tidy();
    expect(await one.reach(keys)).toEqual(keys.slice(3));
    for (const record of one.cache.undos()) await one.cache.undo(record.id);
    expect(await one.reach(keys)).toEqual(keys.slice(2));
  });

  it('gives way to what is stored on a full disk', async () => {
    const database = new MemoryDatabase();
    const chaos = new ChaosDatabase(database, new Random(1), { slow: 0 });
    const one = await processOn(chaos);
    let tidied = 0;
    const commit = chaos.commit.bind(chaos);
    await setMany(one, ['test:a', 'test:b']);
    await one.cache.invalidate({ key: 'test:a' });
    await one.cache.settled();
    chaos.commit = () => Promise.reject(new StoreError('full', 'The disk is full.'));
    await one.cache.set('test:c', 1);
    chaos.commit = commit;
    tidied += (await one.cache.cache.tidy()).evicted;
    expect(tidied).toBe(0);
    expect(await keysOf(database, 'v')).toEqual(['test:b#0']);
    expect(await one.cache.undo()).toMatchObject({ entries: 0 });
    expect(await one.reach(['test:a', 'test:b', 'test:c'])).toEqual(['test:b', 'test:c']);
  });

  it('is removed where it cannot be set aside', async () => {
    const database = new MemoryDatabase();
    const chaos = new ChaosDatabase(database, new Random(1), { slow: 0 });
    const one = await processOn(chaos);
    await setMany(one, ['test:a', 'test:b']);
    const commit = chaos.commit.bind(chaos);
    chaos.commit = (writes) => {
      const grows = writes.some(({ value }) => value !== undefined);
      return grows ? Promise.reject(new StoreError('full', 'The disk is full.')) : commit(writes);
    };
    expect(await one.cache.invalidate({ keys: ['test:a', 'test:b'] })).toMatchObject({ undoable: 0 });
    expect([...(await keysOf(database, 'h')), ...(await keysOf(database, 'v'))]).toEqual([]);
  });

  it('is not exported, not listed, and gives way to what is imported', async () => {
    const one = await processOn(new MemoryDatabase());
    await setMany(one, ['test:a']);
    const file = one.file as FileLevel;
    const [variant] = await file.variants('test:a');
    await one.cache.invalidate({ key: 'test:a' });
    expect(await file.variants('test:a')).toEqual([]);
    const seen: string[] = [];
    await file.each((key) => void seen.push(key));
    expect(seen).toEqual([]);
    const bytes = await encode('imported');
    if (variant) await file.merge([{ key: 'test:a', variant, bytes }]);
    await one.cache.cache.loadCatalog();
    expect(await one.cache.get('test:a')).toBe('imported');
    await one.cache.undo();
    expect(await one.cache.get('test:a')).toBe('imported');
  });
});

describe('an undo', () => {
  it.each(['h', 'u', 'g'])(
    'that is interrupted before a write of "%s" is ended by the next process',
    async (at) => {
      const database = new MemoryDatabase();
      const keys = ['test:a', 'test:b', 'test:c'];
      const one = await processOn(database);
      await setMany(one, keys);
      await one.cache.invalidate({ tag: 't' });
      await one.cache.settled();
      const commit = database.commit.bind(database);
      let writes = 0;
      database.commit = (some) => {
        const here = some.some(({ namespace }) => namespace === at);
        // The first write of the log is what says that it has begun.
        if (here && (at !== 'u' || ++writes > 1)) return Promise.reject(new StoreError('failed', 'Killed.'));
        return commit(some);
      };
      await expect(one.cache.undo()).rejects.toThrow('Killed.');
      database.commit = commit;
      const other = await processOn(database);
      expect(await other.reach(keys)).toEqual(keys);
      expect(other.cache.undos()).toEqual([]);
    },
  );

  it('that failed can be tried again', async () => {
    const chaos = new ChaosDatabase(new MemoryDatabase(), new Random(1), { slow: 0 });
    const one = await processOn(chaos);
    await setMany(one, ['test:a']);
    await one.cache.invalidate({ tag: 't' });
    await one.cache.settled();
    chaos.chaos = { slow: 0, failing: 1 };
    await expect(one.cache.undo()).rejects.toThrow(StoreError);
    chaos.chaos = { slow: 0 };
    expect(await one.reach(['test:a'])).toEqual([]);
    expect(one.cache.undos()).toHaveLength(1);
    expect(await one.cache.undo()).toMatchObject({ entries: 1 });
  });
});

describe('two processes on one store', () => {
  it.each(['sqlite', 'keyv-file'] as const)('undo what either has invalidated, on %s', async (kind) => {
    const folder = temporaryFolder();
    const keys = ['test:a', 'test:b', 'test:c'];
    const one = await processOn(await databaseIn(folder, kind));
    await setMany(one, keys);
    await one.cache.cache.flush();
    const other = await processOn(await databaseIn(folder, kind));
    const { undo } = await one.cache.invalidate({ pattern: '*' });
    await one.cache.settled();
    await other.cache.settled();
    if (kind === 'keyv-file') await other.cache.set('test:d', 1); // it sees the others at its next save
    await other.cache.cache.tidy(); // not what the other one may want back
    expect(await other.cache.undo(undo)).toMatchObject({ entries: 3 });
    if (kind === 'keyv-file') await one.cache.set('test:d', 1);
    await expect(one.cache.undo(undo)).rejects.toThrow(UndoError);
    expect(await one.reach(keys)).toEqual(keys);
  });

  it('undo and invalidate at once, and lose nothing and bring nothing back that still is covered', async () => {
    for (let seed = 0; seed < 40; seed++) {
      const random = new Random(seed);
      const memory = new MemoryDatabase();
      const on = () => processOn(new ChaosDatabase(memory, random, { slow: 2 }));
      const one = await on();
      const keys = Array.from({ length: 6 }, (_, i) => `test:${i}`);
      await setMany(one, keys);
      const first = (await one.cache.invalidate({ pattern: 'test:*' })).undo;
      await one.cache.settled();
      const other = await on();
      const some = keys.slice(0, 3);
      const [, second] = await Promise.all([
        one.cache.undo(first),
        other.cache.invalidate(seed % 2 ? { keys: some } : { regex: '[012]$' }),
      ]);
      await Promise.all([one.cache.settled(), other.cache.settled()]);
      const later = await on();
      expect(await later.reach(keys), `seed ${seed}`).toEqual(keys.slice(3));
      expect(second.undo, `seed ${seed}`).toBeDefined();
      await later.cache.undo(second.undo);
      expect(await later.reach(keys), `seed ${seed}`).toEqual(keys);
    }
  }, 60_000);

  it('keep the generations of a name apart: undoing one leaves the other', async () => {
    const database = new MemoryDatabase();
    const stores = [new GenerationStore(database), new GenerationStore(database)] as const;
    const [one, other] = [new Generations(), new Generations()];
    const bumps = [one.bump('tag a', 'first'), other.bump('tag a', 'second')] as const;
    const [first, second] =
      bumps[0].at < bumps[1].at ? bumps : [bumps[1], { ...bumps[1], at: bumps[1].at + 1 }];
    await Promise.all([stores[0].save(first), stores[1].save(second)]);
    const loaded = async () => {
      const generations = new Generations();
      await stores[0].load(generations);
      return [generations.of('tag a').at, generations.sequence];
    };
    expect(await loaded()).toEqual([second.at, second.at]);
    await stores[1].revoke('tag a', first.at);
    expect(await loaded()).toEqual([second.at, second.at]);
    await stores[0].revoke('tag a', second.at);
    expect(await loaded()).toEqual([0, second.at]);
    await database.commit([{ namespace: 'g', key: 'tag a', value: Buffer.from('torn') }]);
    await expect(loaded()).rejects.toThrow();
    await stores[0].save({ name: 'tag a', at: second.at + 9, cause: 'third' });
    await stores[0].revoke('tag a', second.at + 9);
    expect(await loaded()).toEqual([second.at + 8, second.at + 9]);
  });
});

/** About as many bytes on disk. */
function bulk(bytes: number): string {
  return randomBytes(Math.ceil(bytes / 1.01)).toString('base64');
}
