import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { encode } from '../../../src/cache/codec.ts';
import { FileLevel, type FileLevelOptions } from '../../../src/cache/file-level.ts';
import { encodeHead } from '../../../src/cache/head.ts';
import type { FileDatabase } from '../../../src/cache/stores/store.ts';
import { type Chaos, ChaosDatabase, MemoryDatabase } from '../../support/chaos-database.ts';
import { databaseIn } from '../../support/database.ts';
import { Random } from '../../support/fuzz/random.ts';
import { temporaryFolder } from '../../support/workspace.ts';

const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();
const variant = (id: string, times: { createdAt?: number; expiresAt?: number } = {}) => ({
  id,
  stamp: { of: id },
  costMs: 1,
  createdAt: 1,
  expiresAt: 0,
  ...times,
});
const put = (key: string, value: string, id = 'a', times = {}) => ({
  key,
  variant: variant(id, times),
  bytes: Buffer.from(value),
  alone: () => false,
});

function levelOn(database: FileDatabase, options: FileLevelOptions = {}) {
  const problems: string[] = [];
  return { level: new FileLevel(database, ({ message }) => problems.push(message), options), problems };
}

function open(options: FileLevelOptions = {}, chaos: Chaos = { slow: 0 }, seed = 1) {
  const memory = new MemoryDatabase();
  const database = new ChaosDatabase(memory, new Random(seed), chaos);
  return { memory, database, ...levelOn(database, options) };
}

async function newest(level: FileLevel, key: string): Promise<string | undefined> {
  const [first] = await level.variants(key);
  return first && text(await level.value(key, first));
}

async function storedKeys(database: FileDatabase, namespace: string): Promise<string[]> {
  const keys: string[] = [];
  await database.eachKey(namespace, (rows) => void keys.push(...rows.map(([key]) => key)));
  return keys.sort();
}

/** Every head names values that are there and its own, and every value has a head. */
async function expectWhole(database: FileDatabase): Promise<void> {
  const { level, problems } = levelOn(database);
  const named: string[] = [];
  await level.each(async (key, variants) => {
    for (const one of variants) {
      named.push(`${key}#${one.id}`);
      expect(await level.value(key, one), `the value of ${key}#${one.id}`).toBeDefined();
    }
  });
  expect(await storedKeys(database, 'v')).toEqual(named.sort());
  expect(problems).toEqual([]);
}

describe('many keys at once', () => {
  const thousand = Array.from({ length: 1000 }, (_, i) => put(`test:${i}`, `value ${i}`));

  it('takes one request for the heads and one for the values of a thousand keys', async () => {
    const { database, level } = open();
    await level.putMany(thousand);
    expect(database.requests).toEqual(['get h', 'commit']);
    database.requests.length = 0;
    const keys = thousand.map(({ key }) => key);
    const heads = await level.variantsMany(keys);
    const wanted = keys.flatMap((key, i) => (heads[i]?.[0] ? [{ key, variant: heads[i][0] }] : []));
    const values = await level.values(wanted);
    expect(values.map(text)).toEqual(thousand.map(({ bytes }) => text(bytes)));
    expect(database.requests).toEqual(['get h', 'get v']);
  });

  it('reads a small value together with the head of its key, once', async () => {
    const { database, level } = open();
    await level.putMany([
      put('test:small', 'small'),
      { ...put('test:large', ''), bytes: Buffer.alloc(70_000) },
    ]);
    database.requests.length = 0;
    const [small] = await level.variants('test:small');
    const [large] = await level.variants('test:large');
    if (!small || !large) throw new Error('They are not stored.');
    expect(database.requests.toSorted()).toEqual(['ahead v', 'ahead v', 'get h', 'get h']);
    expect(text(await level.value('test:small', small))).toBe('small');
    expect(database.requests).toHaveLength(4);
    expect((await level.value('test:large', large))?.length).toBe(70_000);
    await level.remove(['test:small']);
    expect(await level.value('test:small', small)).toBeUndefined();
  });

  it('answers in the order asked, with holes for what is not there', async () => {
    const { level } = open();
    await level.putMany([put('test:a', '1'), put('test:b', '2')]);
    const heads = await level.variantsMany(['test:b', 'test:none', 'test:a', 'test:b']);
    expect(heads.map((variants) => variants.length)).toEqual([1, 0, 1, 1]);
    const [b] = heads[0] ?? [];
    if (!b) throw new Error('test:b is not stored.');
    const values = await level.values([
      { key: 'test:b', variant: b },
      { key: 'test:none', variant: b },
      { key: 'test:b', variant: { ...b, sum: b.sum + 1 } },
    ]);
    expect(values.map(text)).toEqual(['2', undefined, undefined]);
    expect(await level.variantsMany([])).toEqual([]);
    expect(await level.values([])).toEqual([]);
    await level.putMany([]);
  });

  it('splits what one request should not hold', async () => {
    const { database, level } = open();
    const large = Buffer.alloc(6 << 20);
    const puts = Array.from({ length: 5 }, (_, i) => ({ ...put(`test:${i}`, ''), bytes: large }));
    await level.putMany(puts);
    expect(database.requests.filter((name) => name === 'commit')).toHaveLength(5);
    database.requests.length = 0;
    const heads = await level.variantsMany(puts.map(({ key }) => key));
    await level.values(puts.flatMap(({ key }, i) => (heads[i]?.[0] ? [{ key, variant: heads[i][0] }] : [])));
    expect(database.requests).toEqual(['get h', 'get v', 'get v', 'get v']);
  });

  it('takes several variants of one key in one batch in their order', async () => {
    const { level, memory } = open();
    await level.putMany([put('test:k', '1', 'a'), put('test:k', '2', 'b'), put('test:k', '3', 'a')]);
    expect((await level.variants('test:k')).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(await newest(level, 'test:k')).toBe('3');
    await level.putMany(['c', 'd', 'e'].map((id) => put('test:k', id, id)));
    expect((await level.variants('test:k')).map(({ id }) => id)).toEqual(['e', 'd', 'c', 'a']);
    await level.putMany([put('test:k', 'x', 'f'), { ...put('test:k', 'y', 'g'), alone: () => true }]);
    expect((await level.variants('test:k')).map(({ id }) => id)).toEqual(['g']);
    await expectWhole(memory);
  });
});

describe('one level, whatever the order in which the store answers', () => {
  type State = readonly { readonly id: string; readonly value: string }[];

  /** Calls in a random order and at random moments; the model takes each at its call. */
  async function history(seed: number): Promise<void> {
    const random = new Random(seed);
    const { level, memory, problems } = open({}, { slow: random.below(6) }, seed);
    const keys = Array.from({ length: 1 + random.below(4) }, (_, i) => `test:${i}`);
    const model = new Map<string, State>(keys.map((key) => [key, []]));
    const watching = new Set<(key: string, state: State) => void>();
    const state = (key: string) => model.get(key) ?? [];
    const become = (key: string, next: State) => {
      model.set(key, next);
      for (const watch of watching) watch(key, next);
    };
    const add = (key: string, id: string, value: string, alone: boolean) => {
      const kept = state(key).filter((one) => !alone && id !== '0' && one.id !== '0' && one.id !== id);
      become(key, [{ id, value }, ...kept].slice(0, 4));
    };
    const calls: Promise<void>[] = [];
    const read = (asked: readonly string[], get: () => Promise<State[]>) => {
      const possible = asked.map((key) => new Set([JSON.stringify(state(key))]));
      const watch = (key: string, next: State) => {
        for (const [i, one] of asked.entries()) if (one === key) possible[i]?.add(JSON.stringify(next));
      };
      watching.add(watch);
      calls.push(
        get().then((found) => {
          watching.delete(watch);
          for (const [i, one] of found.entries())
            expect([...(possible[i] ?? [])]).toContain(JSON.stringify(one));
        }),
      );
    };
    const sums = new Map<number, string>();
    const shown = (variants: Awaited<ReturnType<FileLevel['variants']>>): State =>
      variants.map(({ id, sum }) => ({ id, value: sums.get(sum) ?? '?' }));
    const { crc32 } = await import('node:zlib');
    let n = 0;
    const fresh = () => {
      const value = `value ${n++}`;
      sums.set(crc32(value), value);
      return value;
    };
    for (let step = 0; step < 50; step++) {
      const key = random.pick(keys);
      const some = Array.from({ length: 1 + random.below(4) }, () => random.pick(keys));
      const id = () => random.pick(['0', 'a', 'b', 'c', 'd', 'e']);
      switch (
        random.weighted({
          put: 30,
          putMany: 15,
          swap: 15,
          read: 20,
          readMany: 10,
          remove: 10,
          match: 3,
          clear: 3,
        })
      ) {
        case 'put':
        case 'putMany': {
          const puts = some.map((one) => ({
            ...put(one, fresh(), id()),
            alone: random.pick([() => true, () => false]),
          }));
          for (const one of puts) add(one.key, one.variant.id, text(one.bytes) ?? '', one.alone());
          calls.push(level.putMany(puts));
          break;
        }
        case 'swap': {
          const [now] = state(key);
          const old = random.chance(0.3) ? { id: id(), value: `value ${random.below(n + 1)}` } : now;
          const expected = old && { ...variant(old.id), bytes: 0, sum: crc32(old.value) };
          const right = now?.id === old?.id && now?.value === old?.value;
          const next = { id: id(), value: fresh() };
          if (right) add(key, next.id, next.value, false);
          const swapping = level.swap(key, expected, variant(next.id), Buffer.from(next.value));
          calls.push(swapping.then((swapped) => expect(swapped).toBe(right)));
          break;
        }
        case 'read':
          read([key], async () => [shown(await level.variants(key))]);
          break;
        case 'readMany':
          read(some, async () => (await level.variantsMany(some)).map(shown));
          break;
        case 'remove':
          for (const one of some) become(one, []);
          calls.push(level.remove(some));
          break;
        case 'match':
          become(key, []);
          calls.push(level.removeMatching((one) => one === key));
          break;
        case 'clear':
          for (const one of keys) become(one, []);
          calls.push(level.clear());
          break;
      }
      for (let turns = random.below(5); turns > 2; turns--) await new Promise(setImmediate);
    }
    await level.flush();
    const found = await level.variantsMany(keys);
    expect(found.map(shown)).toEqual(keys.map(state));
    for (const [i, variants] of found.entries())
      for (const one of variants) {
        expect(text(await level.value(keys[i] ?? '', one))).toBe(sums.get(one.sum));
      }
    await Promise.all(calls);
    expect(await level.size()).toEqual(await total(memory));
    expect(problems).toEqual([]);
    await expectWhole(memory);
  }

  const total = async (memory: MemoryDatabase) => {
    const [heads, values] = [await memory.size('h'), await memory.size('v')];
    return { entries: heads.entries, bytes: heads.bytes + values.bytes };
  };

  it('keeps reads and writes of a key in the order of the calls', async () => {
    const first = Math.floor(Math.random() * 2 ** 31);
    for (const seed of [first, ...Array.from({ length: 150 }, (_, i) => i)]) {
      await history(seed).catch((error: Error) => {
        throw new Error(`seed ${seed}: ${error.message}`, { cause: error });
      });
    }
  });
});

describe('two processes on one file', () => {
  const two = (seed: number) => {
    const memory = new MemoryDatabase();
    const random = new Random(seed);
    const levels = [0, 1].map(
      () => levelOn(new ChaosDatabase(memory, new Random(seed + 1), { slow: random.below(5) })).level,
    );
    return { memory, random, levels: levels as [FileLevel, FileLevel] };
  };

  it('lose no variant of each other, and leave no value without a head', async () => {
    for (let seed = 0; seed < 50; seed++) {
      const { memory, levels } = two(seed);
      const [one, other] = levels;
      await Promise.all([
        one.put('test:k', variant('a'), Buffer.from('1'), () => false),
        other.put('test:k', variant('b'), Buffer.from('2'), () => false),
        one.putMany([put('test:k', '3', 'c'), put('test:x', '4')]),
        other.putMany([put('test:x', '5', 'b'), put('test:k', '6', 'd')]),
      ]);
      expect((await one.variants('test:k')).map(({ id }) => id).sort()).toEqual(['a', 'b', 'c', 'd']);
      expect((await other.variants('test:x')).map(({ id }) => id).sort()).toEqual(['a', 'b']);
      await expectWhole(memory);
    }
  });

  it('count without a loss through swap', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const { memory, levels } = two(seed);
      const count = async (level: FileLevel) => {
        for (let done = 0; done < 10; ) {
          const [before] = await level.variants('test:n');
          const stored = before && text(await level.value('test:n', before));
          if (before && stored === undefined) continue; // replaced between the two reads
          const next = Buffer.from(String(Number(stored ?? 0) + 1));
          if (await level.swap('test:n', before, variant('0'), next)) done++;
        }
      };
      await Promise.all([count(levels[0]), count(levels[0]), count(levels[1])]);
      expect(await newest(levels[1], 'test:n')).toBe('30');
      await expectWhole(memory);
    }
  });

  it('leave nothing behind when one removes what the other puts', async () => {
    for (let seed = 0; seed < 50; seed++) {
      const { memory, levels } = two(seed);
      const [one, other] = levels;
      await one.putMany([put('test:k', '1'), put('test:l', '1')]);
      await Promise.all([
        one.remove(['test:k', 'test:l']),
        other.putMany([put('test:k', '2', 'b'), put('test:l', '2', 'b')]),
        one.removeMatching((key) => key === 'test:l'),
      ]);
      await expectWhole(memory);
    }
  });

  it('leave no head without its value when one clears what the other puts', async () => {
    for (let seed = 0; seed < 50; seed++) {
      const { memory, levels } = two(seed);
      const [one, other] = levels;
      await one.putMany([put('test:k', '1'), put('test:l', '1')]);
      const puts = Array.from({ length: 6 }, (_, i) =>
        other.putMany([put(`test:${i}`, '2'), put('test:k', `${i}`, 'b')]),
      );
      await Promise.all([one.clear(), ...puts]);
      await expectWhole(memory);
    }
  });

  it('end with an error, not in a loop, when a head never comes to rest', async () => {
    const { memory, level } = open();
    let n = 0;
    const commit = memory.commit.bind(memory);
    vi.spyOn(memory, 'commit').mockImplementation(async (writes) => {
      await memory.write([{ namespace: 'h', key: 'test:k', value: Buffer.from(`other ${n++}`) }]);
      return commit(writes);
    });
    await expect(level.put('test:k', variant('a'), Buffer.from('1'), () => false)).rejects.toMatchObject({
      code: 'failed',
      message: 'Other processes keep changing the record of test:k.',
    });
    await level.remove(['test:k']); // wins in the end
    expect(await storedKeys(memory, 'h')).toEqual([]);
  });
});

describe('values beyond the bound of one value', () => {
  it('are refused with their keys, and nothing older is left as if it were they', async () => {
    const { level, memory } = open({ limits: { maxBytes: 4000 } });
    expect(level.largest).toBe(1000);
    await level.put('test:k', variant('a'), Buffer.alloc(1000), () => false);
    const large = put('test:k', 'x'.repeat(1001), 'b');
    const puts = [put('test:l', '1'), large, put('test:m', '2')];
    await expect(level.putMany(puts)).rejects.toMatchObject({
      name: 'TooLargeError',
      keys: ['test:k'],
      message: expect.stringMatching(
        /^The value of test:k \(.* MB\) is too large for the file level, which takes/,
      ),
    });
    expect(await level.variants('test:k')).toEqual([]);
    expect(await newest(level, 'test:l')).toBe('1');
    expect(await newest(level, 'test:m')).toBe('2');
    await level.put('test:k', variant('a'), Buffer.from('small'), () => false);
    await expect(
      level.swap('test:k', (await level.variants('test:k'))[0], variant('a'), large.bytes),
    ).rejects.toThrow('too large');
    expect(await newest(level, 'test:k')).toBe('small');
    await expectWhole(memory);
  });

  it('are 64 MB at the most, whatever the level may hold', () => {
    expect(open({ limits: { maxBytes: 1e12 } }).level.largest).toBe(64 << 20);
    expect(open({ limits: { maxBytes: 1e12, maxValueBytes: 5 } }).level.largest).toBe(5);
  });
});

describe('tidying', () => {
  const NOW = 1_000_000;
  const limits = { maxBytes: 1 << 20, maxEntries: 1000 };
  const start = (options: FileLevelOptions = {}, chaos: Chaos = { slow: 0 }, seed = 1) =>
    open({ limits, now: () => NOW, ...options }, chaos, seed);

  it('removes expired variants, and keys of which nothing is left', async () => {
    const { level, memory } = start();
    await level.putMany([
      put('test:gone', '1', 'a', { expiresAt: NOW }),
      put('test:part', '22', 'a', { expiresAt: NOW - 1 }),
      put('test:part', '3', 'b', { expiresAt: NOW + 1 }),
      put('test:stays', '4', 'a'),
    ]);
    expect(await level.tidy()).toEqual({ removed: ['test:gone'], bytes: 3 });
    expect((await level.variants('test:part')).map(({ id }) => id)).toEqual(['b']);
    expect(await newest(level, 'test:stays')).toBe('4');
    expect(await level.tidy()).toEqual({ removed: [], bytes: 0 });
    await expectWhole(memory);
  });

  it('removes values that no head names, and heads that nobody can read', async () => {
    const { level, memory, problems } = start();
    await level.putMany([put('test:a', '1'), put('test:b#c', '2'), put('test:torn', '3')]);
    await memory.commit([
      { namespace: 'v', key: 'test:a#loose', value: Buffer.from('12345') },
      { namespace: 'v', key: 'test:nobody#a', value: Buffer.from('1') },
      { namespace: 'v', key: 'no separator', value: Buffer.from('1') },
      { namespace: 'h', key: 'test:torn', value: Buffer.from('nonsense') },
    ]);
    expect(await level.tidy()).toEqual({ removed: ['test:torn'], bytes: 8 });
    expect(problems).toEqual([
      'The record of test:torn is unreadable: The record has format 110, expected 1.',
    ]);
    expect(await storedKeys(memory, 'h')).toEqual(['test:a', 'test:b#c']);
    await expectWhole(memory);
  });

  it('takes the least useful down to nine tenths: the unknown by age, then the known by worth', async () => {
    const { level } = start({ limits: { maxBytes: 1 << 20, maxEntries: 19 } });
    const keys = Array.from({ length: 20 }, (_, i) => `test:${i}`);
    await level.putMany(keys.map((key, i) => put(key, key, 'a', { createdAt: 100 - i })));
    const worth = (key: string) => (Number(key.slice(5)) < 2 ? undefined : Number(key.slice(5)) % 7);
    const { removed } = await level.tidy(worth);
    expect(removed).toEqual(['test:1', 'test:0', 'test:14']);
    expect((await level.size()).entries).toBe(17);
    expect((await level.tidy(worth)).removed).toEqual([]);
  });

  it('does the same by bytes', async () => {
    const { level } = start({ limits: { maxBytes: 100_000 } });
    const keys = Array.from({ length: 11 }, (_, i) => `test:${i}`);
    await level.putMany(keys.map((key) => ({ ...put(key, ''), bytes: Buffer.alloc(10_000) })));
    const { removed, bytes } = await level.tidy((key) => Number(key.slice(5)));
    expect(removed).toEqual(['test:0', 'test:1', 'test:2']);
    expect(bytes).toBe(30_000);
    expect((await level.size()).bytes).toBeLessThanOrEqual(90_000);
  });

  it('leaves what is put meanwhile, and tells which keys are gone for good', async () => {
    for (let seed = 0; seed < 60; seed++) {
      const { level, memory, problems } = start(
        { limits: { maxBytes: 1 << 20, maxEntries: 20 } },
        { slow: 3 },
        seed,
      );
      const random = new Random(seed);
      const keys = Array.from({ length: 40 }, (_, i) => `test:${i}`);
      await level.putMany(keys.map((key) => put(key, 'old', 'a', { createdAt: random.below(100) })));
      let over = false;
      const tidying = level.tidy().finally(() => {
        over = true;
      });
      const later = new Map<string, string>();
      for (let i = 0; i < 30 && !over; i++) {
        const key = random.pick(keys);
        later.set(key, `new ${i}`);
        void level.put(key, variant('a', { createdAt: 1000 + i }), Buffer.from(`new ${i}`), () => false);
        for (let turns = random.below(4); turns > 0; turns--) await new Promise(setImmediate);
      }
      const { removed } = await tidying;
      const told = new Set(removed);
      await level.flush();
      for (const key of keys) {
        const value = later.get(key);
        const found = await newest(level, key);
        if (value) expect(found).toBe(value);
        else expect(found).toBe(told.has(key) ? undefined : 'old');
        if (told.has(key)) expect(value, `${key} was told gone, and put meanwhile`).toBeUndefined();
      }
      expect(problems).toEqual([]);
      await expectWhole(memory);
    }
  });

  it('does not take for loose what another process is writing', async () => {
    for (let seed = 0; seed < 40; seed++) {
      const memory = new MemoryDatabase();
      const process = (n: number) =>
        levelOn(new ChaosDatabase(memory, new Random(seed * 2 + n), { slow: 4 }), { limits, now: () => NOW })
          .level;
      const [one, other] = [process(0), process(1)];
      // Left over under the very names that are about to be put.
      await memory.commit(
        ['0#a', '1#b', '2#c', '3#a'].map((name) => ({
          namespace: 'v',
          key: `test:${name}`,
          value: Buffer.from('old'),
        })),
      );
      const puts = Array.from({ length: 30 }, (_, i) => put(`test:${i % 10}`, `${i}`, 'abc'[i % 3]));
      await Promise.all([one.tidy(), ...puts.map((each) => other.putMany([each])), one.tidy()]);
      expect(await other.size()).toMatchObject({ entries: 10 });
      await expectWhole(memory);
    }
  });

  it('stops when told to, and when the level is closed, with what was done until then', async () => {
    const { level, memory } = start({ limits: { maxBytes: 1 << 20, maxEntries: 100 } }, { slow: 2 });
    await level.putMany(Array.from({ length: 400 }, (_, i) => put(`test:${i}`, 'x', 'a', { createdAt: i })));
    const stop = new AbortController();
    const commit = memory.commit.bind(memory);
    let commits = 0;
    vi.spyOn(memory, 'commit').mockImplementation((writes) => {
      if (++commits === 2) stop.abort();
      return commit(writes);
    });
    const tidying = level.tidy(undefined, stop.signal);
    const { removed } = await tidying;
    expect(removed).toHaveLength(100);
    expect((await level.size()).entries).toBe(400 - removed.length);
    const again = level.tidy();
    await level.close();
    expect((await again).removed.length).toBeLessThan(100);
  });

  it('shares a run that is under way', async () => {
    const { level } = start({}, { slow: 2 });
    await level.put('test:a', variant('a', { expiresAt: 1 }), Buffer.from('1'), () => false);
    const [one, other] = await Promise.all([level.tidy(), level.tidy()]);
    expect(one).toBe(other);
    expect(one.removed).toEqual(['test:a']);
  });

  it('tells a failure of the store as a problem, and goes on the next time', async () => {
    const { level, database, problems } = start();
    await level.put('test:a', variant('a', { expiresAt: 1 }), Buffer.from('1'), () => false);
    database.chaos = { slow: 0, failing: 1 };
    expect(await level.tidy()).toEqual({ removed: [], bytes: 0 });
    expect(problems).toEqual(['Chaos lets the disk fail.']);
    database.chaos = { slow: 0 };
    expect((await level.tidy()).removed).toEqual(['test:a']);
  });

  it('is asked for when a write made the level too large, and not before', async () => {
    const onGrown = vi.fn();
    const { level } = start({ limits: { maxBytes: 100_000 }, onGrown });
    const write = (i: number) => level.put(`test:${i}`, variant('a'), Buffer.alloc(10_000), () => false);
    for (let i = 0; i < 9; i++) await write(i);
    await level.size();
    expect(onGrown).not.toHaveBeenCalled();
    for (let i = 9; i < 12; i++) await write(i);
    await vi.waitUntil(() => onGrown.mock.calls.length > 0);
    await level.tidy();
    onGrown.mockClear();
    await write(12);
    await level.size();
    expect(onGrown).not.toHaveBeenCalled();
    level.resize({ maxBytes: 50_000 });
    await vi.waitUntil(() => onGrown.mock.calls.length > 0);
    await level.tidy();
    expect((await level.size()).bytes).toBeLessThanOrEqual(45_000);
  });
});

describe('a store in chaos', () => {
  interface Event {
    readonly keys: ReadonlySet<string>;
    readonly level: number;
    readonly called: number;
    settled: number;
    ok: boolean;
  }

  /** Two levels on one file, with failures and damage: what is read was put, and not replaced since for certain. */
  async function chaos(seed: number): Promise<number> {
    const random = new Random(seed);
    const memory = new MemoryDatabase();
    const levels = [0, 1].map((n) =>
      levelOn(
        new ChaosDatabase(memory, new Random(seed + n), { slow: random.below(5), failing: 0.1, torn: 0.05 }),
      ),
    );
    let clock = 0;
    let reads = 0;
    const removals: Event[] = [];
    const puts = new Map<string, Event>();
    const calls: Promise<unknown>[] = [];
    const wrong: string[] = [];
    const track = (event: Event, call: Promise<unknown>) => {
      const done = call.then(
        () => Object.assign(event, { settled: ++clock, ok: true }),
        () => Object.assign(event, { settled: ++clock }),
      );
      calls.push(done);
    };
    const certainlyBefore = (first: Event, then: Event) =>
      first.level === then.level ? first.called < then.called : first.settled < then.called;
    for (let step = 0; step < 60; step++) {
      const n = random.below(2);
      const level = levels[n]?.level as FileLevel;
      const keys = [...new Set(Array.from({ length: 1 + random.below(3) }, () => `test:${random.below(4)}`))];
      const event: Event = {
        keys: new Set(keys),
        level: n,
        called: ++clock,
        settled: Number.POSITIVE_INFINITY,
        ok: false,
      };
      const what = random.weighted({ put: 30, read: 40, remove: 15, clear: 3, tidy: 5 });
      if (what === 'put') {
        const many = keys.map((key) => put(key, `${key} ${seed} ${step}`, '0'));
        for (const key of keys) puts.set(`${key} ${seed} ${step}`, event);
        track(event, level.putMany(many));
      } else if (what === 'remove') {
        removals.push(event);
        track(event, level.remove(keys));
      } else if (what === 'clear') {
        removals.push({ ...event, keys: new Set(['test:0', 'test:1', 'test:2', 'test:3']) });
        track(removals.at(-1) as Event, level.clear());
      } else if (what === 'tidy') {
        calls.push(level.tidy());
      } else {
        const began = ++clock;
        const read = async () => {
          for (const key of keys) {
            const value = await newest(level, key);
            if (value === undefined) continue;
            reads++;
            const origin = puts.get(value);
            expect(origin?.keys.has(key), `${key} gave "${value}"`).toBe(true);
            const over = [...removals, ...puts.values()].find(
              (later) =>
                later.keys.has(key) &&
                later.ok &&
                later.settled < began &&
                origin &&
                certainlyBefore(origin, later),
            );
            expect(over, `${key} gave "${value}" after it was replaced or removed`).toBeUndefined();
          }
        };
        calls.push(
          read().catch((error: Error) => {
            if (error.message !== 'Chaos lets the disk fail.') wrong.push(error.message);
          }),
        );
      }
      for (let turns = random.below(6); turns > 2; turns--) await new Promise(setImmediate);
    }
    await Promise.all(calls);
    expect(wrong).toEqual([]);
    await levelOn(memory).level.tidy();
    await expectWhole(memory);
    return reads;
  }

  it('never gives a wrong value, every call settles, and nothing is left torn or loose', async () => {
    const first = Math.floor(Math.random() * 2 ** 31);
    let reads = 0;
    for (const seed of [first, ...Array.from({ length: 120 }, (_, i) => i)]) {
      reads += await chaos(seed).catch((error: Error) => {
        throw new Error(`seed ${seed}: ${error.message}`, { cause: error });
      });
    }
    expect(reads).toBeGreaterThan(1000);
  });
});

describe.each(['sqlite', 'keyv-file'] as const)('the level on %s', (kind) => {
  it('does all of it on real files', async () => {
    const database = await databaseIn(temporaryFolder(), kind);
    const { level, problems } = levelOn(database, { limits: { maxBytes: 300_000, maxEntries: 40 } });
    const value = await encode('x'.repeat(1000));
    const puts = Array.from({ length: 60 }, (_, i) => ({
      ...put(`test:${i}`, '', 'a', { createdAt: i }),
      bytes: value,
    }));
    await level.putMany(puts);
    const [before] = await level.variants('test:59');
    const next = variant('0', { createdAt: 100 });
    expect(await level.swap('test:59', before, next, Buffer.from('swapped'))).toBe(true);
    expect(await level.swap('test:59', before, next, Buffer.from('again'))).toBe(false);
    await database.commit([{ namespace: 'v', key: 'test:1#loose', value: Buffer.from('1') }]);
    const { removed } = await level.tidy();
    expect(removed).toEqual(puts.slice(0, 24).map(({ key }) => key));
    expect((await level.size()).entries).toBe(36);
    expect(await newest(level, 'test:59')).toBe('swapped');
    expect(problems).toEqual([]);
    await expectWhole(database);
  });

  it('takes a head of another version for none, and tidies it away', async () => {
    const database = await databaseIn(temporaryFolder(), kind);
    const { level, problems } = levelOn(database);
    await database.commit([
      { namespace: 'h', key: 'test:old', value: await encode({ v: 0, variants: [] }) },
      { namespace: 'h', key: 'test:new', value: await encode({ v: 99, list: [] }) },
      { namespace: 'h', key: 'test:this', value: await encodeHead([]) },
    ]);
    expect(await level.variantsMany(['test:old', 'test:new', 'test:this'])).toEqual([[], [], []]);
    expect(problems).toHaveLength(2);
    await level.put('test:old', variant('a'), Buffer.from('1'), () => false);
    expect(await newest(level, 'test:old')).toBe('1');
    await level.tidy();
    expect(await storedKeys(database, 'h')).toEqual(['test:old']);
  });
});

describe('the level on sqlite', () => {
  it('gives the disk back what it has tidied away', async () => {
    const folder = temporaryFolder();
    const { level } = levelOn(await databaseIn(folder));
    const bytes = Buffer.alloc(10_000);
    await level.putMany(Array.from({ length: 4000 }, (_, i) => ({ ...put(`test:${i}`, ''), bytes })));
    expect(statSync(join(folder, 'cache.sqlite')).size).toBeGreaterThan(20_000_000);
    level.resize({ maxBytes: 1_000_000 });
    await level.tidy();
    expect((await level.size()).bytes).toBeLessThanOrEqual(900_000);
    await vi.waitUntil(() => statSync(join(folder, 'cache.sqlite')).size < 10_000_000, { timeout: 20_000 });
  }, 30_000);
});
