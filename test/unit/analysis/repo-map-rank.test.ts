import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Names } from '../../../src/analysis/names/names.ts';
import { nameGraph } from '../../../src/analysis/repo-map/name-graph.ts';
import { pageRank } from '../../../src/analysis/repo-map/page-rank.ts';
import type { ByFile } from '../../../src/analysis/workspace/parts.ts';

const NAMES = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'xy'];

const names = fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 5 }).map((all) => all.sort());
const workspaces = fc
  .array(fc.record({ defines: names, uses: names }), { minLength: 1, maxLength: 8 })
  .map((all): ByFile<Names> => all.map((each, file) => [`${file}.ts`, each]));

/** Every edge of the graph in a matrix, every file multiplied with every other. */
function dense(files: ByFile<Names>, weight: (name: string) => number, start: readonly number[]): number[] {
  const edge = ([, { uses, defines: own }]: ByFile<Names>[number], [, { defines }]: ByFile<Names>[number]) =>
    uses
      .filter((name) => name.length >= 3 && defines.includes(name) && !own.includes(name))
      .reduce((sum, name) => sum + weight(name), 0);
  const matrix = files.map((from) => files.map((to) => edge(from, to)));
  let ranks = [...start];
  for (let round = 0; round < 500; round++) {
    const next = start.map((begin) => 0.15 * begin);
    for (const [from, row] of matrix.entries()) {
      const out = row.reduce((sum, each) => sum + each, 0);
      const shares = out > 0 ? row.map((each) => each / out) : start;
      for (const [to, share] of shares.entries())
        next[to] = (next[to] as number) + 0.85 * (ranks[from] as number) * share;
    }
    ranks = next;
  }
  return ranks;
}

describe('the rank of files', () => {
  it('is that of PageRank over all pairs of files', async () => {
    const cases = fc.tuple(
      workspaces,
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 8, maxLength: 8 }),
    );
    await fc.assert(
      fc.asyncProperty(cases, cases, async ([files, numbers], [, starts]) => {
        const graph = await nameGraph(files);
        const weightOf = (name: string) => (numbers[NAMES.indexOf(name)] as number) / 3;
        const some = starts.slice(0, files.length);
        const sum = some.reduce((total, each) => total + each, 0);
        const start = files.map((_, file) => (some[file] as number) / sum);
        const weight = Float64Array.from(graph.names, weightOf);
        const ranks = await pageRank(graph, weight, Float64Array.from(start));
        const expected = dense(files, weightOf, start);
        for (const [file, rank] of expected.entries()) expect(ranks.files[file]).toBeCloseTo(rank, 4);
        expect(ranks.files.reduce((total, each) => total + each, 0)).toBeCloseTo(1, 6);
      }),
    );
  });

  it('flows through a name to all who define it', async () => {
    const graph = await nameGraph([
      ['a.ts', { defines: ['shared'], uses: [] }],
      ['b.ts', { defines: ['shared', 'unused'], uses: [] }],
      ['c.ts', { defines: [], uses: ['shared'] }],
    ]);
    const ranks = await pageRank(graph, new Float64Array(2).fill(1), new Float64Array(3).fill(1 / 3));
    expect(ranks.files[0]).toBeCloseTo(ranks.files[1] as number);
    expect(ranks.files[0]).toBeGreaterThan(ranks.files[2] as number);
    expect(ranks.names[1]).toBe(0);
  });
});

describe('names that say nothing', () => {
  const users = (name: string, definers: number): ByFile<Names> => [
    ...Array.from({ length: definers }, (_, i): ByFile<Names>[number] => [
      `${i}.ts`,
      { defines: [name], uses: [] },
    ]),
    ['user.ts', { defines: [], uses: [name] }],
  ];

  it.each([
    ['run', 20, 1],
    ['run', 21, 0],
    ['go', 1, 0],
  ])('%s, defined in %i files, counts %i times', async (name, definers, counts) => {
    const { uses } = await nameGraph(users(name, definers));
    expect(uses.names).toHaveLength(counts);
  });
});
