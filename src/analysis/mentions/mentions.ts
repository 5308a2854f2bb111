import type { SymbolKind } from '../outline/symbols.ts';
import type { Range } from '../parse/syntax.ts';

/** A place outside comments and strings where an identifier stands. */
export interface Mention {
  readonly name: string;
  readonly range: Range;
  /** What it declares, when this is the name in a declaration that the outline lists. */
  readonly declares?: SymbolKind;
  /** The innermost symbol of the outline around it, other than what it declares: `Cache.get`. */
  readonly within?: string;
}

export interface Identifier {
  readonly name: string;
  readonly range: Range;
}
