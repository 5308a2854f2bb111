import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Create, item, Keyed } from './keyed.ts';
import { type NaiveOrder, NaiveResidents } from './naive.ts';
import { replay } from './replay.ts';

const keys = fc.constantFrom(...'abcdefghij');
const lifetimes = fc.constantFrom(0, 5, 6, 7);
const limits = fc.record({ entries: fc.integer({ min: 0, max: 8 }), bytes: fc.integer({ min: 0, max: 40 }) });
const items = fc.record({
  key: keys,
  bytes: fc.nat(12),
  ms: fc.constantFrom(0, 0.3, 1, 2, 7, 1000),
  expiresAt: lifetimes,
});
const operation = fc.oneof(
  { weight: 12, arbitrary: items.map((value) => ({ set: value })) },
  { weight: 12, arbitrary: keys.map((key) => ({ get: key })) },
  { weight: 2, arbitrary: keys.map((key) => ({ delete: key })) },
  { weight: 2, arbitrary: keys.map((key) => ({ pin: key })) },
  { weight: 2, arbitrary: keys.map((key) => ({ unpin: key })) },
  { weight: 2, arbitrary: fc.tuple(keys, lifetimes).map((renew) => ({ renew })) },
  { weight: 1, arbitrary: limits.map((resize) => ({ resize })) },
  { weight: 1, arbitrary: fc.nat(40).map((shrink) => ({ shrink })) },
);
const operations = fc.array(operation, { maxLength: 200, size: 'max' });

/** What every eviction must do; `naive` says which item goes. */
export function describeEviction(name: string, create: Create, naive: () => NaiveOrder): void {
  describe(`${name} as an eviction`, () => {
    const open = (entries: number, bytes: number) => new Keyed(create, { entries, bytes });
    const sizes = ({ residents }: Keyed) => [residents.entries, residents.bytes];

    it('evicts nothing below the bounds', () => {
      const room = open(4, 40);
      for (const key of 'abcd') expect(room.set(item(key, { bytes: 10 }))).toBe(true);
      for (const key of 'abcdabcd') room.get(key);
      expect([room.evicted, sizes(room)]).toEqual([[], [4, 40]]);
    });

    it('makes room by count and by bytes, and never takes the newcomer', () => {
      const room = open(3, 10);
      for (const key of 'abcd') room.set(item(key));
      expect([room.evicted.length, room.residents.entries]).toEqual([1, 3]);
      room.set(item('large', { bytes: 9 }));
      expect(room.peek('large')).toBeDefined();
      expect([room.evicted.length, sizes(room)]).toEqual([3, [2, 10]]);
    });

    it('refuses what is larger than the whole, with no harm to the rest', () => {
      const room = open(3, 10);
      room.set(item('a'));
      room.set(item('b'));
      const unsized = item('b', { bytes: Number.NaN });
      expect(room.set(item('huge', { bytes: 11 }))).toBe(false);
      expect(room.set(unsized)).toBe(false);
      expect([room.evicted, sizes(room), unsized.slot]).toEqual([[], [1, 1], -1]);
    });

    it('replaces in place: not an eviction, and counted once', () => {
      const room = open(2, 10);
      room.set(item('a', { bytes: 4 }));
      room.set(item('b', { bytes: 4 }));
      room.set(item('a', { bytes: 6 }));
      const again = room.get('a');
      if (again) room.set(again);
      expect([room.evicted, sizes(room)]).toEqual([[], [2, 10]]);
    });

    it('numbers items by no more slots than were ever needed at once', () => {
      const room = open(3, 10);
      for (let i = 0; i < 50; i++) {
        room.set(item(`${i}`, { bytes: 1 + (i % 5) }));
        room.delete(`${i - 1}`);
        expect(room.peek(`${i}`)?.slot).toBeLessThan(3);
      }
    });

    it('keeps pinned keys, also replaced ones, and refuses what does not fit beside them', () => {
      const room = open(3, 100);
      const { residents } = room;
      residents.pin('later');
      for (const key of ['a', 'b', 'later']) room.set(item(key));
      residents.pin('a', room.peek('a'));
      room.set(item('a', { bytes: 2 }));
      for (let i = 0; i < 20; i++) room.set(item(`${i}`));
      expect(['a', 'later'].map((key) => room.peek(key)?.bytes)).toEqual([2, 1]);
      residents.pin('19');
      expect(room.set(item('c'))).toBe(false);
      const before = room.evicted.length;
      residents.unpin('a');
      expect(room.set(item('c'))).toBe(true);
      expect(room.evicted.slice(before)).toEqual(['a']);
    });

    it('evicts down to new bounds and to fewer bytes, but not what is pinned', () => {
      const room = open(10, 100);
      for (const key of 'abcdefgh') room.set(item(key, { bytes: 10 }));
      for (const key of 'abc') room.residents.pin(key);
      room.residents.resize({ entries: 6, bytes: 100 });
      expect([room.evicted.length, sizes(room)]).toEqual([2, [6, 60]]);
      expect(room.residents.shrink(45)).toBe(2);
      room.residents.resize({ entries: 1, bytes: 5 });
      expect([room.evicted.length, sizes(room)]).toEqual([5, [3, 30]]);
      room.residents.unpin('b');
      expect([room.evicted.at(-1), sizes(room)]).toEqual(['b', [2, 20]]);
      expect([...'ac'].map((key) => room.peek(key)?.key)).toEqual(['a', 'c']);
    });

    it('tells of an eviction when the newcomer is in, so that the listener may delete and set', () => {
      const seen: unknown[] = [];
      const room: Keyed = new Keyed(create, { entries: 2, bytes: 10 }, (key) => {
        seen.push([room.peek(key), room.peek('c')?.key, room.residents.entries]);
        room.delete('c');
        room.set(item('d'));
      });
      for (const key of 'abc') room.set(item(key));
      expect(seen).toEqual([[undefined, 'c', 2]]);
      expect([room.peek('c'), room.peek('d')?.key, room.residents.entries]).toEqual([undefined, 'd', 2]);
    });

    it('keeps to its bounds, its pins and its order over any operations', () => {
      fc.assert(
        fc.property(limits, operations, (bounds, steps) => {
          const room = new Keyed(create, bounds);
          const model = new NaiveResidents(bounds, naive());
          for (const step of steps) {
            room.evicted.length = 0;
            let evicted: string[] = [];
            if ('set' in step) {
              const newcomer = item(step.set.key, step.set);
              const expected = model.set(newcomer);
              expect(room.set(newcomer)).toBe(expected !== undefined);
              evicted = expected ?? [];
            } else if ('get' in step) {
              expect(room.get(step.get)).toBe(model.get(step.get));
            } else if ('delete' in step) {
              room.delete(step.delete);
              model.delete(step.delete);
            } else if ('pin' in step) {
              room.residents.pin(step.pin);
              model.pin(step.pin);
            } else if ('unpin' in step) {
              room.residents.unpin(step.unpin);
              evicted = model.unpin(step.unpin);
            } else if ('renew' in step) {
              const [key, expiresAt] = step.renew;
              const was = room.peek(key)?.expiresAt ?? 0;
              room.renew(key, expiresAt);
              model.renew(key, was);
            } else if ('resize' in step) {
              room.residents.resize(step.resize);
              evicted = model.resize(step.resize);
            } else {
              evicted = model.shrink(step.shrink);
              expect(room.residents.shrink(step.shrink)).toBe(evicted.length);
            }
            expect(room.evicted).toEqual(evicted);
            const held = [...'abcdefghij'].filter((key) => room.peek(key));
            expect(held).toEqual([...model.kept.keys()].sort());
            expect(sizes(room)).toEqual([held.length, model.bytes]);
          }
        }),
        replay,
      );
    });
  });
}
