/** What may stand between two slashes of a path. */
export interface Segment {
  /** The one name that it stands for; undefined when it stands for several. */
  readonly name: string | undefined;
  test(name: string): boolean;
}

interface CharClass {
  readonly negated: boolean;
  /** First and last code unit of each. */
  readonly ranges: readonly (readonly [number, number])[];
}

/** A code unit, or one of the two below. */
type Token = number | CharClass;
const STAR = -1;
const ANY = -2;

/**
 * `*` stands for any characters, `?` for one, `[a-z]`, `[!a-z]` and `[[:alpha:]]` for one of a class,
 * `\` takes the next character as it is. Undefined for what git calls malformed: a class without its
 * end or of an unknown name, a `\` at the end.
 */
export function compileSegment(text: string): Segment | undefined {
  const found = tokens(text);
  if (!found) return undefined;
  if (found.every((token) => typeof token === 'number' && token >= 0)) {
    const name = (found as number[]).map((code) => String.fromCharCode(code)).join('');
    return { name, test: (other) => other === name };
  }
  if (found.length === 1 && found[0] === STAR) return { name: undefined, test: () => true };
  return { name: undefined, test: (name) => matches(found, name) };
}

/** Time is at most pattern × name: of all stars only the last one met is ever tried again. */
function matches(pattern: readonly Token[], name: string): boolean {
  let at = 0;
  let star = -1;
  let starAt = 0;
  for (let i = 0; i < name.length; ) {
    const token = pattern[at];
    if (token === STAR) {
      star = at++;
      starAt = i;
    } else if (token !== undefined && isOne(token, name.charCodeAt(i))) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++starAt;
    } else return false;
  }
  while (pattern[at] === STAR) at++;
  return at === pattern.length;
}

function isOne(token: Token, code: number): boolean {
  if (typeof token === 'number') return token === code || token === ANY;
  return token.ranges.some(([first, last]) => code >= first && code <= last) !== token.negated;
}

function tokens(text: string): Token[] | undefined {
  const found: Token[] = [];
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '*') {
      if (found.at(-1) !== STAR) found.push(STAR);
    } else if (char === '?') found.push(ANY);
    else if (char === '[') {
      const read = readClass(text, i);
      if (!read) return undefined;
      found.push(read);
      i = read.end;
    } else {
      if (char === '\\') i++;
      if (i === text.length) return undefined;
      found.push(text.charCodeAt(i));
    }
  }
  return found;
}

/** The class that begins at this place; `end` is the place of its last bracket. */
export function readClass(text: string, start: number): (CharClass & { readonly end: number }) | undefined {
  let i = start + 1;
  const negated = text[i] === '!' || text[i] === '^';
  if (negated) i++;
  const ranges: [number, number][] = [];
  /** What a range may begin with. */
  let before = -1;
  for (const first = i; i < text.length; i++) {
    if (text[i] === ']' && i > first) return { negated, ranges, end: i };
    if (text[i] === '-' && before >= 0 && i + 1 < text.length && text[i + 1] !== ']') {
      if (text[++i] === '\\') i++;
      ranges.push([before, text.charCodeAt(i)]);
      before = -1;
      continue;
    }
    const named = text[i] === '[' ? /^\[:([^\]]*):\]/.exec(text.slice(i, i + LONGEST_NAMED)) : null;
    if (named) {
      const members = NAMED[named[1] as string];
      if (!members) return undefined;
      for (let k = 0; k < members.length; k += 2) {
        ranges.push([members.charCodeAt(k), members.charCodeAt(k + 1)]);
      }
      i += named[0].length - 1;
      before = -1;
      continue;
    }
    if (text[i] === '\\') i++;
    before = text.charCodeAt(i);
    ranges.push([before, before]);
  }
  return undefined;
}

const LONGEST_NAMED = 16;

/** Members as pairs of a first and a last character; ASCII only, as in git. */
const NAMED: Readonly<Record<string, string>> = {
  __proto__: null as never,
  alnum: '09AZaz',
  alpha: 'AZaz',
  blank: '  \t\t',
  cntrl: '\0\x1f\x7f\x7f',
  digit: '09',
  graph: '!~',
  lower: 'az',
  print: ' ~',
  punct: '!/:@[`{~',
  space: '  \t\r',
  upper: 'AZ',
  xdigit: '09AFaf',
};
