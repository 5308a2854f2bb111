import { describe, expect, it } from 'vitest';
import { PendingBumps } from '../../../src/cache/shared/pending-bumps.ts';
import { SharedGenerations, shortName } from '../../../src/cache/shared/shared-generations.ts';
import { patternMatcher } from '../../../src/freshness/pattern-matcher.ts';

const LINE = 'line';

/** What one instance knows after these names were invalidated, one after the other, from place 1 on. */
function having(...names: readonly string[]) {
  const generations = new SharedGenerations(patternMatcher());
  generations.take({ position: { place: 0, line: LINE }, from: 0, floor: 0, bumps: [] });
  const bumps = names.map((name, i) => ({ name, at: i + 1, cause: '' }));
  generations.take({ position: { place: names.length, line: LINE }, from: 0, floor: 0, bumps });
  const holds = (key: string, more: { started?: number; createdAt?: number } = {}) =>
    generations.holds(key, { names: ['*'], started: 0, line: LINE, createdAt: 100, ...more });
  return { generations, holds };
}

const RULES: [string, [key: string, createdAt: number][], [key: string, createdAt: number][]][] = [
  ['pattern a:*', [['a:1', 100]], [['b:1', 100]]],
  [
    'regex ^[ab]:\\d$',
    [
      ['a:1', 100],
      ['b:2', 100],
    ],
    [
      ['a:10', 100],
      ['c:1', 100],
    ],
  ],
  [
    'before 100',
    [
      ['a:1', 99],
      ['b:1', 0],
    ],
    [
      ['a:1', 100],
      ['b:1', 101],
    ],
  ],
  ['regex a(?=b)', [['c:1', 100]], []],
  ['before never', [['c:1', 100]], []],
  [shortName(`regex ${'x'.repeat(600)}`), [['c:1', 100]], []],
];

describe('a rule of what is invalid', () => {
  it.each(RULES)('%s hits what it says, as far as that was begun before it', (name, hit, spared) => {
    const { holds } = having(name);
    for (const [key, createdAt] of hit) {
      expect([key, holds(key, { createdAt })]).toEqual([key, false]);
      expect([key, holds(key, { createdAt, started: 1 })]).toEqual([key, true]);
    }
    for (const [key, createdAt] of spared) expect([key, holds(key, { createdAt })]).toEqual([key, true]);
  });

  it.each(RULES)(
    '%s holds here before the server has heard of it, and no longer than until then',
    (name, hit, spared) => {
      const pending = new PendingBumps(patternMatcher(), undefined, () => {});
      pending.add([{ name, cause: '' }]);
      for (const [key, createdAt] of hit) expect(pending.hit(key, { names: ['*'], createdAt })).toBe(true);
      for (const [key, createdAt] of spared)
        expect(pending.hit(key, { names: ['*'], createdAt })).toBe(false);
      pending.add([{ name: 'tag other', cause: '' }]);
      pending.delivered(pending.first(1));
      for (const [key, createdAt] of hit) expect(pending.hit(key, { names: ['*'], createdAt })).toBe(false);
    },
  );

  it('of which there are too many is not forgotten: what was begun before it is not served any more', () => {
    const many = Array.from({ length: 300 }, (_, i) => (i % 2 ? `regex ^never-${i}$` : `before ${i / 1e6}`));
    const { holds } = having('regex ^a:', ...many);
    expect(holds('a:1')).toBe(false);
    expect(holds('b:1')).toBe(false); // in doubt
    expect(holds('b:1', { started: 100 })).toBe(true);
  });
});
