import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyses } from '../../../src/analysis/registry.ts';
import { AnalysisRunner } from '../../../src/analysis/runner.ts';
import type { Found } from '../../../src/analysis/search/search.ts';
import { FolderDisk } from '../../../src/freshness/disk.ts';
import { OverlayDisk } from '../../../src/freshness/overlay-disk.ts';
import { temporaryFolder, workspaceWith, write } from '../../support/workspace.ts';
import { openCountingParser } from './built-parser.ts';

const parser = await openCountingParser();
const LIMIT = 1000;
const GIGABYTE = 1 << 30;

/** Tells of the files that are read. */
class ReadingDisk extends FolderDisk {
  readonly seen: string[] = [];

  override read(path: string): Promise<Uint8Array> {
    this.seen.push(path);
    return super.read(path);
  }
}

function workspace(files: Record<string, string>) {
  const root = temporaryFolder();
  for (const [path, text] of Object.entries(files)) write(root, path, text);
  const disk = new ReadingDisk(root);
  const unsaved = new OverlayDisk(disk);
  const wired: { runner?: AnalysisRunner } = {};
  const { cache } = workspaceWith({}, { disk: unsaved, recipe: (key) => wired.runner?.recipe(key) });
  const analysed = (maxFileBytes: number) => analyses(parser, { maxFileBytes }).all;
  const runner = new AnalysisRunner(cache, analysed(LIMIT));
  wired.runner = runner;
  const ask = async (name: string, params: object) => {
    const answer = await runner.run(name, params).catch((error: Error) => error.message);
    return typeof answer === 'string' ? answer : { ...(answer.value as object), hit: answer.hit };
  };
  return { root, disk, unsaved, cache, ask, limit: (bytes: number) => runner.replace(analysed(bytes)) };
}

/** TypeScript of so many bytes with one function in it. */
function code(bytes: number): string {
  return `export function fun() {}\n//${'x'.repeat(bytes - 27)}`;
}

const PER_FILE: readonly (readonly [string, object])[] = [
  ['outline', { path: 'a.ts' }],
  ['imports', { path: 'a.ts' }],
  ['tokens', { path: 'a.ts' }],
];

describe('another limit for the size of files', () => {
  it.each(PER_FILE)(
    'gives %s at the next question when it is raised, and refuses when it is lowered',
    async (name, params) => {
      const { ask, limit } = workspace({ 'a.ts': code(LIMIT + 1) });
      const refused = expect.stringContaining('a.ts is too large');
      expect([await ask(name, params), await ask(name, params)]).toEqual([refused, refused]);
      limit(LIMIT + 1);
      expect(await ask(name, params)).toMatchObject({ hit: false });
      expect(await ask(name, params)).toMatchObject({ hit: true });
      limit(LIMIT);
      expect(await ask(name, params)).toEqual(refused);
    },
  );

  it('is obeyed by what is asked of the whole workspace', async () => {
    const { ask, limit } = workspace({
      'a.ts': code(LIMIT + 1),
      'b.ts': "import { fun } from './a';\nfun();\n",
    });
    const mentions = async () => JSON.stringify(await ask('references', { name: 'fun' }));
    const found = async () =>
      ((await ask('search', { query: 'function fun' })) as unknown as Found).matches.length;
    const named = async () => JSON.stringify(await ask('symbols', { query: 'fun' }));
    const mapped = async () => JSON.stringify(await ask('repo-map', {}));
    expect([await mentions(), await named(), await mapped()].join()).not.toContain('a.ts');
    expect(await found()).toBe(0);
    limit(2 * LIMIT);
    for (const answer of [await mentions(), await named(), await mapped()]) expect(answer).toContain('a.ts');
    expect(await found()).toBe(1);
    limit(LIMIT);
    expect([await mentions(), await named(), await mapped()].join()).not.toContain('a.ts');
    expect(await found()).toBe(0);
  });
});

describe('a file of a gigabyte', () => {
  it('is refused and skipped without being read, until it is small', async () => {
    const { root, disk, ask } = workspace({ 'a.ts': '', 'b.ts': 'export const b = 1;\n' });
    truncateSync(join(root, 'a.ts'), GIGABYTE);
    for (const [name, params] of PER_FILE)
      for (let i = 0; i < 2; i++) expect(await ask(name, params)).toContain('a.ts is too large');
    expect(await ask('search', { query: 'b =' })).toMatchObject({ skipped: 1, matches: [{ path: 'b.ts' }] });
    expect(await ask('tokens', { glob: '**' })).toMatchObject({ files: 1, skipped: 1 });
    expect(await ask('symbols', { query: 'b' })).toMatchObject({ symbols: [{ path: 'b.ts' }] });
    expect(disk.seen).not.toContain('a.ts');
    writeFileSync(join(root, 'a.ts'), 'export const bb = 2;\n');
    for (const [name, params] of PER_FILE) expect(await ask(name, params)).toMatchObject({ hit: false });
    expect(await ask('search', { query: 'b =' })).toMatchObject({
      matches: [{ path: 'a.ts' }, { path: 'b.ts' }],
    });
  });

  it('that grows leaves the refusal as it is; one that is replaced by the text of an editor does not', async () => {
    const { root, unsaved, ask, cache } = workspace({ 'a.ts': code(LIMIT + 1) });
    const refusal = await ask('outline', { path: 'a.ts' });
    const [{ key } = { key: '' }] = [...cache.cache.entries()];
    truncateSync(join(root, 'a.ts'), GIGABYTE);
    expect(await cache.get(key)).toEqual({ refused: refusal });
    unsaved.set('a.ts', () => 'export const unsaved = 1;');
    expect(await ask('outline', { path: 'a.ts' })).toMatchObject({ symbols: [{ name: 'unsaved' }] });
    unsaved.set('a.ts', () => code(LIMIT + 1));
    expect(await ask('outline', { path: 'a.ts' })).toEqual(refusal);
  });

  it('is what a refusal rests on: invalidating the file takes it along, also after it was stored and read again', async () => {
    const { cache, ask } = workspace({ 'a.ts': code(LIMIT + 1) });
    await ask('outline', { path: 'a.ts' });
    const [entry] = [...cache.cache.entries()];
    expect(entry?.stamp.dependencies).toEqual([{ on: 'over', path: 'a.ts', bytes: LIMIT, digest: 'over' }]);
    expect((await cache.invalidate({ file: 'a.ts' })).entries).toBe(1);
    expect(await cache.get(entry?.key ?? '')).toBeUndefined();
  });
});
