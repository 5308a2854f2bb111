/** A secret within a text: which kind, and from where to where, in UTF-16 code units. */
export interface Finding {
  readonly rule: string;
  readonly start: number;
  readonly end: number;
}

/** A character that secrets consist of, so that one that is left beside a finding belongs to it. */
const TOKEN = /[A-Za-z0-9_-]/;
/** How far a finding is widened towards the text's start: a token's usual length. */
const MOST_BEFORE = 64;

/**
 * Findings as they are redacted: in order, apart, and each widened to the whole word it lies in. A
 * rule that knows a token's beginning only must not leave its rest, and a token that was not seen
 * because another one touched it must not appear when that one is gone.
 */
export function settleFindings(findings: readonly Finding[], text: string): Finding[] {
  const settled: { rule: string; start: number; end: number; longest: number }[] = [];
  for (const { rule, start, end } of [...findings].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = settled.at(-1);
    if (!last || start >= last.end) {
      settled.push({ rule, ...widen(start, end, last?.end ?? 0, text), longest: end - start });
      continue;
    }
    if (end > last.end) last.end = widen(start, end, last.end, text).end;
    if (end - start <= last.longest) continue;
    last.longest = end - start;
    last.rule = rule;
  }
  return settled.map(({ rule, start, end }) => ({ rule, start, end }));
}

function widen(from: number, to: number, least: number, text: string): { start: number; end: number } {
  const earliest = Math.max(least, from - MOST_BEFORE);
  let start = from;
  let end = to;
  while (start > earliest && TOKEN.test(text.charAt(start - 1))) start--;
  while (end < text.length && TOKEN.test(text.charAt(end))) end++;
  return { start, end };
}
