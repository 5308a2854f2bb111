import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createResidents } from '../../../src/cache/eviction/create-eviction.ts';
import { queueOf, worthOf } from '../../../src/cache/eviction/worth.ts';
import { item, Keyed } from './keyed.ts';

/** Room by GDSF. */
function room(limits: { entries?: number; bytes?: number }) {
  const keyed = new Keyed((bounds, onEvict) => createResidents('gdsf', bounds, onEvict), {
    entries: 3,
    bytes: 1000,
    ...limits,
  });
  const set = (key: string, fields?: Parameters<typeof item>[1]) => keyed.set(item(key, fields));
  const get = (keys: string) => {
    for (const key of keys) keyed.get(key);
  };
  return { keyed, set, get, evicted: keyed.evicted };
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
    const { keyed, set, evicted } = room({});
    set('dear', { ms: 100 });
    set('often');
    for (let i = 0; i < 100; i++) keyed.get('often');
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
    const { keyed, set, get, evicted } = room({});
    for (const key of 'abc') set(key);
    get('aaab');
    keyed.delete('a');
    set('a'); // used for the fifth time
    get('cc');
    set('x');
    set('y');
    set('z');
    expect(evicted).toEqual(['b', 'x', 'y']);
    expect(keyed.peek('a')).toBeDefined();
  });

  it('forgets how often a key was used after thousands of others left', () => {
    const { keyed, set } = room({ entries: 2 });
    set('hot', { ms: 2 });
    for (let i = 0; i < 5; i++) keyed.get('hot');
    keyed.delete('hot');
    for (let i = 0; i < 10_000; i++) set(`${i}`, { ms: 2 });
    set('hot', { ms: 2 });
    set('g', { ms: 2 });
    set('h', { ms: 2 });
    expect(keyed.peek('hot')).toBeUndefined();
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
    const { set, evicted, keyed } = room({});
    const odd = [Number.NaN, -1, Number.POSITIVE_INFINITY, Number.MAX_VALUE, Number.MIN_VALUE];
    for (const [i, ms] of odd.entries()) set(`odd-${i}`, { ms });
    for (let i = 0; i < 10; i++) set(`${i}`);
    expect([keyed.residents.entries, evicted.length]).toEqual([3, 12]);
  });
});

describe('a rounded worth', () => {
  it('is not more, and less by under a sixteenth, for any worth of 1e-30 to 1e30', () => {
    const worth = fc
      .tuple(fc.double({ min: 1, max: 10, noNaN: true }), fc.integer({ min: -30, max: 29 }))
      .map(([digits, power]) => Math.fround(digits * 10 ** power));
    fc.assert(
      fc.property(worth, (exact) => {
        const rounded = worthOf(queueOf(exact));
        expect(rounded).toBeLessThanOrEqual(exact);
        expect(rounded * (1 + 1 / 16)).toBeGreaterThan(exact);
      }),
    );
  });
});
