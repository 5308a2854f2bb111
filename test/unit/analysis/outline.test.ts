import { describe, expect, it } from 'vitest';
import type { OutlineSymbol } from '../../../src/analysis/outline/symbols.ts';
import { analyses } from '../../../src/analysis/registry.ts';
import { openParser } from './built-parser.ts';
import { FakeContext, noOther } from './fake-context.ts';
import { outlineLines } from './rendering.ts';

const [outline] = analyses(openParser(), { maxFileBytes: 2000 }).perFile;
if (outline?.name !== 'outline') throw new Error('no outline');

interface Result {
  readonly symbols: readonly OutlineSymbol[];
  readonly errors?: number;
}

async function run(path: string, content: string | Uint8Array): Promise<Result> {
  return (await outline?.run({ path }, new FakeContext({ [path]: content }), noOther)) as Result;
}

async function lines(path: string, content: string | Uint8Array): Promise<string[]> {
  return outlineLines((await run(path, content)).symbols);
}

describe('positions', () => {
  it('counts UTF-16 code units', async () => {
    expect(await lines('a.ts', "const s = '😀é'; class 𝒜b {}")).toEqual([
      'constant s 0:0-0:16 @0:6-0:7',
      'class 𝒜b 0:17-0:29 @0:23-0:26',
    ]);
    expect(await lines('a.py', "s = '😀'; t = 1\n")).toEqual([
      'variable s 0:0-0:8 @0:0-0:1',
      'variable t 0:10-0:15 @0:10-0:11',
    ]);
  });

  it('does not count a byte-order mark', async () => {
    expect(await lines('a.ts', '\uFEFFclass A {}')).toEqual(['class A 0:0-0:10 @0:6-0:7']);
  });

  it.each([
    ['CRLF', '\r\n'],
    ['LF', '\n'],
    ['CR', '\r'],
  ])('counts lines that end in %s', async (_name, end) => {
    const text = ['// one', 'class A {', '  m() {}', '}'].join(end);
    expect(await lines('a.ts', text)).toEqual(['class A 1:0-3:1 @1:6-1:7', '  method m 2:2-2:8 @2:2-2:3']);
  });
});

describe('what is not as it should be', () => {
  it('gives an empty list for an empty file', async () => {
    expect(await run('a.ts', '')).toEqual({ language: 'typescript', symbols: [] });
  });

  it('says that there are errors and gives what it can', async () => {
    const result = await run('a.ts', 'class A { ok() {} broken( }\nfunction after() {}\nconst = 1;');
    expect(result.errors).toBeGreaterThan(0);
    const names = outlineLines(result.symbols).map((line) => line.trim().split(' ').slice(0, 2).join(' '));
    expect(names).toEqual(expect.arrayContaining(['class A', 'method ok', 'function after']));
  });

  it('finds what lies within an error', async () => {
    expect(await lines('a.ts', 'function f( {\n}\nclass B { m() {} }\n')).toEqual([
      'class B 2:0-2:18 @2:6-2:7',
      '  method m 2:10-2:16 @2:10-2:11',
    ]);
    expect(await lines('a.ts', 'class A { m() {}')).toEqual([
      'class A 0:0-0:16 @0:6-0:7',
      '  method m 0:10-0:16 @0:10-0:11',
    ]);
  });

  it('takes a global block in a module for what it is', async () => {
    const text = "declare module 'm' {\n  global {\n    var flag: boolean;\n  }\n}\n";
    expect(await lines('a.d.ts', text)).toEqual([
      'module m 0:0-4:1 @0:15-0:18',
      '  module global 1:2-3:3 @1:2-1:8',
      '    variable flag 2:4-2:22 @2:8-2:12',
    ]);
  });

  it.each([
    ['is not there', undefined, 'No such file in the workspace: a.ts'],
    [
      'is too large',
      'x'.repeat(2001),
      'a.ts is too large: files over 2000 bytes are not parsed (setting agentCache.analysis.maxFileKilobytes).',
    ],
    ['is binary', 'a\0b', 'a.ts is a binary file.'],
    ['is not UTF-8', new Uint8Array([0x61, 0xff]), 'a.ts is not UTF-8 text: save it as UTF-8.'],
  ])('refuses a file that %s, after reading it', async (_what, content, message) => {
    const context = new FakeContext(content === undefined ? {} : { 'a.ts': content });
    const refused = outline.run({ path: 'a.ts' }, context, noOther);
    await expect(refused).rejects.toMatchObject({ name: 'AnalysisError', message });
    expect(context.asked).toEqual([content === undefined ? 'read a.ts -' : 'read a.ts']);
  });

  it('refuses a language that it does not know', async () => {
    const refused = outline.run({ path: 'a.txt' }, new FakeContext({ 'a.txt': 'x' }), noOther);
    await expect(refused).rejects.toMatchObject({
      name: 'AnalysisError',
      message: expect.stringMatching('python'),
    });
  });
});

it('depends on the file and is tagged by analysis, language and folder', async () => {
  const context = new FakeContext({ 'src/cache/a.ts': '', 'b.py': '' });
  await outline.run({ path: 'src/cache/a.ts' }, context, noOther);
  await outline.run({ path: 'b.py' }, context, noOther);
  expect(context.asked).toEqual(['read src/cache/a.ts', 'read b.py']);
  expect(new Set(context.tags)).toEqual(
    new Set([
      'analysis/outline',
      'language/typescript',
      'folder/src/cache',
      'language/python',
      'folder/(root)',
    ]),
  );
});

it('gives the same JSON each time', async () => {
  const text = 'export class A { m() {} }\nfunction f() {}';
  expect(JSON.stringify(await run('a.ts', text))).toBe(JSON.stringify(await run('a.ts', text)));
});
