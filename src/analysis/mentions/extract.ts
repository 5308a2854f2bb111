import { codeOf } from '../names/code.ts';
import { identifiers, wordsOf } from '../names/words.ts';
import { symbolsOf } from '../outline/rules.ts';
import type { OutlineSymbol } from '../outline/symbols.ts';
import type { Position } from '../parse/syntax.ts';
import type { ParsedText } from '../parse/trees.ts';
import { Lines } from './lines.ts';
import type { Identifier, Mention } from './mentions.ts';
import { placeOf } from './place.ts';

/** A member may be called like one of the language's own words: then the outline tells where it is declared. */
export function mentionsOf(parsed: ParsedText, names: readonly string[]): Mention[] {
  const { language, text, tree } = parsed;
  const wanted = new Set(names);
  const found = [...identifiers(language, codeOf(parsed))].filter(({ name }) => wanted.has(name));
  const { reserved } = wordsOf(language);
  const unusual = names.some((name) => reserved.has(name));
  if (found.length === 0 && !unusual) return [];
  const symbols = symbolsOf(language, tree.rootNode);
  const lines = new Lines(text);
  if (unusual) {
    const known = new Set(found.map(({ index }) => index));
    for (const { name, selectionRange } of flattened(symbols)) {
      const index = lines.index(selectionRange.start);
      const isNew = reserved.has(name) && wanted.has(name) && index !== undefined && !known.has(index);
      if (isNew) found.push({ name, index });
    }
    found.sort((a, b) => a.index - b.index);
  }
  return found.map(({ name, index }) => {
    const range = lines.range(index, index + name.length);
    return { name, range, ...placeOf(language, symbols, name, range) };
  });
}

export function identifierAt(parsed: ParsedText, position: Position): Identifier | undefined {
  const lines = new Lines(parsed.text);
  const at = lines.index(position);
  if (at === undefined) return undefined;
  let before: Identifier | undefined;
  for (const { name, index } of identifiers(parsed.language, codeOf(parsed))) {
    const end = index + name.length;
    if (index > at) break;
    // Right behind a name, another one may begin.
    if (end >= at) before = { name, range: lines.range(index, end) };
  }
  return before;
}

function flattened(symbols: readonly OutlineSymbol[]): OutlineSymbol[] {
  return symbols.flatMap((symbol) => [symbol, ...flattened(symbol.children ?? [])]);
}
