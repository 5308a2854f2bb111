import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';

/**
 * The entry of a bundle of its own, as the encoding is large: loaded when the first text is counted.
 * A word of more than 500 characters is counted in pieces, as the time for one is quadratic.
 */
export function count(text: string): number {
  let tokens = 0;
  let start = 0;
  for (const { 0: piece, index } of text.matchAll(LONG_WORD)) {
    const end = index + piece.length;
    tokens += countTokens(text.slice(start, end), AS_TEXT);
    start = end;
  }
  return tokens + countTokens(text.slice(start), AS_TEXT);
}

/** What the encoding takes for one word: letters, signs or white space without a break. */
const LONG_WORD = /[\p{L}\p{M}]{500}|[^\s\p{L}\p{M}\p{N}]{500}|\s{500}/gu;

/** What looks like a special token, such as `<|endoftext|>`, is text like any other. */
const AS_TEXT = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };
