import { NAMES } from './vocabulary.ts';

/** A part of a question: prose, what stands as it is, or a mark that follows one of these without a space. */
export interface Token {
  readonly kind: 'word' | 'literal' | 'mark';
  /** Of a word with its case; of a literal with its quotes. */
  readonly text: string;
}

const SPAN = /```[\s\S]*?```|`[^`\n]*`|"[^"\n]*"|(?<=^|[\s(])'[^'\n]*'(?=$|[\s.,;:!?)])|[^\s`"]+|[`"]/g;
const WORD = /^\p{L}+(?:['-]\p{L}+)*$/u;
/** Marks end a chunk only behind what could end a sentence: `..` and `?.` are no marks. */
const MARKED = /^(.*[\p{L}\p{N})\]}>`"'_])([.,;:!?]+)$/su;
/** More of the same says no more, except where it is an operator: `a??` keeps its own. */
const REPEATED = /^([.!?])\1+$/;

/**
 * Splits a question of one line. Code in backticks, quoted texts, numbers, paths, flags, versions and
 * identifiers are literals.
 */
export function tokensOf(question: string): Token[] {
  const tokens: Token[] = [];
  let end = -1;
  for (const { 0: chunk, index } of straightened(question).matchAll(SPAN)) {
    const last = index === end ? tokens.at(-1) : undefined;
    end = index + chunk.length;
    const [body, marks] = parted(chunk, last !== undefined);
    if (last && body !== '') tokens[tokens.length - 1] = { kind: 'literal', text: last.text + body };
    else if (body !== '') tokens.push({ kind: isWord(body) ? 'word' : 'literal', text: body });
    if (REPEATED.test(marks) && tokens.at(-1)?.kind === 'word')
      tokens.push({ kind: 'mark', text: marks.charAt(0) });
    else for (const mark of marks) tokens.push({ kind: 'mark', text: mark });
  }
  return markAlone(tokens);
}

/** Typographic quotes and spaces as keyboards have them; code stays. */
function straightened(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, i) =>
      i % 2 === 1
        ? part
        : part
            .replace(/[‘’]/g, "'")
            .replace(/[“”]/g, '"')
            .replace(/[\u00a0\u202f]/g, ' '),
    )
    .join('');
}

/** What stands for something, and the marks behind it. */
function parted(chunk: string, attached: boolean): readonly [body: string, marks: string] {
  if (/^(?:`.*`|".*"|'.*')$/s.test(chunk)) return [chunk, ''];
  if (attached && /^[.,;:!?]+$/.test(chunk)) return ['', chunk];
  const [, body = chunk, marks = ''] = MARKED.exec(chunk) ?? [];
  return [body, marks];
}

/** camelCase and SCREAMING words are names of something. */
function isWord(text: string): boolean {
  if (!WORD.test(text)) return false;
  return NAMES.has(text.toLowerCase()) || !/\p{Ll}\p{Lu}|^\p{Lu}{2,}\p{Ll}{2,}/u.test(text);
}

/** `vitest ?` ends as `vitest?` does; of other signs that stand alone nobody knows what they are. */
function markAlone(tokens: Token[]): Token[] {
  const last = tokens.at(-1);
  if (tokens.length > 4 && last?.kind === 'literal' && last.text === '?' && tokens.at(-2)?.kind === 'word')
    tokens[tokens.length - 1] = { kind: 'mark', text: '?' };
  return tokens;
}
