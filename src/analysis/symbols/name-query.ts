/** How well a name fits, best first. */
const EXACT = 0;
const OTHER_CASE = 1;
const PREFIX = 2;
const HUMPS = 3;
const WITHIN = 4;

const HUMP = /\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}\p{M}]+|\p{N}+/gu;

/** What is looked for by name: the name itself, its beginning, the beginnings of its words, a part of it. */
export class NameQuery {
  readonly #text: string;
  readonly #lower: string;

  constructor(text: string) {
    this.#text = text;
    this.#lower = text.toLowerCase();
  }

  /** Smaller is better; undefined when the name does not fit. */
  rank(name: string): number | undefined {
    if (name.length < this.#text.length) return undefined;
    if (name === this.#text) return EXACT;
    const lower = name.toLowerCase();
    if (lower === this.#lower) return OTHER_CASE;
    const at = lower.indexOf(this.#lower);
    if (at === 0) return PREFIX;
    if (this.#fitsHumps(name)) return HUMPS;
    return at > 0 ? WITHIN : undefined;
  }

  /** Whether beginnings of the name's words, from the first one on, make the query: `wsC` and `WorkspaceCache`. */
  #fitsHumps(name: string): boolean {
    const query = this.#lower;
    // Most names begin with another letter.
    if (name[name.search(/[\p{L}\p{N}]/u)]?.toLowerCase() !== query[0]) return false;
    const [first = '', ...others] = (name.match(HUMP) ?? []).map((hump) => hump.toLowerCase());
    let ends = endsOf(query, first, new Set([0]));
    for (const hump of others) ends = new Set([...ends, ...endsOf(query, hump, ends)]);
    return ends.has(query.length);
  }
}

/** Where in the query a beginning of the word can end that begins at one of `starts`. */
function endsOf(query: string, word: string, starts: ReadonlySet<number>): Set<number> {
  const ends = new Set<number>();
  for (const start of starts) {
    for (let length = 1; length <= word.length; length++) {
      if (query[start + length - 1] !== word[length - 1]) break;
      ends.add(start + length);
    }
  }
  return ends;
}
