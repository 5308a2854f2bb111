import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Slices } from '../../../src/cache/slices.ts';
import { firstInSlices } from '../../../src/insight/sort-in-slices.ts';

it('gives the first ones as sorting all of them would', async () => {
  const many = fc.array(fc.nat(1000), { maxLength: 6000, size: 'max' });
  await fc.assert(
    fc.asyncProperty(many, fc.nat(3000), async (numbers, most) => {
      const items = numbers.map((number, i) => ({ number, i }));
      const compare = (a: (typeof items)[number], b: (typeof items)[number]) =>
        a.number - b.number || a.i - b.i;
      const first = await firstInSlices(items, most, compare, new Slices());
      expect(first.slice(0, most)).toEqual([...items].sort(compare).slice(0, most));
      expect(first.length).toBeGreaterThanOrEqual(Math.min(most, items.length));
    }),
    { numRuns: 60 },
  );
});
