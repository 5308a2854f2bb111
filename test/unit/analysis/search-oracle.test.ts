import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Found, searchAnalysis } from '../../../src/analysis/search/search.ts';
import { openParser } from './built-parser.ts';
import { analysesOver } from './search-workspace.ts';

const parser = openParser();

interface Question {
  readonly query: string;
  readonly regex: boolean;
  readonly caseSensitive: boolean;
  readonly word: boolean;
  readonly limit: number;
  readonly context: number;
  readonly include?: readonly string[];
}

/** As one would write it down without a thought of speed. */
function expected(files: ReadonlyMap<string, string>, question: Question) {
  const { query, regex, caseSensitive, word, limit, context, include } = question;
  const literal = [...query].map((char) => (/[a-z ]/i.test(char) ? char : `\\${char}`)).join('');
  const body = regex ? query : literal;
  const pattern = new RegExp(word ? `(?<!\\w)(?:${body})(?!\\w)` : body, caseSensitive ? '' : 'i');
  const found: object[] = [];
  for (const path of [...files.keys()].sort()) {
    if (include && !path.startsWith('src/')) continue;
    const lines = (files.get(path) as string).split(/\r\n|\n|\r/);
    if (lines.at(-1) === '') lines.pop();
    for (const [at, text] of lines.entries()) {
      if (!pattern.test(text)) continue;
      const before = lines.slice(Math.max(at - context, 0), at);
      const after = lines.slice(at + 1, at + 1 + context);
      found.push({
        path,
        line: at + 1,
        text,
        ...(before.length > 0 && { before }),
        ...(after.length > 0 && { after }),
      });
    }
  }
  return { matches: found.slice(0, limit), truncated: found.length > limit };
}

const line = fc.string({ unit: fc.constantFrom('a', 'b', 'A', ' ', '.', '(', '-'), maxLength: 6 });
const text = fc
  .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 8 })
  .map((lines) => lines.flat().join(''));
const text2 = fc.tuple(text, line).map((parts) => parts.join(''));
const path = fc.constantFrom('a.txt', 'b.txt', 'src/a.txt', 'src/b.md', 'src/deep/a.txt', 'z/q.txt');
const change = fc.record({ path, text: fc.option(text2) });
const question = fc.record(
  {
    query: fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'b', 'A', ' ', '.', '('), minLength: 1, maxLength: 3 }),
      fc.constantFrom('^a', 'b$', 'a|b', '^\\s*$', '[^a]b', 'a+', '(a)\\1', '^', '-a\\b'),
    ),
    regex: fc.boolean(),
    caseSensitive: fc.boolean(),
    word: fc.boolean(),
    limit: fc.integer({ min: 1, max: 12 }),
    context: fc.nat(3),
    include: fc.constant(['src/**'] as readonly string[]),
  },
  { requiredKeys: ['query', 'regex', 'caseSensitive', 'word', 'limit', 'context'] },
);

it('answers like a straightforward search, through any edits', { timeout: 60_000 }, async () => {
  const step = fc.record({ changes: fc.array(change, { maxLength: 3 }), question });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
      const { run, write, remove } = analysesOver({}, [searchAnalysis(parser, 10_000)]);
      const files = new Map<string, string>();
      for (const { changes, question } of steps) {
        for (const { path, text } of changes) {
          if (text !== null) {
            write(path, text);
            files.set(path, text);
          } else if (files.delete(path)) remove(path);
        }
        if (question.regex && !isValid(question.query)) continue;
        const { value } = await run('search', question);
        const { matches, truncated } = value as Found;
        expect({ matches, truncated: truncated !== undefined }).toEqual(expected(files, question));
      }
    }),
    { numRuns: 30 },
  );
});

function isValid(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
