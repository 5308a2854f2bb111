import fc from 'fast-check';
import { LRUCache } from 'lru-cache';
import { describe, expect, it } from 'vitest';
import {
  createEviction,
  createResidents,
  EVICTIONS,
  type EvictionName,
} from '../../../src/cache/eviction/create-eviction.ts';
import { describeEviction } from './contract.ts';
import { type Item, item, Keyed } from './keyed.ts';
import { naiveOrders } from './naive-orders.ts';

for (const name of EVICTIONS) {
  describeEviction(name, (limits, onEvict) => createResidents(name, limits, onEvict), naiveOrders[name]);
}

/** Room for three items. */
function room(name: EvictionName) {
  const keyed = new Keyed((limits, onEvict) => createResidents(name, limits, onEvict), {
    entries: 3,
    bytes: 1000,
  });
  const set = (key: string, fields?: Parameters<typeof item>[1]) => keyed.set(item(key, fields));
  const get = (keys: string) => {
    for (const key of keys) keyed.get(key);
  };
  return { keyed, set, get, evicted: keyed.evicted };
}

describe('the one that goes', () => {
  it('is with lru the least recently used', () => {
    const { set, get, evicted } = room('lru');
    for (const key of 'abc') set(key);
    get('ab');
    set('d');
    set('e');
    expect(evicted).toEqual(['c', 'a']);
  });

  it('is with lru the one that lru-cache evicts', () => {
    const step = fc.record({ key: fc.constantFrom(...'abcdefgh'), bytes: fc.integer({ min: 1, max: 9 }) });
    const steps = fc.array(fc.record({ write: fc.boolean(), step }), { maxLength: 200, size: 'max' });
    fc.assert(
      fc.property(steps, (all) => {
        const theirs: string[] = [];
        const limits = { entries: 5, bytes: 20 };
        const ours = new Keyed((bounds, onEvict) => createResidents('lru', bounds, onEvict), limits);
        const peer = new LRUCache<string, Item>({
          max: limits.entries,
          maxSize: limits.bytes,
          dispose: (_, key, why) => void (why === 'evict' && theirs.push(key)),
        });
        for (const { write, step } of all) {
          // lru-cache would count the bytes of the former item while it makes room for the next.
          if (write) for (const cache of [ours, peer]) cache.delete(step.key);
          if (write) ours.set(item(step.key, step));
          if (write) peer.set(step.key, item(step.key, step), { size: step.bytes });
          else expect(ours.get(step.key)?.key).toBe(peer.get(step.key)?.key);
          expect(ours.evicted).toEqual(theirs);
        }
      }),
    );
  });

  it('is with lfu the least often read, of equals the least recently used', () => {
    const { set, get, evicted } = room('lfu');
    for (const key of 'abc') set(key);
    get('aabcb');
    set('d');
    set('e');
    expect(evicted).toEqual(['c', 'd']);
  });

  it('is with fifo the first that came, whatever was read; a replacement comes anew', () => {
    const { set, get, evicted } = room('fifo');
    for (const key of 'abc') set(key);
    get('aaa');
    set('b');
    for (const key of 'de') set(key);
    expect(evicted).toEqual(['a', 'c']);
  });

  it('is with ttl the soonest to expire; what never expires comes last, by recent use', () => {
    const { set, get, evicted } = room('ttl');
    set('a');
    set('b', { expiresAt: 9 });
    set('c', { expiresAt: 5 });
    get('cc');
    set('d');
    set('e');
    get('a');
    set('f');
    expect(evicted).toEqual(['c', 'b', 'd']);
  });

  it('is with lru-ttl the least recently used with a time to live, and without one only if there is no other', () => {
    const { set, get, evicted } = room('lru-ttl');
    set('a');
    set('b', { expiresAt: 5 });
    set('c', { expiresAt: 9 });
    get('b');
    set('d');
    set('e');
    set('f');
    expect(evicted).toEqual(['c', 'b', 'a']);
  });

  it('is with ttl, and with lru-ttl, chosen by the lifetime that an item has now', () => {
    const ttl = room('ttl');
    for (const [key, expiresAt] of [
      ['a', 5],
      ['b', 6],
      ['c', 7],
    ] as const)
      ttl.set(key, { expiresAt });
    ttl.keyed.renew('a', 9);
    ttl.keyed.renew('c', 4);
    for (const key of 'de') ttl.set(key);
    expect(ttl.evicted).toEqual(['c', 'b']);

    const lru = room('lru-ttl');
    for (const key of 'abc') lru.set(key);
    lru.keyed.renew('b', 5);
    lru.set('d');
    lru.set('e');
    expect(lru.evicted).toEqual(['b', 'a']);
  });

  it('is with another eviction chosen anew among those that are here, in their former order', () => {
    const { keyed, set, get, evicted } = room('lru');
    set('a');
    set('b', { expiresAt: 5 });
    set('c', { expiresAt: 9 });
    get('b');
    keyed.residents.pin('a');
    keyed.residents.reorder(createEviction('lru-ttl'));
    for (const key of 'def') set(key);
    expect(evicted).toEqual(['c', 'b', 'd']);
    expect(keyed.peek('a')).toBeDefined();
  });
});
