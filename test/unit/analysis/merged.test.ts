import { expect, it } from 'vitest';
import { merged } from '../../../src/analysis/workspace/merged.ts';

it.each([0, 1, 2, 7, 64])(
  'puts %i lists that are in order together as sorting all of them would',
  async (count) => {
    const path = (i: number) => `src/${(i * 7919) % 1000}.ts`;
    const lists = Array.from({ length: count }, (_, part) => {
      const paths = Array.from({ length: part % 5 === 3 ? 0 : 20 + part }, (_, i) => path(i * 64 + part));
      return paths.sort().map((each) => [each, part] as const);
    });
    const sorted = lists.flat().sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    expect(await merged(lists)).toEqual(sorted);
  },
);

it('lets others run in between', async () => {
  const rows = Array.from({ length: 64 }, (_, part) =>
    Array.from({ length: 1500 }, (_, i) => [`${i}`.padStart(6, '0') + part, i] as const),
  );
  let turns = 0;
  const turn = () => {
    turns++;
    next = setImmediate(turn);
  };
  let next = setImmediate(turn);
  expect((await merged(rows)).length).toBe(96_000);
  clearImmediate(next);
  expect(turns).toBeGreaterThan(2);
});
