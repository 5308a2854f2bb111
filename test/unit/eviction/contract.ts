import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evictable } from '../../../src/cache/eviction/eviction.ts';
import type { Limits, Residents } from '../../../src/cache/eviction/residents.ts';
import { type NaiveOrder, NaiveResidents } from './naive.ts';

/** What a test does not care about is small, cheap and lasting. */
export function item(
  key: string,
  fields: { bytes?: number; ms?: number; expiresAt?: number } = {},
): Evictable {
  const { bytes = 1, ms = 1, expiresAt = 0 } = fields;
  return { key, bytes, cost: { ms }, expiresAt };
}

const keys = fc.constantFrom(...'abcdefghij');
const items = fc.record({
  key: keys,
  bytes: fc.nat(12),
  cost: fc.record({ ms: fc.constantFrom(0, 0.3, 1, 2, 7, 1000) }),
  expiresAt: fc.constantFrom(0, 5, 6, 7),
});
const operation = fc.oneof(
  { weight: 6, arbitrary: items.map((value) => ({ set: value })) },
  { weight: 6, arbitrary: keys.map((key) => ({ get: key })) },
  { weight: 1, arbitrary: keys.map((key) => ({ delete: key })) },
  { weight: 1, arbitrary: keys.map((key) => ({ pin: key })) },
  { weight: 1, arbitrary: keys.map((key) => ({ unpin: key })) },
);
const operations = fc.array(operation, { maxLength: 200, size: 'max' });
const limits = fc.record({ entries: fc.integer({ min: 0, max: 8 }), bytes: fc.integer({ min: 0, max: 40 }) });

/** A failure prints its seed and path: FC_SEED=… FC_PATH=… run it again. */
const replay = {
  numRuns: 150,
  ...(process.env.FC_SEED && { seed: Number(process.env.FC_SEED) }),
  ...(process.env.FC_PATH && { path: process.env.FC_PATH }),
};

type Create = (limits: Limits, onEvict: (item: Evictable) => void) => Residents<Evictable>;

/** What every eviction must do; `naive` says which item goes, for those whose order is known. */
export function describeEviction(name: string, create: Create, naive?: () => NaiveOrder): void {
  describe(`${name} as an eviction`, () => {
    const open = (bounds: Limits) => {
      const evicted: string[] = [];
      const residents = create(bounds, ({ key }) => evicted.push(key));
      return { residents, evicted };
    };

    it('evicts nothing below the bounds', () => {
      const { residents, evicted } = open({ entries: 4, bytes: 40 });
      for (const key of 'abcd') expect(residents.set(item(key, { bytes: 10 }))).toBe(true);
      for (const key of 'abcdabcd') residents.get(key);
      expect([evicted, residents.entries, residents.bytes]).toEqual([[], 4, 40]);
    });

    it('makes room by count and by bytes, and never takes the newcomer', () => {
      const { residents, evicted } = open({ entries: 3, bytes: 10 });
      for (const key of 'abcd') residents.set(item(key));
      expect([evicted.length, residents.entries]).toEqual([1, 3]);
      residents.set(item('large', { bytes: 9 }));
      expect(residents.peek('large')).toBeDefined();
      expect([evicted.length, residents.entries, residents.bytes]).toEqual([3, 2, 10]);
    });

    it('refuses what is larger than the whole, with no harm to the rest', () => {
      const { residents, evicted } = open({ entries: 3, bytes: 10 });
      residents.set(item('a'));
      residents.set(item('b'));
      expect(residents.set(item('huge', { bytes: 11 }))).toBe(false);
      expect(residents.set(item('b', { bytes: Number.NaN }))).toBe(false);
      expect([evicted, residents.entries, residents.peek('b')]).toEqual([[], 1, undefined]);
    });

    it('replaces in place: not an eviction, and counted once', () => {
      const { residents, evicted } = open({ entries: 2, bytes: 10 });
      residents.set(item('a', { bytes: 4 }));
      residents.set(item('b', { bytes: 4 }));
      const replacement = item('a', { bytes: 6 });
      residents.set(replacement);
      expect(residents.get('a')).toBe(replacement);
      expect([evicted, residents.entries, residents.bytes]).toEqual([[], 2, 10]);
    });

    it('keeps pinned keys, also replaced ones, and refuses what does not fit beside them', () => {
      const { residents, evicted } = open({ entries: 3, bytes: 100 });
      residents.pin('later');
      for (const key of ['a', 'b', 'later']) residents.set(item(key));
      residents.pin('a');
      residents.set(item('a', { bytes: 2 }));
      for (let i = 0; i < 20; i++) residents.set(item(`${i}`));
      expect(['a', 'later'].map((key) => residents.peek(key)?.bytes)).toEqual([2, 1]);
      residents.pin('19');
      expect(residents.set(item('c'))).toBe(false);
      const before = evicted.length;
      residents.unpin('a');
      expect(residents.set(item('c'))).toBe(true);
      expect(evicted.slice(before)).toEqual(['a']);
    });

    it('tells of an eviction when the newcomer is in, so that the listener may delete and set', () => {
      const seen: unknown[] = [];
      const residents: Residents<Evictable> = create({ entries: 2, bytes: 10 }, ({ key }) => {
        seen.push([residents.peek(key), residents.peek('c')?.key, residents.entries]);
        residents.delete('c');
        residents.set(item('d'));
      });
      for (const key of 'abc') residents.set(item(key));
      expect(seen).toEqual([[undefined, 'c', 2]]);
      expect([residents.peek('c'), residents.peek('d')?.key, residents.entries]).toEqual([undefined, 'd', 2]);
    });

    it('keeps to its bounds, its pins and its order over any operations', () => {
      fc.assert(
        fc.property(limits, operations, (bounds, steps) => {
          const { residents, evicted } = open(bounds);
          const model = naive && new NaiveResidents(bounds, naive());
          const pinned = new Set<string>();
          for (const step of steps) {
            evicted.length = 0;
            const before = [...'abcdefghij'].filter((key) => residents.peek(key));
            if ('set' in step) {
              const taken = residents.set(step.set);
              expect(residents.peek(step.set.key)).toBe(taken ? step.set : undefined);
              if (model)
                expect(taken ? evicted : undefined).toEqual(model.set(step.set)?.map(({ key }) => key));
            } else if ('get' in step) {
              const found = residents.get(step.get);
              if (model) expect(found).toBe(model.get(step.get));
            } else if ('delete' in step) {
              expect(residents.delete(step.delete)).toBe(before.includes(step.delete));
              model?.delete(step.delete);
            } else if ('pin' in step) {
              residents.pin(step.pin);
              pinned.add(step.pin);
              model?.pin(step.pin);
            } else {
              residents.unpin(step.unpin);
              pinned.delete(step.unpin);
              model?.unpin(step.unpin);
            }
            const held = [...'abcdefghij']
              .map((key) => residents.peek(key))
              .filter((one) => one !== undefined);
            const bytes = held.reduce((sum, one) => sum + Math.max(1, one.bytes), 0);
            expect([residents.entries, residents.bytes]).toEqual([held.length, bytes]);
            if (held.length > bounds.entries || bytes > bounds.bytes) expect.fail('over the bounds');
            if (evicted.length > 0 && !('set' in step)) expect.fail('evicted without need');
            for (const key of evicted) expect([before.includes(key), pinned.has(key)]).toEqual([true, false]);
            if (model) expect(held.map(({ key }) => key)).toEqual([...model.kept.keys()].sort());
          }
        }),
        replay,
      );
    });
  });
}
