import fc from 'fast-check';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { fileTokensAnalysis } from '../../../src/analysis/tokens/file-tokens.ts';
import { tokensAnalysis } from '../../../src/analysis/tokens/tokens.ts';
import { tokensFiles } from '../../../src/analysis/tokens/tokens-files.ts';
import { tokensPart } from '../../../src/analysis/tokens/tokens-part.ts';
import { openCountingParser } from './built-parser.ts';
import { analysesOver } from './search-workspace.ts';

const MOST_BYTES = 3000;
const parser = await openCountingParser();

const counted = (text: string) => encode(text, { disallowedSpecial: new Set() }).length;

function counting(files: Record<string, string>, settings?: Record<string, unknown>) {
  const perFile = fileTokensAnalysis(parser, MOST_BYTES);
  const all = [tokensAnalysis(parser, MOST_BYTES), perFile, tokensPart(perFile), tokensFiles];
  const workspace = analysesOver(files, all, settings);
  const tokens = async (params: object) => (await workspace.run('tokens', params)).value;
  return { ...workspace, tokens };
}

it('counts as the tokenizer does', { timeout: 30_000 }, async () => {
  const text = fc.array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('function ', '<|endoftext|>', '<|im_start|>', '\r\n', '日本', '👩‍👧', '    '),
    ),
  );
  const texts = fc.array(
    text.map((parts) => parts.join('')),
    { maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(texts, async (given) => {
      expect(await parser.countTokens(given)).toEqual(given.map(counted));
    }),
    { numRuns: 50 },
  );
});

it('counts what is one very long word', { timeout: 30_000 }, async () => {
  const pieces = 400;
  for (const piece of ['a'.repeat(500), '='.repeat(500), ' '.repeat(500)])
    expect(await parser.countTokens([piece.repeat(pieces)])).toEqual([pieces * counted(piece)]);
});

it('tells the size of a file', async () => {
  const text = 'const a = 1;\r\nlet b = "<|endoftext|>";\n// é';
  const { tokens, write } = counting({ 'a.ts': text, empty: '', 'b.txt': 'one\n' });
  expect(await tokens({ path: 'a.ts' })).toEqual({
    tokens: counted(text),
    bytes: Buffer.byteLength(text),
    lines: 3,
  });
  expect(await tokens({ path: 'empty' })).toEqual({ tokens: 0, bytes: 0, lines: 0 });
  expect(await tokens({ path: 'b.txt' })).toMatchObject({ lines: 1 });
  write('b.txt', 'one\ntwo');
  expect(await tokens({ path: 'b.txt' })).toMatchObject({ tokens: counted('one\ntwo'), lines: 2 });
});

describe('of a glob', () => {
  it('adds up the files and names the largest', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 15 }, (_, i) => [`src/f${i}.txt`, 'word '.repeat(i)]),
    );
    const { tokens, write } = counting(
      {
        ...files,
        'README.md': 'words',
        '.gitignore': 'src/f14.txt',
        'src/x/large': 'x'.repeat(MOST_BYTES + 1),
      },
      { 'files.exclude': { '**/f13.txt': true } },
    );
    write('src/x/binary', new Uint8Array([0]));
    const texts = Array.from({ length: 13 }, (_, i) => files[`src/f${i}.txt`] ?? '');
    expect(await tokens({ glob: 'src/**' })).toEqual({
      files: 13,
      tokens: texts.map(counted).reduce((a, b) => a + b),
      bytes: texts.join('').length,
      largest: Array.from({ length: 10 }, (_, i) => {
        return { path: `src/f${12 - i}.txt`, tokens: counted(texts[12 - i] ?? '') };
      }),
      skipped: 2,
    });
    expect(await tokens({ glob: 'none/**' })).toEqual({ files: 0, tokens: 0, bytes: 0, largest: [] });
  });

  it('reads only what changed', async () => {
    const files = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`f${i}.txt`, `word ${i}`]));
    const { run, tokens, write, reads, rest } = counting(files);
    await rest();
    const before = (await tokens({ glob: '**' })) as { tokens: number };
    const read = reads();
    expect((await run('tokens', { glob: '**' })).hit).toBe(true);
    expect(reads()).toBe(read);
    write('f7.txt', 'a few more words than before');
    await rest();
    const now = (await tokens({ glob: '**' })) as { tokens: number };
    expect(now.tokens - before.tokens).toBe(counted('a few more words than before') - counted('word 7'));
    expect(reads() - read).toBeLessThanOrEqual(2); // to see that it changed, and to count it
    write('new.txt', 'new');
    await rest();
    expect(await tokens({ glob: '**' })).toMatchObject({ files: 201 });
    expect(reads() - read).toBeLessThanOrEqual(4);
  });
});

it.each([
  [{}, 'either "path"'],
  [{ path: 'a', glob: 'b' }, 'either "path"'],
  [{ path: '../a' }, '".."'],
  [{ glob: '' }, 'The glob is empty'],
  [{ glob: '/a' }, 'relative to the workspace folder'],
  [{ path: 'a', lines: 1 }, 'There is no "lines"'],
  [{ path: 'none' }, 'No such file in the workspace: none'],
  [{ path: 'large' }, `files over ${MOST_BYTES} bytes are not counted`],
])('%j is refused', async (params, message) => {
  const { tokens } = counting({ large: 'x'.repeat(MOST_BYTES + 1) });
  await expect(tokens(params)).rejects.toMatchObject({ name: 'AnalysisError' });
  await expect(tokens(params)).rejects.toThrow(message);
});

it('is asked again by its key alone', () => {
  const perFile = fileTokensAnalysis(parser, 1);
  const all = { tokens: tokensAnalysis(parser, 1), part: tokensPart(perFile) };
  for (const params of [{ path: 'glob:a' }, { glob: 'path:**' }])
    expect(all.tokens.paramsOf(all.tokens.id(params))).toEqual(params);
  expect(all.part.paramsOf(all.part.id({ glob: '1:*', part: 3 }))).toEqual({ glob: '1:*', part: 3 });
});
