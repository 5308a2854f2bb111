import { politely } from './politeness.ts';
import { type Token, tokensOf } from './tokens.ts';
import { AFTER_IS, ASKING, NAMES, NEGATED, OPENING } from './vocabulary.ts';

const SEPARATOR = '\u0001';

/**
 * What two questions have in common that say the same in the same words: without politeness, the case of
 * words that begin a sentence, needless spaces and final marks. Questions of several lines may hold code
 * in which each space counts, and stay as they are, but for what surrounds them.
 *
 * Idempotent on what {@link normalText} makes of it.
 */
export function normalForm(question: string): string {
  const words = normalTokens(question);
  return words ? words.map(({ text }) => text).join(SEPARATOR) : `\n${linesOf(question)}`;
}

/** The normal form as a question that can be read, for people and tests. */
export function normalText(question: string): string {
  const words = normalTokens(question);
  if (!words) return linesOf(question);
  return words.map(({ kind, text }, i) => (i === 0 || kind === 'mark' ? text : ` ${text}`)).join('');
}

/** Undefined for several lines. */
export function normalTokens(question: string): readonly Token[] | undefined {
  const text = linesOf(question);
  if (text.includes('\n')) return undefined;
  const { tokens, asked } = politely(tokensOf(text));
  return expanded(inOneCase(withoutEnd(tokens, asked)));
}

function linesOf(question: string): string {
  return question.normalize('NFC').replace(/\r\n?/g, '\n').trim();
}

/** A final mark says nothing new: a dot behind a sentence, a question mark behind what asks anyway. */
function withoutEnd(tokens: readonly Token[], asked: boolean): readonly Token[] {
  const last = tokens.at(-1);
  if (last?.kind !== 'mark' || tokens.length === 1) return tokens;
  const first = /^[\p{L}]+/u.exec(tokens[0]?.text ?? '')?.[0].toLowerCase() ?? '';
  const needless =
    last.text === '.' || (last.text === '?' && (asked || (tokens[0]?.kind === 'word' && ASKING.has(first))));
  return needless ? withoutEnd(tokens.slice(0, -1), asked) : tokens;
}

const BEFORE_I = new Set(['do', 'can', 'could', 'should', 'would', 'did', 'must', 'may', 'will']);

function inOneCase(tokens: readonly Token[]): Token[] {
  return tokens.map((token, i) => {
    if (token.kind !== 'word') return token;
    const lower = token.text.toLowerCase();
    const before = tokens[i - 1];
    const begins = i === 0 || (before?.kind === 'mark' && '.!?'.includes(before.text));
    const pronoun = lower === 'i' && BEFORE_I.has(before?.text.toLowerCase() ?? '');
    return (begins && OPENING.has(lower)) || NAMES.has(lower) || pronoun
      ? { kind: 'word', text: lower }
      : token;
  });
}

function expanded(tokens: readonly Token[]): Token[] {
  const word = (text: string): Token => ({ kind: 'word', text });
  return tokens.flatMap((token, i) => {
    if (token.kind !== 'word') return token;
    const negated = NEGATED.get(token.text);
    if (negated) return negated.map(word);
    const [, asking] = /^(what|how|where|who)'s$/.exec(token.text) ?? [];
    const next = tokens[i + 1];
    return asking && next?.kind === 'word' && AFTER_IS.has(next.text) ? [word(asking), word('is')] : token;
  });
}
