import { describe, expect, it, vi } from 'vitest';
import { type Found, searchAnalysis } from '../../../src/analysis/search/search.ts';
import { filesAnalysis, filesPart, textsIn } from '../../../src/analysis/search/texts.ts';
import { FolderDisk } from '../../../src/freshness/disk.ts';
import { openParser } from './built-parser.ts';
import { analysesOver } from './search-workspace.ts';

const parser = openParser();
const MOST_BYTES = 2000;

function searching(files: Record<string, string>, settings?: Record<string, unknown>) {
  const hidden = [filesAnalysis, filesPart.analysis, textsIn(MOST_BYTES).analysis];
  const workspace = analysesOver(files, [searchAnalysis(parser, MOST_BYTES), ...hidden], settings);
  const search = async (query: string, params: object = {}) => {
    const { value, hit } = await workspace.run('search', { query, ...params });
    return { ...(value as Found), hit };
  };
  const lines = async (query: string, params: object = {}) => {
    const { matches } = await search(query, params);
    return matches.map(({ path, line, text }) => `${path}:${line}:${text}`);
  };
  return { ...workspace, search, lines };
}

describe('what is found', () => {
  it('is the lines that match, by path and line', async () => {
    const { lines } = searching({
      'b.txt': 'one\r\nTwo one\rone\n',
      'a/c.txt': 'none\n\nx',
      'a.txt': 'oNe one',
    });
    expect(await lines('one')).toEqual([
      'a.txt:1:oNe one',
      'a/c.txt:1:none',
      'b.txt:1:one',
      'b.txt:2:Two one',
      'b.txt:3:one',
    ]);
    expect(await lines('oNe', { caseSensitive: true })).toEqual(['a.txt:1:oNe one']);
    expect(await lines('one', { word: true })).not.toContain('a/c.txt:1:none');
    expect(await lines('^one$', { regex: true })).toEqual(['b.txt:1:one', 'b.txt:3:one']);
    expect(await lines('^$', { regex: true })).toEqual(['a/c.txt:2:']);
  });

  it('takes a query literally unless it is a regular expression', async () => {
    const { lines } = searching({ 'a.txt': 'f(x) [1-2]\nfx' });
    expect(await lines('f(x)')).toEqual(['a.txt:1:f(x) [1-2]']);
    expect(await lines('[1-2]')).toEqual(['a.txt:1:f(x) [1-2]']);
    expect(await lines('f(x)', { regex: true })).toEqual(['a.txt:2:fx']);
  });

  it('reads regular expressions with Unicode, and those that only make sense without', async () => {
    const { lines } = searching({ 'a.txt': 'É😀\n{x' });
    expect(await lines('^\\p{Lu}.$', { regex: true, caseSensitive: true })).toEqual(['a.txt:1:É😀']);
    expect(await lines('é')).toEqual(['a.txt:1:É😀']);
    expect(await lines('{x', { regex: true, word: true })).toEqual(['a.txt:2:{x']);
  });

  it('comes with the lines around it', async () => {
    const { search } = searching({ 'a.txt': '1\n2\nx\n4\n' });
    expect((await search('x', { context: 2 })).matches).toEqual([
      { path: 'a.txt', line: 3, text: 'x', before: ['1', '2'], after: ['4'] },
    ]);
    expect((await search('1', { context: 1 })).matches).toEqual([
      { path: 'a.txt', line: 1, text: '1', after: ['2'] },
    ]);
  });

  it('is cut around the match where a line is long', async () => {
    const { search } = searching({ 'a.txt': `${'😀'.repeat(200)}needle${'x'.repeat(500)}` });
    const text = (await search('needle')).matches[0]?.text ?? '';
    expect(text).toMatch(/^…😀+needlex+…$/u);
    expect(text.length).toBeLessThanOrEqual(302);
  });

  it('is of the files that the globs name', async () => {
    const { lines } = searching({ 'a.ts': 'x', 'src/b.ts': 'x', 'src/gen/c.ts': 'x', 'src/d.md': 'x' });
    expect(await lines('x', { include: ['src/**'] })).toHaveLength(3);
    expect(await lines('x', { include: ['**/*.ts'], exclude: ['src/gen'] })).toEqual([
      'a.ts:1:x',
      'src/b.ts:1:x',
    ]);
    expect(await lines('x', { include: ['none/**'] })).toEqual([]);
  });

  it('leaves out what ignore files and the setting leave out, and counts what it cannot search', async () => {
    const { write, search } = searching(
      {
        '.gitignore': 'out/\n',
        'out/a.txt': 'x',
        'dist/b.txt': 'x',
        'c.txt': 'x',
        'large.txt': 'x'.repeat(MOST_BYTES + 1),
        'd.png': 'x',
      },
      { 'files.exclude': { dist: true, 'c.txt': false } },
    );
    write('binary', new Uint8Array([120, 0, 120]));
    write('latin', new Uint8Array([120, 0xe9]));
    const { matches, files, skipped } = await search('x');
    expect(matches.map(({ path }) => path)).toEqual(['c.txt', 'latin']);
    expect({ files, skipped }).toEqual({ files: 3, skipped: 3 });
    expect((await search('x', { include: ['c.txt'] })).skipped).toBeUndefined();
  });

  it('stops at the limit, at the same place each time', async () => {
    const files = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`f${1000 + i}.txt`, 'x\nx\n']));
    const { search } = searching(files);
    const found = await search('x', { limit: 5 });
    expect(found.matches.map(({ path, line }) => `${path}:${line}`)).toEqual([
      'f1000.txt:1',
      'f1000.txt:2',
      'f1001.txt:1',
      'f1001.txt:2',
      'f1002.txt:1',
    ]);
    expect(found).toMatchObject({ truncated: { shown: 5 }, files: 3 });
    expect(await search('x', { limit: 400 })).not.toHaveProperty('truncated');
    expect((await search('x', { limit: 400 })).files).toBe(200);
  });
});

describe('what does not fit', () => {
  const { search } = {
    search: (query: unknown, params = {}) => searching({}).run('search', { query, ...params }),
  };

  it.each([
    ['', {}, 'The query is empty'],
    ['x'.repeat(1001), {}, '1000 characters'],
    ['a\nb', {}, 'within lines'],
    ['(', { regex: true }, /regular expression is not understood: .*Unterminated group/],
    ['a)(b', { regex: true, word: true }, 'regular expression is not understood'],
    ['x', { include: ['/etc/*'] }, 'relative to the workspace folder'],
    ['x', { exclude: [''] }, 'must not be empty'],
    ['x', { limit: 0 }, 'limit'],
    ['x', { limit: 2001 }, '2000 matches'],
    ['x', { context: 4 }, '3 lines'],
    ['x', { path: 'a' }, 'There is no "path"'],
  ])('%j %j is refused', async (query, params, message) => {
    await expect(search(query, params)).rejects.toMatchObject({ name: 'AnalysisError' });
    await expect(search(query, params)).rejects.toThrow(message);
  });

  it('is asked under one key however it is written', () => {
    const { id, paramsOf } = searchAnalysis(parser, 1);
    const long = { query: 'a', regex: false, include: ['b', 'a', 'b'], exclude: [], limit: 200, context: 0 };
    expect(id(long)).toBe(id({ query: 'a', include: ['a', 'b'] }));
    expect(id(paramsOf(id({ query: 'a', word: true, limit: 3 })))).toBe(
      id({ query: 'a', word: true, limit: 3 }),
    );
    expect(id({ query: 'a' })).not.toBe(id({ query: 'a', caseSensitive: true }));
    expect(searchAnalysis(parser, 1).params.safeParse(paramsOf('{"query":~hash')).success).toBe(false);
  });
});

it('gives up a pattern that takes too long, for this time, without holding anybody up', async () => {
  const quick = openParser({ limitMs: 300 });
  const hidden = [filesAnalysis, filesPart.analysis, textsIn(MOST_BYTES).analysis];
  const { run, write } = analysesOver({ 'a.txt': `${'a'.repeat(60)}b` }, [
    searchAnalysis(quick, MOST_BYTES),
    ...hidden,
  ]);
  const ask = () => run('search', { query: '^(a+)+$', regex: true });
  let turns = 0;
  const turning = setInterval(() => turns++, 1);
  await expect(ask()).rejects.toMatchObject({
    name: 'AnalysisError',
    message: 'The pattern takes too long, simplify it: the search was given up after 0.3 s.',
  });
  clearInterval(turning);
  expect(turns).toBeGreaterThan(10);
  expect((await run('search', { query: 'b$', regex: true })).value).toMatchObject({ files: 1 });
  write('a.txt', 'aa');
  expect(await ask()).toMatchObject({ hit: false, value: { matches: [{ line: 1 }] } });
});

describe('after a change', () => {
  const COUNT = 320;
  const many = () =>
    Object.fromEntries(
      Array.from({ length: COUNT }, (_, i) => [`d${i % 10}/f${i}.txt`, `line\nneedle ${i}\n`]),
    );

  it('nothing is read when nothing changed', async () => {
    const { search, reads, rest } = searching(many());
    await rest();
    expect((await search('needle 7')).hit).toBe(false);
    const before = reads();
    expect((await search('needle 7')).hit).toBe(true);
    expect(reads()).toBe(before);
  });

  it.each(['edited', 'added', 'removed'] as const)('only what was near the %s file is read', async (what) => {
    const { search, lines, reads, write, remove, rest } = searching(many());
    await rest();
    expect(await lines('needle 77')).toEqual(['d7/f77.txt:2:needle 77']);
    await search('needle 77', { caseSensitive: true });
    if (what === 'removed') remove('d7/f77.txt');
    else write(what === 'added' ? 'd0/new.txt' : 'd7/f77.txt', 'x\n\nneedle 77!');
    await rest();
    const before = reads();
    const now = await search('needle 77');
    const expected = { edited: ['d7/f77.txt:3'], added: ['d0/new.txt:3', 'd7/f77.txt:2'], removed: [] }[what];
    expect(now.matches.map(({ path, line }) => `${path}:${line}`)).toEqual(expected);
    expect(now.files).toBe({ edited: COUNT, added: COUNT + 1, removed: COUNT - 1 }[what]);
    // Of 64 parts, one: about 5 files, and the one that is another now.
    expect(reads() - before).toBeLessThan(20);
    expect((await search('needle 77')).hit).toBe(true);
  });

  it('a file may have become a folder', async () => {
    const { lines, write, remove } = searching({ 'a.txt': 'x', 'b.txt': 'x' });
    expect(await lines('x')).toHaveLength(2);
    remove('b.txt');
    write('b.txt/c.txt', 'x');
    expect(await lines('x')).toEqual(['a.txt:1:x', 'b.txt/c.txt:1:x']);
  });
});

it('goes around a file that cannot be read, until it can be', async () => {
  const { search, lines } = searching({ 'a.txt': 'x', 'b.txt': 'x' });
  const { read } = FolderDisk.prototype;
  const faulty = vi.spyOn(FolderDisk.prototype, 'read').mockImplementation(function (this: FolderDisk, path) {
    return path === 'b.txt' ? Promise.reject(new Error('EIO')) : read.call(this, path);
  });
  expect(await search('x')).toMatchObject({ matches: [{ path: 'a.txt' }], skipped: 1 });
  faulty.mockRestore();
  expect(await lines('x')).toEqual(['a.txt:1:x', 'b.txt:1:x']);
});
