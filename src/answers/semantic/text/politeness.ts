import type { Token } from './tokens.ts';
import { GREETING, PLEASE, REQUESTED, SAID } from './vocabulary.ts';

interface Plain {
  readonly tokens: readonly Token[];
  /** Whether the request was put as a question, so that the mark at its end belongs to that. */
  readonly asked: boolean;
}

/** Below so many words a "please" may be what it is about. */
const FEWEST = 3;

/** Takes away what only makes a request kinder; never everything. */
export function politely(tokens: readonly Token[]): Plain {
  let rest = withoutThanks(tokens);
  let asked = false;
  for (;;) {
    const { length, question } = kindness(rest);
    if (length === 0 || length >= rest.length) break;
    rest = rest.slice(length);
    asked ||= question;
  }
  return { tokens: rest, asked };
}

/** How many tokens at the beginning are a greeting, a "please" or a "could you". */
function kindness(tokens: readonly Token[]): { readonly length: number; readonly question: boolean } {
  const at = (i: number) => (tokens[i]?.kind === 'word' ? tokens[i].text.toLowerCase() : '');
  const marked = (i: number) => tokens[i]?.kind === 'mark' && /^[,!.]$/.test(tokens[i].text);
  if (GREETING.has(at(0))) {
    const end = at(1) === 'there' ? 2 : 1;
    if (marked(end)) return { length: end + 1, question: false };
    if (PLEASE.has(at(end))) return { length: end, question: false };
  }
  if (PLEASE.has(at(0))) return { length: marked(1) ? 2 : 1, question: false };
  if (at(1) === 'you' && ['can', 'could', 'would', 'will'].includes(at(0))) {
    if (PLEASE.has(at(2))) return { length: 3, question: true };
    const verbs = at(0) === 'could' || at(0) === 'would' ? REQUESTED : SAID;
    if (verbs.has(at(2))) return { length: 2, question: true };
  }
  return { length: 0, question: false };
}

function withoutThanks(tokens: readonly Token[]): readonly Token[] {
  let end = tokens.length;
  const text = (i: number) => tokens[i]?.text.toLowerCase() ?? '';
  const mark = (i: number) => tokens[i]?.kind === 'mark';
  while (mark(end - 1) && /^[.!]$/.test(text(end - 1))) end--;
  const words = (count: number) =>
    tokens
      .slice(Math.max(0, end - count), end)
      .map((token) => token.text.toLowerCase())
      .join(' ');
  const advance = words(2) === 'in advance' && /^(?:thanks|you)$/.test(text(end - 3));
  if (advance) end -= 2;
  const thanks = words(2) === 'thank you' ? 2 : /^(?:thanks|thx|cheers)$/.test(words(1)) ? 1 : 0;
  if (thanks > 0) {
    let begin = end - thanks;
    if (text(begin - 1) === 'many') begin--;
    if (begin > 0 && (mark(begin - 1) || advance)) return withoutThanks(trimmed(tokens.slice(0, begin)));
    return tokens;
  }
  if (!advance && PLEASE.has(text(end - 1)) && tokens[end - 1]?.kind === 'word' && end > FEWEST)
    return trimmed(tokens.slice(0, end - 1));
  return tokens;
}

/** A comma before what went. */
function trimmed(tokens: readonly Token[]): readonly Token[] {
  const last = tokens.at(-1);
  return last?.kind === 'mark' && last.text === ',' ? tokens.slice(0, -1) : tokens;
}
