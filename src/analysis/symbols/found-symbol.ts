import type { FileId } from '../../freshness/context.ts';
import { definedNames } from '../names/defined.ts';
import type { Outline, OutlineSymbol, SymbolKind } from '../outline/symbols.ts';
import type { Range } from '../parse/syntax.ts';

/** A declaration somewhere in the workspace. */
export interface FoundSymbol {
  /** As the outline has it. */
  readonly name: string;
  readonly kind: SymbolKind;
  readonly path: FileId;
  /** The whole declaration; 0-based, characters in UTF-16 code units. */
  readonly range: Range;
  /** The name within it. */
  readonly selectionRange: Range;
  /** The symbols around it, joined by dots: `Cache`. */
  readonly within?: string;
}

/** The symbols of an outline, nested ones too, that others mention by this name; in source order. */
export function symbolsNamed(name: string, path: FileId, { language, symbols }: Outline): FoundSymbol[] {
  const found: FoundSymbol[] = [];
  const visit = (siblings: readonly OutlineSymbol[], within: string) => {
    for (const symbol of siblings) {
      const { kind, range, selectionRange, children = [] } = symbol;
      if (definedNames(language, symbol).includes(name))
        found.push({ name: symbol.name, kind, path, range, selectionRange, ...(within && { within }) });
      visit(children, within ? `${within}.${symbol.name}` : symbol.name);
    }
  };
  visit(symbols, '');
  return found;
}
