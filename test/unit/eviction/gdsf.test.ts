import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEviction } from '../../../src/cache/eviction/create-eviction.ts';
import type { Evictable } from '../../../src/cache/eviction/eviction.ts';
import { WorthQueues } from '../../../src/cache/eviction/worth-queues.ts';
import { item } from './contract.ts';

/** Room by GDSF, and the keys that were evicted. */
function room(limits: { entries?: number; bytes?: number }) {
  const evicted: string[] = [];
  const residents = createEviction<Evictable>('gdsf', { entries: 3, bytes: 1000, ...limits }, ({ key }) => {
    evicted.push(key);
  });
  const set = (key: string, fields?: Parameters<typeof item>[1]) => residents.set(item(key, fields));
  const get = (keys: string) => {
    for (const key of keys) residents.get(key);
  };
  return { residents, set, get, evicted };
}

describe('GDSF', () => {
  it('keeps what is dear to compute', () => {
    const { set, evicted } = room({});
    set('dear', { ms: 100 });
    for (const key of 'abcd') set(key, { ms: 1 });
    expect(evicted).toEqual(['a', 'b']);
  });

  it('keeps the small ones of equal cost', () => {
    const { set, evicted } = room({ entries: 10, bytes: 100 });
    set('large', { bytes: 80 });
    set('a', { bytes: 10 });
    set('b', { bytes: 10 });
    set('c', { bytes: 10 });
    expect(evicted).toEqual(['large']);
  });

  it('keeps what is read often, and lets a scan of new keys pass through one place', () => {
    const { set, get, evicted } = room({});
    for (const key of 'ab') set(key);
    get('abab');
    const scan = Array.from({ length: 5 }, (_, i) => `scan-${i}`);
    for (const key of scan) set(key);
    expect(evicted).toEqual(scan.slice(0, -1));
  });

  it('lets go in the end of what was dear or read often but is read no more', () => {
    const { residents, set, evicted } = room({});
    set('dear', { ms: 100 });
    set('often');
    for (let i = 0; i < 100; i++) residents.get('often');
    for (let i = 0; i < 2000; i++) set(`${i}`);
    expect(evicted).toContain('often');
    expect(evicted).toContain('dear');
  });

  it('is LRU among items alike', () => {
    const { set, get, evicted } = room({});
    for (const key of 'abc') set(key);
    get('bca');
    for (const key of 'd') set(key);
    get('d');
    set('e');
    expect(evicted).toEqual(['b', 'c']);
  });

  it('remembers how often a key was used that left and comes back', () => {
    const { residents, set, get, evicted } = room({});
    for (const key of 'abc') set(key);
    get('aaab');
    residents.delete('a');
    set('a'); // used for the fifth time
    get('cc');
    set('x');
    set('y');
    set('z');
    expect(evicted).toEqual(['b', 'x', 'y']);
    expect(residents.peek('a')).toBeDefined();
  });

  it('forgets the longest gone when more left than were ever held', () => {
    const { residents, set } = room({ entries: 2 });
    set('hot', { ms: 2 });
    for (let i = 0; i < 5; i++) residents.get('hot');
    residents.delete('hot');
    for (const key of 'abcdef') set(key, { ms: 2 });
    set('hot', { ms: 2 });
    set('g', { ms: 2 });
    set('h', { ms: 2 });
    expect(residents.peek('hot')).toBeUndefined();
  });

  it('takes an unmeasured cost for the mean of the measured ones', () => {
    const { set, evicted } = room({});
    set('cheap', { ms: 1 });
    set('dear', { ms: 99 });
    set('unmeasured', { ms: 0 });
    set('a', { ms: 10 });
    set('b', { ms: 60 });
    expect(evicted).toEqual(['cheap', 'a']);
  });

  it('stays in order with costs that no clock gives', () => {
    const { set, evicted, residents } = room({});
    const odd = [Number.NaN, -1, Number.POSITIVE_INFINITY, Number.MAX_VALUE, Number.MIN_VALUE];
    for (const [i, ms] of odd.entries()) set(`odd-${i}`, { ms });
    for (let i = 0; i < 10; i++) set(`${i}`);
    expect([residents.entries, evicted.length]).toEqual([3, 12]);
  });
});

describe('a rounded worth', () => {
  it('is not more, and less by under a sixteenth, for any worth of 1e-30 to 1e30', () => {
    const worth = fc
      .tuple(fc.double({ min: 1, max: 10, noNaN: true }), fc.integer({ min: -30, max: 29 }))
      .map(([digits, power]) => Math.fround(digits * 10 ** power));
    fc.assert(
      fc.property(worth, (exact) => {
        const queues = new WorthQueues();
        queues.add(0, 0, exact);
        expect(queues.rankOf(0)).toBeLessThanOrEqual(exact);
        expect(queues.rankOf(0) * (1 + 1 / 16)).toBeGreaterThan(exact);
      }),
    );
  });
});
