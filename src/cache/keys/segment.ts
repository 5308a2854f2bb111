import { digest } from '../digest.ts';
import { KeyError } from '../key.ts';

/** Longest segment kept readable, after escaping. */
const LONGEST = 64;
/** What a hashed one keeps of its start. */
const START = 40;
const LONGEST_INPUT = 1_000_000;

/**
 * A readable part of a key, such as a version or a command: percent-encoded (RFC 3986) but for
 * letters, digits and `. _ @ / + -`, so that it holds neither the `:` between segments nor a
 * character with a meaning in globs; a long one ends in `~` and a hash. Different texts give
 * different segments. Throws {@link KeyError}, naming it, for a text that makes none.
 */
export function segment(name: string, text: unknown): string {
  if (typeof text !== 'string' || text === '') {
    throw new KeyError(`${name}: a key needs it, as a text that is not empty.`);
  }
  if (text.length > LONGEST_INPUT) {
    throw new KeyError(`${name}: ${text.length} characters are too long: ${LONGEST_INPUT} at the most.`);
  }
  if (/\p{Surrogate}/u.test(text))
    throw new KeyError(`${name}: it holds half a character (a lone surrogate).`);
  const escaped = text.replace(/[^\w.@/+-]/gu, percent);
  if (escaped.length <= LONGEST) return escaped;
  return `${escaped.slice(0, START).replace(/%.?$/, '')}~${digest(text)}`;
}

function percent(char: string): string {
  return [...Buffer.from(char)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
}
