import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ranking } from '../../../src/cache/eviction/ranking.ts';

const id = fc.nat(39);
const step = fc.oneof(
  fc.record({ id, rank: fc.nat(20) }),
  fc.record({ id, by: fc.nat(5) }),
  fc.record({ id, removed: fc.constant(true) }),
);

describe('a ranking', () => {
  it('has the lowest first, of equals the one with the lower tie, over any operations', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
        const ranking = new Ranking();
        const model = new Map<number, { rank: number; tie: number }>();
        for (const [tie, { id, ...what }] of steps.entries()) {
          const known = model.get(id);
          if ('rank' in what && !known) {
            ranking.add(id, what.rank, tie);
            model.set(id, { rank: what.rank, tie });
          } else if ('by' in what && known) {
            ranking.raise(id, known.rank + what.by, tie);
            model.set(id, { rank: known.rank + what.by, tie });
          } else if ('removed' in what && known) {
            ranking.remove(id);
            model.delete(id);
          }
          const [first] = [...model].sort(([, a], [, b]) => a.rank - b.rank || a.tie - b.tie);
          if (ranking.first !== first?.[0]) expect.fail(`${ranking.first} instead of ${first?.[0]}`);
        }
      }),
      { numRuns: 200 },
    );
  });
});
