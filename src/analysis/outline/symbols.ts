import type { LanguageId } from '../languages.ts';
import type { Range } from '../parse/syntax.ts';

/** LSP's names with a lower-case first letter, and `typeAlias`. */
export type SymbolKind =
  | 'class'
  | 'constant'
  | 'constructor'
  | 'enum'
  | 'enumMember'
  | 'event'
  | 'field'
  | 'function'
  | 'interface'
  | 'method'
  | 'module'
  | 'namespace'
  | 'object'
  | 'operator'
  | 'property'
  | 'struct'
  | 'typeAlias'
  | 'variable';

export interface OutlineSymbol {
  readonly name: string;
  readonly kind: SymbolKind;
  /** The whole declaration with its modifiers and decorators, without the comment before it. */
  readonly range: Range;
  /** The name within it. */
  readonly selectionRange: Range;
  /** Left out when there are none. */
  readonly children?: readonly OutlineSymbol[];
}

/** Symbols in source order. Lines and characters are 0-based, characters in UTF-16 code units. */
export interface Outline {
  readonly language: LanguageId;
  readonly symbols: readonly OutlineSymbol[];
  /** Syntax errors; left out when there are none. With errors the outline may be partial. */
  readonly errors?: number;
}
