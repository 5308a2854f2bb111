/** What to look for in each line of some texts: a regular expression, as the engine takes it. */
export interface ScanPattern {
  readonly source: string;
  readonly flags: string;
  /** Nothing in it looks beyond the match: a text without one as a whole has none in a line. */
  readonly literal: boolean;
}

/** A line with a match. */
export interface LineMatch {
  /** From 1. */
  readonly line: number;
  /** The line, or what is around its first match. */
  readonly text: string;
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

/** Texts one behind the other in `bytes`, UTF-8. */
export interface ScanBatch {
  readonly bytes: Uint8Array;
  /** Bytes of each text. */
  readonly lengths: readonly number[];
}

export interface ScanOptions {
  readonly pattern: ScanPattern;
  /** Lines before and after each match. */
  readonly context: number;
  /** Matches in one text at the most. */
  readonly most: number;
}

/** By text, in order. */
export type Scanned = readonly (readonly LineMatch[])[];
