import type { LanguageId } from '../languages.ts';
import { definedNames } from '../names/defined.ts';
import type { OutlineSymbol } from '../outline/symbols.ts';
import type { Position, Range } from '../parse/syntax.ts';
import type { Mention } from './mentions.ts';

/** Go's receiver around the name of its type. */
const RECEIVER = /^\(\*?([^)[]+)[^)]*\)\./;

/** What a name at this place declares, and the symbol of the outline around it. */
export function placeOf(
  language: LanguageId,
  symbols: readonly OutlineSymbol[],
  name: string,
  range: Range,
): Pick<Mention, 'declares' | 'within'> {
  const path: string[] = [];
  let declares: Mention['declares'];
  for (let level: readonly OutlineSymbol[] | undefined = symbols; level; ) {
    const around = innermost(level, range);
    if (!around) break;
    if (contains(around.selectionRange, range) && definedNames(language, around).includes(name)) {
      declares = around.kind;
      break;
    }
    path.push(labelOf(language, around));
    level = around.children;
  }
  return { ...(declares && { declares }), ...(path.length > 0 && { within: path.join('.') }) };
}

/** Declarations of one statement share their range: then it is the one whose name this is, or the last before it. */
function innermost(symbols: readonly OutlineSymbol[], range: Range): OutlineSymbol | undefined {
  const around = symbols.filter((symbol) => contains(symbol.range, range));
  return (
    around.find((symbol) => contains(symbol.selectionRange, range)) ??
    around.findLast((symbol) => isBefore(symbol.selectionRange.start, range.start)) ??
    around[0]
  );
}

/** How people write the symbol in a path. */
function labelOf(language: LanguageId, symbol: OutlineSymbol): string {
  if (symbol.kind === 'object') return definedNames(language, symbol)[0] ?? symbol.name;
  return symbol.name.replace(RECEIVER, '$1.');
}

function contains(outer: Range, inner: Range): boolean {
  return isBefore(outer.start, inner.start) && isBefore(inner.end, outer.end);
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character <= b.character);
}
