import { blankEscapes } from './escapes.ts';
import { type Finding, settleFindings } from './finding.ts';
import { PATTERNS } from './patterns.ts';
import { findByPreset } from './preset.ts';

/** Byte order marks are not counted by secretlint, which would shift what it finds. */
const MARK = '\ufeff';

/** The secrets in a text, in order and apart from each other. */
export async function scan(text: string): Promise<Finding[]> {
  const read = blankEscapes(text.startsWith(MARK) ? ` ${text.slice(1)}` : text);
  const findings = await findByPreset(read);
  for (const { rule, pattern, accept } of PATTERNS) {
    for (const match of read.matchAll(pattern)) {
      const secret = match[1] ?? match[0];
      const end = match.index + match[0].length;
      if (accept && !accept(secret)) continue;
      findings.push({ rule, start: end - secret.length, end });
    }
  }
  return findings.length === 0 ? findings : settleFindings(findings, read);
}
