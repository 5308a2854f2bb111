import type { RawImports } from '../imports/raw.ts';
import type { LanguageId } from '../languages.ts';
import type { Identifier, Mention } from '../mentions/mentions.ts';
import type { Names } from '../names/file-names.ts';
import type { OutlineSymbol } from '../outline/symbols.ts';
import type { ScanBatch, Scanned, ScanOptions } from '../search/scan-request.ts';
import type { Position } from './syntax.ts';

export interface SymbolsFound {
  readonly symbols: readonly OutlineSymbol[];
  readonly errors: number;
}

/** A text to be parsed. `bytes` are UTF-8 and given away. */
interface Source {
  readonly language: LanguageId;
  readonly bytes: Uint8Array;
}

/** What the worker can be asked. */
export type ParseRequest =
  | ({ readonly task: 'outline' | 'imports' | 'names' } & Source)
  | ({ readonly task: 'mentions'; readonly names: readonly string[] } & Source)
  | ({ readonly task: 'identifierAt'; readonly position: Position } & Source)
  | ({ readonly task: 'search' } & ScanBatch & ScanOptions)
  | { readonly task: 'countTokens'; readonly texts: readonly string[] };

export type Task = ParseRequest['task'];

/** What it answers. */
export interface Answers {
  outline: SymbolsFound;
  imports: RawImports;
  names: Names;
  mentions: readonly Mention[];
  identifierAt: Identifier | undefined;
  search: Scanned;
  countTokens: readonly number[];
}

/** One for each request, in order. */
export type ParseReply = { readonly answer: Answers[Task] } | { readonly problem: string };
