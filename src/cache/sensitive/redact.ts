import { copyWith } from './copy.ts';
import type { Finding } from './finding.ts';
import type { Gathered, Node, Piece } from './gather.ts';
import { pathOf } from './path.ts';

/** What was found in a value; `path` is where, as `$.env.TOKEN` or `$.lines[3]`, without any secret. */
export interface Found {
  readonly rule: string;
  readonly path: string;
}

/** Findings that are told of a value; all are redacted. */
export const MOST_FOUND = 1_000;

/** What stands for a secret; no rule finds anything in it. */
function mark(rule: string): string {
  return `[redacted: ${rule}]`;
}

/** A copy without what was found; parts without a finding are the value's own. */
export async function redact(
  gathered: Gathered,
  findings: readonly Finding[],
): Promise<{ value: unknown; found: Found[] }> {
  const names = new Map<string, string>();
  const strings = new Map<Node, Map<unknown, string>>();
  const touched = patches(gathered.pieces, findings);
  for (const [piece, { text }] of touched) {
    if (piece.isName) names.set(piece.text, text);
    else if (!strings.get(piece.node)?.set(piece.at, text))
      strings.set(piece.node, new Map([[piece.at, text]]));
  }
  const value = await copyWith(gathered, { strings, names });
  const found: Found[] = [];
  for (const [piece, { rules }] of touched) {
    if (found.length >= MOST_FOUND) break;
    for (const rule of rules) found.push({ rule, path: pathOf(piece, names) });
  }
  return { value, found };
}

/** Strings with findings, each with its new text and the rules whose findings begin in it. */
function patches(pieces: readonly Piece[], findings: readonly Finding[]) {
  const patched = new Map<Piece, { text: string; rules: string[]; copied: number }>();
  let at = 0;
  for (const { rule, start, end } of findings) {
    while (at < pieces.length && endOf(pieces[at]) <= start) at++;
    let isFirst = true;
    for (let i = at; ; i++) {
      const piece = pieces[i];
      if (!piece || piece.start >= end) break;
      if (piece.text === '') continue;
      // A secret over several lines takes the names between them along, which stay what they are.
      if (piece.isName && (start < piece.start || end > endOf(piece))) continue;
      const patch = patched.get(piece) ?? { text: '', rules: [], copied: 0 };
      patched.set(piece, patch);
      patch.text += piece.text.slice(patch.copied, Math.max(0, start - piece.start)) + mark(rule);
      patch.copied = Math.min(piece.text.length, end - piece.start);
      if (isFirst) patch.rules.push(rule);
      isFirst = false;
    }
  }
  for (const [piece, patch] of patched) patch.text += piece.text.slice(patch.copied);
  return patched;
}

function endOf(piece: Piece | undefined): number {
  return piece ? piece.start + piece.text.length : 0;
}
