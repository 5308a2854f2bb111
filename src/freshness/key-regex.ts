import { RE2JS, RE2JSException } from 're2js';

/** A regular expression that cannot be used, in one sentence. */
export class RegexError extends Error {
  override readonly name = 'RegexError';
}

/** Longest expression, characters. */
const LONGEST = 500;
/** Steps of the compiled program: with it grows what one character of a key costs. */
const MOST_STEPS = 1000;
/** Steps times characters that one key may cost, about 3 ms. */
const MOST_WORK = 500_000;

/** Perl's groups that look around, and escapes that refer back: they rule linear time out. */
const PERL_ONLY = /\(\?(?:<?[=!]|>|\(|&|R)|\\[1-9]|\\k[<{']/;

/**
 * Whether a regular expression in RE2's syntax is found anywhere in a key; `^` and `$` anchor it,
 * `(?i)` ignores case. Time is linear in the key, whatever the expression. A key so long that the
 * expression would take too long on it is hit: in doubt more is invalidated.
 *
 * Throws {@link RegexError}.
 */
export function compileRegex(source: string): (key: string) => boolean {
  if (source.length > LONGEST) {
    throw new RegexError(`A regular expression has ${LONGEST} characters at the most.`);
  }
  const compiled = compile(source);
  const steps = compiled.programSize();
  if (steps > MOST_STEPS) {
    throw new RegexError('The regular expression is too large: repeat less, or use smaller classes.');
  }
  return (key) => key.length * steps > MOST_WORK || compiled.test(key);
}

function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    if (PERL_ONLY.test(source)) {
      throw new RegexError(
        'Lookaround, back-references and atomic groups are not supported, as they take more than linear time.',
      );
    }
    const what = error.message.replace(/^error parsing regexp: /, '');
    throw new RegexError(`The regular expression cannot be read: ${what}.`);
  }
}
