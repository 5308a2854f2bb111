import type { RawImport } from '../../../src/analysis/imports/raw.ts';
import type { OutlineSymbol } from '../../../src/analysis/outline/symbols.ts';
import type { Range } from '../../../src/analysis/parse/syntax.ts';

/** One line per symbol: `kind name range @name's range`, 0-based, indented under its parent. */
export function outlineLines(symbols: readonly OutlineSymbol[], indent = ''): string[] {
  return symbols.flatMap(({ kind, name, range, selectionRange, children = [] }) => [
    `${indent}${kind} ${name} ${show(range)} @${show(selectionRange)}`,
    ...outlineLines(children, `${indent}  `),
  ]);
}

export function importLines(imports: readonly RawImport[]): string[] {
  return imports.map(({ kind, specifier, range, ...more }) => {
    const rest = Object.keys(more).length > 0 ? ` ${JSON.stringify(more)}` : '';
    return `${kind} ${specifier} ${show(range)}${rest}`;
  });
}

function show({ start, end }: Range): string {
  return `${start.line}:${start.character}-${end.line}:${end.character}`;
}
