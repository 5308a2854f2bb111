import { AnalysisError } from '../analysis.ts';
import type { SearchParams } from './params.ts';
import type { ScanPattern } from './scan-request.ts';

const SYNTAX = /[\\^$.*+?()[\]{}|/]/g;
const LETTER = String.raw`[\p{L}\p{M}\p{N}_]`;

/** Throws an AnalysisError for a regular expression that the engine does not take. */
export function patternOf({ query, regex = false, caseSensitive, word }: SearchParams): ScanPattern {
  const body = regex ? query : query.replace(SYNTAX, String.raw`\$&`);
  const unicode = compiles(body, 'u');
  if (unicode !== undefined && compiles(body, '') !== undefined)
    throw new AnalysisError(`The regular expression is not understood: ${unicode}`);
  const letter = unicode === undefined ? LETTER : String.raw`\w`;
  return {
    source: word ? `(?<!${letter})(?:${body})(?!${letter})` : body,
    flags: `${caseSensitive ? '' : 'i'}${unicode === undefined ? 'u' : ''}`,
    literal: !regex,
  };
}

/** Why not, in the engine's words. */
function compiles(source: string, flags: string): string | undefined {
  try {
    new RegExp(source, flags);
    return undefined;
  } catch (error) {
    return (error as SyntaxError).message;
  }
}
