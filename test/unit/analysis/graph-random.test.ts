import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Ask } from '../../../src/analysis/analysis.ts';
import { dependentsAnalysis } from '../../../src/analysis/graph/dependents.ts';
import { impactAnalysis } from '../../../src/analysis/graph/impact.ts';
import type { Targets } from '../../../src/analysis/graph/importers.ts';
import { importsAnalysis } from '../../../src/analysis/imports/imports.ts';
import { type ByFile, partsOf } from '../../../src/analysis/workspace/parts.ts';
import { openParser } from './built-parser.ts';
import { FakeContext } from './fake-context.ts';

const FILES = 12;
const name = (file: number) => `${String.fromCharCode(97 + (file % 3))}/${file}.ts`;

/** Random imports between a few files, as pairs of importer and imported. */
const graphs = fc.array(fc.tuple(fc.nat(FILES - 1), fc.nat(FILES - 1)), {
  minLength: 15,
  maxLength: 40,
});

const imports = importsAnalysis(openParser(), 1000);

/** The analyses over these imports, and a context in which all files are there. */
function over(edges: readonly (readonly [number, number])[]) {
  const all = Array.from({ length: FILES }, (_, file) => name(file)).sort();
  const targets = (path: string) =>
    [...new Set(edges.flatMap(([from, to]) => (name(from) === path ? [name(to)] : [])))].sort();
  const byFile: ByFile<Targets> = all.map((path) => [path, targets(path)]);
  const parts = { ...partsOf('imports-part', 1, imports, () => []), all: async () => byFile };
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
  const ask = (async (_analysis: unknown, { path }: { path: string }) => ({
    language: 'typescript',
    imports: targets(path).map((target) => ({ specifier: target, kind: 'import', range, targets: [target] })),
  })) as unknown as Ask;
  const context = new FakeContext(Object.fromEntries(all.map((path) => [path, ''])));
  return {
    dependents: (path: string) => dependentsAnalysis(imports, parts).run({ path }, context, ask),
    impact: (path: string, depth: number) => impactAnalysis(parts).run({ path, depth }, context, ask),
  };
}

/** Distances by relaxing every import until nothing changes. */
function distances(edges: readonly (readonly [number, number])[], start: number): number[] {
  const far = Array.from({ length: FILES }, (_, file) => (file === start ? 0 : Number.POSITIVE_INFINITY));
  for (let round = 0; round < FILES; round++)
    for (const [from, to] of edges) far[from] = Math.min(far[from] as number, (far[to] as number) + 1);
  return far;
}

it('dependents are the files with an import that leads there', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, fc.nat(FILES - 1), async (edges, file) => {
      const { dependents } = await over(edges).dependents(name(file));
      const expected = edges.flatMap(([from, to]) => (to === file && from !== file ? [name(from)] : []));
      expect(dependents.map(({ path }) => path)).toEqual([...new Set(expected)].sort());
      expect(dependents.every((each) => each.imports.length === 1)).toBe(true);
    }),
  );
});

it('the impact is every file from which imports lead there, at its least distance', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, fc.nat(FILES - 1), fc.integer({ min: 1, max: 6 }), async (edges, file, most) => {
      const { files, deeper } = await over(edges).impact(name(file), most);
      const far = distances(edges, file);
      const reached = [...far.entries()]
        .filter(([, depth]) => depth > 0 && depth <= most)
        .map(([each, depth]) => ({ path: name(each), depth }))
        .sort((a, b) => a.depth - b.depth || (a.path < b.path ? -1 : 1));
      expect(files.map(({ path, depth }) => ({ path, depth }))).toEqual(reached);
      expect(deeper === true).toBe(far.some((depth) => depth > most && depth < Number.POSITIVE_INFINITY));
      for (const { path, depth, through } of files) {
        const nearer = edges.flatMap(([from, to]) =>
          name(from) === path && far[to] === depth - 1 ? [name(to)] : [],
        );
        expect(through).toBe(nearer.sort()[0]);
      }
    }),
  );
});
