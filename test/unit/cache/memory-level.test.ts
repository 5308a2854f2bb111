import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Entry, FIXED, ON_FILE, ON_SHARED, VACANT } from '../../../src/cache/entry.ts';
import { EVICTIONS } from '../../../src/cache/eviction/create-eviction.ts';
import { MemoryLevel, type MemoryLimits } from '../../../src/cache/memory-level.ts';
import { Namespaces } from '../../../src/cache/namespace.ts';
import type { Policy } from '../../../src/cache/policy/policy.ts';

import { replay } from '../eviction/replay.ts';

type Own = NonNullable<Policy['memory']>;

const POLICY: Policy = {
  enabled: true,
  ttlMs: 0,
  sliding: false,
  levels: ['memory'],
  write: 'through',
  sensitivity: 'none',
  freshness: 'verified',
  variants: 4,
  strategy: 'exact',
  sampled: false,
  optimise: false,
};

/** A level as its owner uses it, with an index by key. Policies: the own rooms by namespace. */
function open(limits: MemoryLimits, policies: Record<string, Own | undefined> = {}) {
  const rooms = { ...policies };
  const namespaces = new Namespaces((name) => {
    const memory = rooms[name];
    return { ...POLICY, ...(memory && { memory }) };
  });
  const index = new Map<string, Entry<number>>();
  const evicted: string[] = [];
  const listen = { evicted: (_: Entry<number>) => {} };
  const level = new MemoryLevel<number>(limits, (entry) => {
    evicted.push(`${entry.key}=${String(entry.value)}`);
    index.delete(entry.key);
    listen.evicted(entry);
  });
  let now = 1_700_000_000_000;
  const make = (key: string, bytes = 1, value: unknown = 'v') =>
    new Entry<number>({
      key,
      namespace: namespaces.get(key.slice(0, key.indexOf(':'))),
      stamp: 0,
      bytes,
      costMs: 1,
      createdAt: now++,
      expiresAt: 0,
      value,
      on: 0,
    });
  const set = (key: string, bytes = 1, value: unknown = 'v') => {
    const entry = make(key, bytes, value);
    const previous = index.get(key);
    index.delete(key);
    if (level.set(entry, previous)) index.set(key, entry);
    return entry;
  };
  const hit = (key: string) => {
    const entry = index.get(key);
    if (!entry) throw new Error(`${key} is not there.`);
    entry.hits++;
    now += 1000;
    entry.lastHitAt = now;
    level.touch(entry);
  };
  /** New own rooms, as after a change of settings. */
  const rearrange = (changed: Record<string, Own | undefined>) => {
    Object.assign(rooms, changed);
    namespaces.reconfigure();
    level.rearrange(index.values());
  };
  const keys = () => [...index.keys()].sort().join(' ');
  return { level, namespaces, index, evicted, listen, make, set, hit, rearrange, keys };
}

const LRU3 = { entries: 3, bytes: 1000, eviction: 'lru' } as const;

describe('the memory level', () => {
  it('gives the value to who listens to an eviction, and takes it from the entry afterwards', () => {
    const { set, evicted } = open(LRU3);
    const first = set('a:1', 1, 'one');
    for (const key of ['a:2', 'a:3', 'a:4']) set(key);
    expect([evicted, first.value, first.slot]).toEqual([['a:1=one'], VACANT, -1]);
  });

  it('leaves an entry its value that the listener takes in again', () => {
    const { level, listen, set } = open(LRU3);
    const first = set('a:1', 1, 'one');
    listen.evicted = (entry) => {
      listen.evicted = () => {};
      level.set(entry);
    };
    for (const key of ['a:2', 'a:3', 'a:4']) set(key);
    expect([first.value, first.inMemory, level.entries]).toEqual(['one', true, 3]);
  });

  it('refuses what is larger than a quarter of its room, and then has no value of the key', () => {
    const { level, set, evicted } = open({ entries: 10, bytes: 100 }, { own: { ...LRU3, bytes: 8 } });
    const before = [set('a:1', 20), set('own:1', 2)];
    const refused = [set('a:1', 26, 'large'), set('own:1', 3, 'large')];
    expect(before.map(({ value }) => value)).toEqual([VACANT, VACANT]);
    expect(refused.map(({ value, slot }) => [value, slot])).toEqual([
      ['large', -1],
      ['large', -1],
    ]);
    expect([level.entries, level.bytes, evicted]).toEqual([0, 0, []]);
  });

  it('removes a value without telling anybody, once', () => {
    const { level, set, evicted } = open(LRU3);
    const entry = set('a:1', 7);
    level.remove(entry);
    level.remove(entry);
    expect([entry.value, level.entries, level.bytes, evicted]).toEqual([VACANT, 0, 0, []]);
  });

  it('orders by the lifetime that an entry has now', () => {
    const { level, set, evicted } = open({ ...LRU3, eviction: 'ttl' });
    const [a] = ['a:1', 'a:2', 'a:3'].map((key) => set(key));
    if (a) {
      a.expiresAt = 1_800_000_000_000;
      level.renew(a);
    }
    set('a:4');
    expect(evicted).toEqual(['a:1=v']);
  });

  it('does nothing for an entry that it does not hold', () => {
    const { level, make } = open(LRU3);
    const entry = make('a:1');
    level.touch(entry);
    level.renew(entry);
    expect([entry.value, level.entries]).toEqual(['v', 0]);
  });

  it('says so when two levels are given the same namespaces', () => {
    const { namespaces, set } = open(LRU3);
    const namespace = set('a:1').namespace;
    const other = new MemoryLevel<number>(LRU3, () => {});
    const fields = { stamp: 0, bytes: 1, costMs: 0, createdAt: 0, expiresAt: 0, value: 1, on: 0 };
    expect(() => other.set(new Entry({ key: 'a:2', namespace, ...fields }))).toThrow(
      /"a" belongs to another/,
    );
    expect(namespaces.get('a')).toBe(namespace);
  });
});

describe('a room of its own', () => {
  const OWN = { entries: 2, bytes: 400, eviction: 'fifo' } as const;

  it('keeps a namespace from pushing others out, and others from pushing it out', () => {
    const { level, set, keys, evicted } = open(LRU3, { own: OWN });
    for (const key of ['own:1', 'own:2', 'a:1', 'b:1', 'a:2']) set(key);
    expect(evicted).toEqual([]);
    set('own:3');
    set('b:2');
    expect([evicted, keys()]).toEqual([['own:1=v', 'a:1=v'], 'a:2 b:1 b:2 own:2 own:3']);
    expect([level.entries, level.bytes]).toEqual([5, 5]);
  });

  it('is what the panel shows, else the common one', () => {
    const { level, set } = open(LRU3, { own: OWN });
    set('own:1', 9);
    set('a:1', 7);
    const limits = { entries: 2, bytes: 400 };
    expect(level.room('own')).toEqual({ entries: 1, bytes: 9, limits, eviction: 'fifo' });
    for (const name of ['a', 'unknown']) {
      expect(level.room(name)).toMatchObject({ entries: 1, bytes: 7, eviction: 'lru' });
    }
  });

  it('takes its entries over when a policy gives it, the most recently used ones if not all fit', () => {
    const { level, set, hit, rearrange, keys, evicted } = open({ ...LRU3, entries: 9 });
    for (const key of ['own:1', 'own:2', 'own:3', 'a:1']) set(key);
    hit('own:1');
    rearrange({ own: { ...OWN, eviction: 'lru' } });
    expect([evicted, keys()]).toEqual([['own:2=v'], 'a:1 own:1 own:3']);
    expect([level.room('own').entries, level.room('a').entries]).toEqual([2, 1]);
  });

  it('knows which of the entries that it took over were read', () => {
    const { set, hit, rearrange, evicted } = open(LRU3);
    set('own:1');
    hit('own:1');
    for (const key of ['own:2', 'own:3']) set(key);
    rearrange({ own: { ...LRU3, eviction: 'lfu' } });
    set('own:4');
    expect(evicted).toEqual(['own:2=v']);
  });

  it('evicts what is too large for it', () => {
    const { set, rearrange, keys, evicted } = open({ ...LRU3, bytes: 4000 });
    set('own:1', 101, 'large');
    set('own:2', 100);
    rearrange({ own: OWN });
    expect([evicted, keys()]).toEqual([['own:1=large'], 'own:2']);
  });

  it('gives its entries back when a policy takes it away', () => {
    const { level, set, rearrange, keys } = open(LRU3, { own: OWN });
    for (const key of ['a:1', 'own:1', 'own:2']) set(key);
    rearrange({ own: undefined });
    expect([level.room('own'), level.entries]).toEqual([level.room('a'), 3]);
    set('own:3');
    expect(keys()).toBe('own:1 own:2 own:3');
  });

  it('changes its bounds and its eviction in place', () => {
    const { level, set, hit, rearrange, keys, evicted } = open(LRU3, {
      own: { ...OWN, entries: 4, eviction: 'lru' },
    });
    for (const key of ['own:1', 'own:2', 'own:3', 'own:4']) set(key);
    hit('own:1');
    rearrange({ own: { ...OWN, entries: 3, eviction: 'fifo' } });
    expect([evicted, level.room('own').eviction]).toEqual([['own:2=v'], 'fifo']);
    hit('own:3');
    set('own:5');
    expect(keys()).toBe('own:1 own:4 own:5');
  });

  it('may be set into and removed from while it is rearranged', () => {
    const { level, index, listen, set, rearrange, keys } = open({ ...LRU3, entries: 9 });
    for (const key of ['own:1', 'own:2', 'own:3', 'own:4']) set(key);
    const third = index.get('own:3');
    listen.evicted = () => {
      listen.evicted = () => {};
      set('own:4', 2, 'new');
      if (third) level.remove(third);
      index.delete('own:3');
    };
    rearrange({ own: { ...OWN, entries: 1 } });
    expect([keys(), index.get('own:4')?.value, level.room('own')]).toMatchObject([
      'own:4',
      'new',
      { entries: 1, bytes: 2 },
    ]);
  });
});

describe('bounds that change', () => {
  it('evict down to the new ones, by the new eviction', () => {
    const { level, set, hit, evicted } = open({ ...LRU3, entries: 5 });
    for (const key of ['a:1', 'a:2', 'a:3', 'a:4', 'a:5']) set(key);
    hit('a:1');
    level.resize({ entries: 4, bytes: 1000, eviction: 'lru' });
    expect(evicted).toEqual(['a:2=v']);
    level.resize({ entries: 3, bytes: 1000, eviction: 'fifo' });
    set('a:6');
    expect([evicted, level.room('a').eviction]).toEqual([['a:2=v', 'a:3=v', 'a:4=v'], 'fifo']);
  });

  it('shrink every room to a part of what it holds, and tell how many went', () => {
    const { level, set, evicted } = open({ entries: 100, bytes: 1000 }, { own: { ...LRU3, entries: 50 } });
    for (let i = 0; i < 20; i++) set(`a:${i}`, 10);
    for (let i = 0; i < 10; i++) set(`own:${i}`, 10);
    expect(level.shrink(0.75)).toBe(8);
    expect([evicted.length, level.room('a').bytes, level.room('own').bytes]).toEqual([8, 150, 70]);
    expect([level.shrink(1), level.shrink(0), level.entries]).toEqual([0, 22, 0]);
  });
});

describe('a pinned key', () => {
  it('keeps its value, whatever else comes, shrinks or moves', () => {
    const { level, index, set, hit, rearrange, keys } = open(LRU3, { own: LRU3 });
    level.pin('own:1');
    for (const key of ['a:1', 'own:1', 'a:2']) set(key);
    level.pin('a:1', index.get('a:1'));
    hit('a:1');
    for (let i = 3; i < 9; i++) {
      set(`a:${i}`);
      set(`own:${i}`);
    }
    expect([level.isPinned('a:1'), level.isPinned('a:2')]).toEqual([true, false]);
    level.shrink(0);
    rearrange({ own: undefined, a: LRU3 });
    level.shrink(0);
    level.resize({ entries: 1, bytes: 100 });
    expect(keys()).toBe('a:1 own:1');
    level.unpin('a:1');
    level.unpin('own:1');
    expect([level.shrink(0), keys()]).toEqual([2, '']);
  });

  it('may be pinned before its namespace is known', () => {
    const { level, set, keys } = open(LRU3, { own: LRU3 });
    level.pin('own:1');
    for (let i = 1; i < 9; i++) set(`own:${i}`);
    expect(keys()).toBe('own:1 own:7 own:8');
  });

  it('is one of at most 10,000', () => {
    const { level } = open(LRU3);
    const taken = Array.from({ length: 10_001 }, (_, i) => level.pin(`a:${i}`));
    expect([taken.indexOf(false), level.pin('a:0'), level.isPinned('a:10000')]).toEqual([
      10_000,
      true,
      false,
    ]);
    level.unpin('a:0');
    expect(level.pin('a:10000')).toBe(true);
  });
});

describe('the memory level over any operations', () => {
  const key = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(5)).map(([name, id]) => `${name}:${id}`);
  const own = fc.option(
    fc.record({ entries: fc.nat(5), bytes: fc.nat(60), eviction: fc.constantFrom(...EVICTIONS) }),
    { nil: undefined },
  );
  const operation = fc.oneof(
    { weight: 12, arbitrary: fc.tuple(key, fc.nat(12)).map((set) => ({ set })) },
    { weight: 8, arbitrary: key.map((hit) => ({ hit })) },
    { weight: 2, arbitrary: key.map((remove) => ({ remove })) },
    { weight: 2, arbitrary: key.map((pin) => ({ pin })) },
    { weight: 2, arbitrary: key.map((unpin) => ({ unpin })) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom('a', 'b', 'c'), own).map((policy) => ({ policy })) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.nat(9), fc.nat(90), fc.constantFrom(...EVICTIONS)).map((resize) => ({ resize })),
    },
    { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }).map((shrink) => ({ shrink })) },
  );

  it('holds what its owner thinks it holds, within the bounds of every room', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 120, size: 'max' }), (steps) => {
        const { level, index, set, hit, rearrange } = open({ entries: 6, bytes: 60 });
        const pinned = new Set<string>();
        for (const step of steps) {
          if ('set' in step) set(...step.set);
          else if ('hit' in step) {
            if (index.has(step.hit)) hit(step.hit);
          } else if ('remove' in step) {
            const entry = index.get(step.remove);
            index.delete(step.remove);
            if (entry) level.remove(entry);
          } else if ('pin' in step) pinned.add(step.pin) && level.pin(step.pin);
          else if ('unpin' in step) {
            pinned.delete(step.unpin);
            level.unpin(step.unpin);
          } else if ('policy' in step) rearrange({ [step.policy[0]]: step.policy[1] });
          else if ('resize' in step) {
            const [entries, bytes, eviction] = step.resize;
            level.resize({ entries, bytes, eviction });
          } else level.shrink(step.shrink);
          const held = [...index.values()];
          if (!held.every(({ inMemory, slot }) => inMemory && slot !== -1)) expect.fail('a value is lost');
          const sizes = (of: Entry<number>[]) => [
            of.length,
            of.reduce((sum, { bytes }) => sum + Math.max(1, bytes), 0),
          ];
          expect([level.entries, level.bytes]).toEqual(sizes(held));
          for (const name of ['a', 'b', 'c']) {
            const { limits, ...room } = level.room(name);
            const mine = held.filter((entry) => level.room(entry.namespace.name).limits === limits);
            expect([room.entries, room.bytes]).toEqual(sizes(mine));
            const loose = mine.some((entry) => !pinned.has(entry.key));
            if (loose && (room.entries > limits.entries || room.bytes > limits.bytes))
              expect.fail('over the bounds');
          }
        }
      }),
      replay,
    );
  });
});

describe('the numbers of an entry', () => {
  const namespace = new Namespaces().get('a');
  const entry = (fields: Partial<ConstructorParameters<typeof Entry<number>>[0]>) => {
    const rest = { stamp: 0, bytes: 1, costMs: 0, createdAt: 0, expiresAt: 0, value: 1, on: 0 };
    return new Entry<number>({ key: 'a:1', namespace, ...rest, ...fields });
  };
  const moment = fc.integer({ min: 0, max: 2 ** 32 * 1000 - 1 });

  it('are as they were given: times to the millisecond, the cost to the microsecond', () => {
    const fields = fc.record({
      createdAt: moment,
      expiresAt: moment,
      on: fc.nat(7),
      bytes: fc.nat(),
      costMs: fc.nat(2 ** 31 - 1).map((micros) => micros / 1000),
    });
    fc.assert(
      fc.property(fields, moment, fc.nat(7), (given, expiresAt, on) => {
        const made = entry(given);
        expect(made).toMatchObject({ ...given, hits: 0, lastHitAt: 0, slot: -1 });
        made.expiresAt = expiresAt;
        made.on = on;
        expect(made).toMatchObject({ ...given, expiresAt, on });
      }),
    );
  });

  it('know where the value is', () => {
    const made = entry({ on: ON_FILE | FIXED });
    expect([made.inMemory, made.inFile, made.inShared, made.fixed]).toEqual([true, true, false, true]);
    made.on = ON_SHARED;
    made.value = VACANT;
    expect([made.inMemory, made.inFile, made.inShared, made.fixed]).toEqual([false, false, true, false]);
  });

  it('count hits, and when the last one was, to the second', () => {
    const made = entry({ createdAt: 5, expiresAt: 6 });
    made.hits++;
    made.lastHitAt = 4_000_000_001_999;
    expect(made).toMatchObject({ hits: 1, lastHitAt: 4_000_000_001_000, createdAt: 5, expiresAt: 6 });
  });

  it('stay in their range whatever is given', () => {
    const odd = entry({
      createdAt: -1,
      expiresAt: Number.POSITIVE_INFINITY,
      costMs: Number.NaN,
      bytes: Number.NaN,
    });
    expect(odd).toMatchObject({ createdAt: 0, expiresAt: 2 ** 32 * 1000 - 1, costMs: 0, bytes: 2 ** 31 - 1 });
    expect(entry({ createdAt: 1.9, bytes: 1.1, costMs: 1e9 })).toMatchObject({
      createdAt: 1,
      bytes: 2,
      costMs: 1e9,
    });
    expect(entry({ costMs: Number.POSITIVE_INFINITY }).costMs).toBe(2 ** 31 - 1);
  });
});
