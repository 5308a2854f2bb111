import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LANGUAGES, languageOf } from '../../../src/analysis/languages.ts';
import type { OutlineSymbol } from '../../../src/analysis/outline/symbols.ts';
import type { Position } from '../../../src/analysis/parse/syntax.ts';
import { openParser } from './built-parser.ts';
import { importLines, outlineLines } from './rendering.ts';

const folder = new URL('../../fixtures/analysis/', import.meta.url);
const samples = readdirSync(folder).filter((name) => !name.endsWith('.json'));
const parser = openParser();

function sample(name: string) {
  const language = languageOf(name);
  if (!language) throw new Error(`${name} is in no known language`);
  return { language, bytes: readFileSync(new URL(name, folder)) };
}

const before = (a: Position, b: Position) =>
  a.line < b.line || (a.line === b.line && a.character <= b.character);

/** What VS Code demands of document symbols, and that children lie within their parents. */
function expectNested(symbols: readonly OutlineSymbol[], parent?: OutlineSymbol): void {
  for (const symbol of symbols) {
    const { range, selectionRange } = symbol;
    expect(before(range.start, selectionRange.start), symbol.name).toBe(true);
    expect(before(selectionRange.end, range.end), symbol.name).toBe(true);
    expect(symbol.name).not.toBe('');
    if (parent)
      expect(before(parent.range.start, range.start) && before(range.end, parent.range.end)).toBe(true);
    expectNested(symbol.children ?? [], symbol);
  }
}

it('has a sample of every language', () => {
  expect(new Set(samples.map(languageOf))).toEqual(new Set(LANGUAGES));
});

describe.each(samples)('%s', (name) => {
  it('gives the symbols and imports that a developer expects', async () => {
    const { language, bytes } = sample(name);
    const outline = await parser.outline(language, bytes);
    const { imports, errors, ...rest } = await parser.imports(language, bytes);
    expect(outline.errors + errors).toBe(0);
    const found = { outline: outlineLines(outline.symbols), imports: importLines(imports), ...rest };
    await expect(`${JSON.stringify(found, null, 2)}\n`).toMatchFileSnapshot(
      new URL(`${name}.json`, folder).pathname,
    );
    expectNested(outline.symbols);
  });

  it('survives any cut', async () => {
    const { language, bytes } = sample(name);
    const text = bytes.toString();
    const cut = fc.tuple(fc.nat(text.length), fc.nat(40), fc.constantFrom('', '{', ')', '"', '😀', '\r'));
    await fc.assert(
      fc.asyncProperty(cut, async ([at, length, instead]) => {
        const broken = Buffer.from(text.slice(0, at) + instead + text.slice(at + length));
        expectNested((await parser.outline(language, broken)).symbols);
        await parser.imports(language, broken);
      }),
      { numRuns: 60 },
    );
  });
});
