import { normalForm, normalTokens } from './normal-form.ts';
import type { Token } from './tokens.ts';
import { SYNONYMS } from './vocabulary.ts';

/** What stands in the way of giving one question's answer to another. */
export interface Refused {
  /** What differs, in a few words: `"enable" became "disable"`. */
  readonly detail: string;
}

/** Of a text in a detail, characters. */
const MOST_SHOWN = 60;

/**
 * Whether two questions ask for the same with the same words in the same order, up to articles, how
 * "how do I" is put, and short forms. Each number, name, path, quoted text, negation, quantity and
 * direction is among the words, so that nothing similar but other passes. Symmetric. Undefined: it passes.
 */
export function gate(found: string, asked: string): Refused | undefined {
  const [before, after] = [contentOf(found), contentOf(asked)];
  if (before && after) {
    const both = shortForms([before, after]);
    const [a, b] = [both(before), both(after)];
    return a.join('\n') === b.join('\n') ? undefined : { detail: difference(a, b) };
  }
  return normalForm(found) === normalForm(asked) ? undefined : { detail: 'the lines differ' };
}

/** The words that the meaning hangs on, in order. Undefined for several lines. */
export function contentOf(question: string): readonly Token[] | undefined {
  const tokens = normalTokens(question);
  return tokens && withoutArticles(withoutOpening(tokens));
}

const ASKS = new Set(['how', 'what', 'why', 'where', 'which', 'when', 'who']);
const INTRODUCTIONS = ['tell me', 'i want to know', 'i would like to know', "i'd like to know"].map((text) =>
  text.split(' '),
);
const HOW = [
  ...['do', 'can', 'could'].flatMap((verb) => ['i', 'you', 'one'].map((who) => [verb, who])),
  ['does', 'one'],
  ['to'],
];

/** `Tell me how to X`, `How can I X` and `How do I X` are one question; `How do we X` asks of this project. */
function withoutOpening(tokens: readonly Token[]): readonly Token[] {
  const begins = (words: readonly string[], at: number) =>
    words.every((word, i) => tokens[at + i]?.kind === 'word' && tokens[at + i]?.text.toLowerCase() === word);
  const introduction = INTRODUCTIONS.find(
    (words) => begins(words, 0) && ASKS.has(tokens[words.length]?.text ?? ''),
  );
  const at = introduction?.length ?? 0;
  const rest = tokens.slice(at);
  if (rest[0]?.text !== 'how') return rest;
  const way = HOW.find((words) => begins(words, at + 1));
  return way ? [{ kind: 'word', text: 'how' }, ...rest.slice(1 + way.length)] : rest;
}

const ARTICLES = new Set(['a', 'an', 'the']);
/** Behind a name that looks like an article comes one of these: `add a to b`. */
const CONNECTING = new Set('to from of in on and or with by is are do does not at as for into'.split(' '));

function withoutArticles(tokens: readonly Token[]): Token[] {
  return tokens.filter(({ kind, text }, i) => {
    const next = tokens[i + 1];
    const before = tokens[i - 1]?.text ?? '';
    if (kind === 'word' && text === 'me' && /^(?:show|give)$/i.test(before) && next?.kind === 'word')
      return false;
    if (kind !== 'word' || !ARTICLES.has(text) || !next || next.kind === 'mark') return true;
    return next.kind === 'word' && (next.text.length === 1 || CONNECTING.has(next.text));
  });
}

/** Where one of the texts has both forms, they are two things there. */
function shortForms(texts: readonly (readonly Token[])[]): (tokens: readonly Token[]) => string[] {
  const forms = new Map<string, string>();
  for (const [long = '', ...others] of SYNONYMS) {
    const group = [long, ...others];
    const distinct = texts.some(
      (tokens) => group.filter((form) => tokens.some(({ text }) => text.toLowerCase() === form)).length > 1,
    );
    if (!distinct) for (const form of others) forms.set(form, long);
  }
  return (tokens) => tokens.map(({ kind, text }) => (kind === 'mark' ? text : (forms.get(text) ?? text)));
}

function difference(before: readonly string[], after: readonly string[]): string {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < Math.min(before.length, after.length) - start && before.at(-1 - end) === after.at(-1 - end))
    end++;
  const was = before.slice(start, before.length - end);
  const is = after.slice(start, after.length - end);
  if (was.length === 0) return `${shown(is)} was added`;
  if (is.length === 0) return `${shown(was)} is missing`;
  const moved = was.length === is.length && [...was].sort().join('\n') === [...is].sort().join('\n');
  return `${moved ? 'the order changed: ' : ''}${shown(was)} became ${shown(is)}`;
}

function shown(words: readonly string[]): string {
  const text = words.join(' ');
  return `"${text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text}"`;
}
