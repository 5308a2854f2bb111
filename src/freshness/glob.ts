/** A pattern that cannot be understood, in one sentence. */
export class GlobError extends Error {
  override readonly name = 'GlobError';
}

/** Longest pattern, characters, and most alternatives that its braces may stand for. */
const LONGEST = 4096;
const MOST_ALTERNATIVES = 256;

type Token = { readonly any: true } | { readonly one: (char: string) => boolean };

/**
 * Whether a key matches a glob: `*` stands for any characters, `?` for one, `[a-z]` and `[!a-z]` for
 * one of a class, `{a,b}` for a choice, `\` takes the next character as it is.
 *
 * Time is at most pattern × key: of all stars only the last one met is ever tried again, which is
 * enough for globs. A translation into a regular expression can take minutes on `*a*a*a*a*b`.
 */
export function compileGlob(pattern: string): (key: string) => boolean {
  if (pattern.length > LONGEST) throw new GlobError(`A pattern has ${LONGEST} characters at the most.`);
  const alternatives = expand(pattern).map(tokens);
  return (key) => alternatives.some((alternative) => matches(alternative, key));
}

function matches(pattern: readonly Token[], key: string): boolean {
  let at = 0;
  let star = -1;
  let starAt = 0;
  for (let i = 0; i < key.length; ) {
    const token = pattern[at];
    if (token && 'any' in token) {
      star = at++;
      starAt = i;
    } else if (token?.one(key[i] as string)) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++starAt;
    } else return false;
  }
  while (at < pattern.length && 'any' in (pattern[at] as Token)) at++;
  return at === pattern.length;
}

function tokens(pattern: string): Token[] {
  const found: Token[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] as string;
    const end = char === '[' ? pattern.indexOf(']', i + 2) : -1;
    if (char === '*') {
      if (!found.at(-1) || !('any' in (found.at(-1) as Token))) found.push({ any: true });
    } else if (char === '?') found.push({ one: () => true });
    else if (end > 0) {
      found.push({ one: charClass(pattern.slice(i + 1, end)) });
      i = end;
    } else {
      const literal = char === '\\' && i + 1 < pattern.length ? (pattern[++i] as string) : char;
      found.push({ one: (other) => other === literal });
    }
  }
  return found;
}

function charClass(text: string): (char: string) => boolean {
  const negated = text[0] === '!' || text[0] === '^';
  const ranges: [string, string][] = [];
  for (let i = negated ? 1 : 0; i < text.length; i++) {
    const from = text[i] as string;
    const to = text[i + 1] === '-' ? text[i + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) i += 2;
  }
  return (char) => ranges.some(([from, to]) => char >= from && char <= to) !== negated;
}

/** The patterns that one with braces stands for; a brace without its partner is itself. */
function expand(pattern: string): string[] {
  let open = -1;
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++;
    else if (pattern[i] === '{') open = i;
    else if (pattern[i] === '}' && open >= 0) {
      const choices = pattern.slice(open + 1, i).split(',');
      const all: string[] = [];
      for (const choice of choices) {
        all.push(...expand(pattern.slice(0, open) + choice + pattern.slice(i + 1)));
        if (all.length > MOST_ALTERNATIVES) {
          throw new GlobError(`The braces stand for more than ${MOST_ALTERNATIVES} alternatives.`);
        }
      }
      return all;
    }
  }
  return [pattern];
}
