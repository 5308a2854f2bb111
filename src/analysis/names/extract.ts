import type { LanguageId } from '../languages.ts';
import { symbolsOf } from '../outline/rules.ts';
import type { OutlineSymbol } from '../outline/symbols.ts';
import type { ParsedText } from '../parse/trees.ts';
import { codeOf } from './code.ts';
import { definedNames } from './defined.ts';
import type { Names } from './file-names.ts';
import { identifiers, wordsOf } from './words.ts';

export function namesOf(parsed: ParsedText): Names {
  const { language, tree } = parsed;
  const defines = new Set<string>();
  collect(language, symbolsOf(language, tree.rootNode), defines);
  // What is declared occurs, even under one of the language's own words.
  const uses = new Set([...defines].filter((name) => wordsOf(language).reserved.has(name)));
  for (const { name } of identifiers(language, codeOf(parsed))) if (name.length > 1) uses.add(name);
  return { defines: [...defines].sort(), uses: [...uses].sort() };
}

function collect(language: LanguageId, symbols: readonly OutlineSymbol[], into: Set<string>): void {
  for (const symbol of symbols) {
    for (const name of definedNames(language, symbol)) into.add(name);
    collect(language, symbol.children ?? [], into);
  }
}
