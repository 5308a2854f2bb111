import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../../src/analysis/languages.ts';
import { namesAnalysis } from '../../../src/analysis/names/names.ts';
import { openParser } from './built-parser.ts';
import { FakeContext, noOther } from './fake-context.ts';
import { SAMPLES } from './names-samples.ts';
import { STATEMENTS } from './names-statements.ts';

const parser = openParser();
const names = fc.nat(9).map((n) => `name${n}`);

describe.each(LANGUAGES)('%s', (language) => {
  it('tells what a file defines and uses, outside comments and strings', async () => {
    const { text, defines, uses } = SAMPLES[language];
    expect((await parser.outline(language, Buffer.from(text))).errors).toBe(0);
    expect(await parser.names(language, Buffer.from(text))).toEqual({ defines, uses });
  });

  it('uses no name that stands in comments and strings only', async () => {
    const { start = '', end = '', hidden, visible } = STATEMENTS[language];
    const line = fc.record({ name: names, kind: fc.boolean(), which: fc.nat(20) });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 12 }), async (lines) => {
        const statements = lines.map(({ name, kind, which }) => {
          const all = kind ? visible : hidden;
          return all[which % all.length]?.(name);
        });
        const text = [start, ...statements, end].join('\n');
        expect((await parser.outline(language, Buffer.from(text))).errors).toBe(0);
        const seen = lines.flatMap(({ name, kind }) => (kind ? name : []));
        const { uses } = await parser.names(language, Buffer.from(text));
        expect(uses.filter((name) => /^name\d$/.test(name))).toEqual([...new Set(seen)].sort());
      }),
      { numRuns: 100 },
    );
  });
});

it('tells words apart from names that look like them', async () => {
  const text =
    "import { from, type } from './a'; export { get as of }; for (const async of type) get(async);";
  const { uses } = await parser.names('typescript', Buffer.from(text));
  expect(uses).toEqual(['async', 'from', 'get', 'of', 'type']);
  const plain = await parser.names('typescript', Buffer.from("import type a from './a'; for (a of a);"));
  expect(plain.uses).toEqual([]);
});

it.each([
  ['csharp', 'class A { int get => from(set, value); int B { get; set; } }', ['from', 'get', 'set', 'value']],
  ['python', 'match x:\n    case 1: match(type, print)\ntype Y = 1\n', ['match', 'print', 'type']],
  ['java', 'module m { requires a; }', []],
  ['java', 'class A { void record() { with(module, to); } }', ['module', 'record', 'to', 'with']],
  ['rust', 'union U { a: i32 } fn f() { union(default); }', ['default', 'i32', 'union']],
  ['php', '<?php function f() { enum(); $list = from(); }', ['from', 'list']],
] as const)('tells them apart in %s: %s', async (language, text, uses) => {
  const found = await parser.names(language, Buffer.from(text));
  expect(found.uses.filter((name) => name.length > 1)).toEqual(uses);
});

it('takes a member for a name though it is called like a word of the language', async () => {
  const text = 'class A { delete() { return [...new A()]; } }\nexport default a.delete(b?.import);';
  const { defines, uses } = await parser.names('typescript', Buffer.from(text));
  expect(defines).toEqual(['A', 'delete']);
  expect(uses).toEqual(['delete', 'import']);
});

it('is an analysis of one file, which refuses what cannot be parsed', async () => {
  const analysis = namesAnalysis(parser, 100);
  const run = (path: string, text: string) =>
    analysis.run({ path }, new FakeContext({ [path]: text }), noOther);
  expect(await run('a.go', 'package a\nfunc Run() {}')).toEqual({ defines: ['Run'], uses: ['Run'] });
  await expect(run('a.txt', 'text')).rejects.toThrow('a.txt is in no language that is parsed');
  await expect(run('b.go', ' '.repeat(101))).rejects.toThrow('files over 100 bytes are not parsed');
});
