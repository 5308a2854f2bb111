import { describe, expect, it } from 'vitest';
import { searchAnalysis } from '../../../src/analysis/search/search.ts';
import { tokensAnalysis } from '../../../src/analysis/tokens/tokens.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { searchTool } from '../../../src/tools/search.ts';
import { tokensTool } from '../../../src/tools/tokens.ts';
import type { ToolContext } from '../../../src/tools/tool.ts';
import { openCountingParser } from './built-parser.ts';
import { analysesOver } from './search-workspace.ts';

const parser = await openCountingParser();

function asking(files: Record<string, string>) {
  const { run } = analysesOver(files, [searchAnalysis(parser, 10_000), tokensAnalysis(parser, 10_000)]);
  const engine = { runner: { run } } as unknown as Engine;
  const context: ToolContext = { engine, signal: new AbortController().signal };
  return {
    async search(input: object) {
      const answer = await searchTool.run(searchTool.input.parse(input), context);
      return searchTool.output.parse(answer);
    },
    async tokens(input: object) {
      const answer = await tokensTool.run(tokensTool.input.parse(input), context);
      return tokensTool.output.parse(answer);
    },
  };
}

describe('the tool search', () => {
  it('shows the lines by file, each once', async () => {
    const { search } = asking({ 'a.txt': 'x\n2\nx\n4\n5\nx', 'b.txt': 'x' });
    const found = await search({ query: 'x', context: 1 });
    expect(found).toMatchObject({
      matches: [
        { path: 'a.txt', lines: ['1: x', '2- 2', '3: x', '4- 4', '5- 5', '6: x'] },
        { path: 'b.txt', lines: ['1: x'] },
      ],
      files: 2,
      cache: { hit: false },
    });
    expect(found).not.toHaveProperty('truncated');
    expect((await search({ query: 'x', context: 1 })).cache).toMatchObject({ hit: true });
  });

  it('says what it leaves out, for the limit or the size of the answer', async () => {
    const { search } = asking({ 'a.txt': 'a line that matches\n'.repeat(100) });
    const cut = await search({ query: 'line', maxTokens: 100 });
    const shown = cut.matches[0]?.lines.length ?? 0;
    expect(shown).toBeGreaterThan(2);
    expect(cut.truncated).toEqual({ shown, of: 100 });
    expect((await search({ query: 'line', limit: 7 })).truncated).toEqual({ shown: 7 });
    const both = await search({ query: 'line', limit: 50, maxTokens: 100 });
    expect(both.truncated).toEqual({ shown });
  });
});

describe('the tool tokens', () => {
  it('tells the size of one file, or of many with the largest', async () => {
    const { tokens } = asking({ 'a.txt': 'one', 'b.txt': 'one two\nthree' });
    expect(await tokens({ path: 'b.txt' })).toMatchObject({ tokens: 4, bytes: 13, lines: 2 });
    expect(await tokens({ glob: '*.txt' })).toMatchObject({
      files: 2,
      tokens: 5,
      largest: ['4 b.txt', '1 a.txt'],
    });
    await expect(tokens({})).rejects.toThrow('either \\"path\\"');
  });
});
