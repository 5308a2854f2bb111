import type { RawImports } from '../imports/raw.ts';
import type { LanguageId } from '../languages.ts';
import type { OutlineSymbol } from '../outline/symbols.ts';

export interface SymbolsFound {
  readonly symbols: readonly OutlineSymbol[];
  readonly errors: number;
}

/** What the worker can be asked, and what it answers. */
export interface Answers {
  outline: SymbolsFound;
  imports: RawImports;
}

export type Task = keyof Answers;

/** `bytes` are UTF-8 and given away. */
export interface ParseRequest {
  readonly task: Task;
  readonly language: LanguageId;
  readonly bytes: Uint8Array;
}

/** One for each request, in order. */
export type ParseReply = { readonly answer: Answers[Task] } | { readonly problem: string };
