import type { LineMatch, ScanBatch, Scanned, ScanOptions } from './scan-request.ts';

/** Characters of a line that are told. */
const LONGEST_LINE = 300;
const CUT = '…';

const decoder = new TextDecoder();
const LINE_END = /\r\n|\r|\n/;

/** The lines of each text that match. */
export function scan(request: ScanBatch & ScanOptions): Scanned {
  const { source, flags } = request.pattern;
  const pattern = new RegExp(source, flags);
  let start = 0;
  return request.lengths.map((length) => {
    const text = decoder.decode(request.bytes.subarray(start, start + length));
    start += length;
    return linesOf(text, pattern, request);
  });
}

function linesOf(text: string, pattern: RegExp, { pattern: { literal }, context, most }: ScanOptions) {
  const matches: LineMatch[] = [];
  if (literal && !pattern.test(text)) return matches;
  const lines = text.split(LINE_END);
  if (lines.at(-1) === '') lines.pop(); // behind the last line's end there is no line
  for (const [at, line] of lines.entries()) {
    if (matches.length >= most) break;
    const found = pattern.exec(line);
    if (!found) continue;
    matches.push({
      line: at + 1,
      text: cut(line, found.index, found[0].length),
      ...around('before', lines.slice(Math.max(0, at - context), at)),
      ...around('after', lines.slice(at + 1, at + 1 + context)),
    });
  }
  return matches;
}

function around(where: 'before' | 'after', lines: readonly string[]) {
  return lines.length > 0 && { [where]: lines.map((line) => cut(line, 0, 0)) };
}

/** The line, or what is around a match in it; no character is cut in half. */
function cut(line: string, match: number, length: number): string {
  if (line.length <= LONGEST_LINE) return line;
  const spare = Math.max(0, LONGEST_LINE - length);
  let start = Math.min(Math.max(0, match - (spare >> 1)), line.length - LONGEST_LINE);
  let end = start + LONGEST_LINE;
  if (isLow(line, start)) start++;
  if (isLow(line, end)) end--;
  return `${start > 0 ? CUT : ''}${line.slice(start, end)}${end < line.length ? CUT : ''}`;
}

/** The second half of a character. */
function isLow(line: string, at: number): boolean {
  const unit = line.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
