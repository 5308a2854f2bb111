import { describe, expect, it } from 'vitest';
import { measure, pairs, STAND_IN } from '../../../quality/semantic/measure.ts';

const all = [...pairs('tune'), ...pairs('held-out')];

describe('what is served of the labelled pairs', () => {
  it('has enough of both labels in both halves', () => {
    expect(all.length).toBeGreaterThanOrEqual(300);
    for (const half of ['tune', 'held-out'] as const)
      for (const label of ['same', 'different'] as const)
        expect(pairs(half).filter((pair) => pair.label === label).length).toBeGreaterThanOrEqual(50);
    expect(new Set(all.map(({ a, b }) => `${a}\n${b}`)).size).toBe(all.length);
    expect(all.filter(({ a, b }) => a === b)).toEqual([]);
  });

  it.each([
    ['offline', undefined, 0.25],
    ['with a stand-in for a model', STAND_IN, 0.5],
  ] as const)('is right on the half that nothing was tuned on, %s', async (_, embedder, leastRecall) => {
    const { same, right, wrong } = await measure(pairs('held-out'), embedder);
    expect(right / (right + wrong.length)).toBeGreaterThanOrEqual(0.99);
    expect(wrong).toEqual([]);
    expect(right / same).toBeGreaterThan(leastRecall);
  });
});
