/** Where our answers and the reference's differ. */
export interface Tally {
  readonly what: string;
  readonly reference: string;
  files: number;
  /** In both. */
  right: number;
  /** Ours, and no declaration of the reference's. */
  readonly wrong: string[];
  /** The reference's, and not ours. */
  readonly missed: string[];
}

export function tally(what: string, reference: string): Tally {
  return { what, reference, files: 0, right: 0, wrong: [], missed: [] };
}

/**
 * `wanted` has to be found; whatever else is `allowed` may be, without counting either way. All are
 * texts that name one thing in one place of the file.
 */
export function compare(
  into: Tally,
  path: string,
  ours: ReadonlySet<string>,
  wanted: ReadonlySet<string>,
  allowed: ReadonlySet<string> = wanted,
): void {
  into.files++;
  for (const one of ours) {
    if (wanted.has(one)) into.right++;
    else if (!allowed.has(one)) into.wrong.push(`${path}:${one}`);
  }
  for (const one of wanted) if (!ours.has(one)) into.missed.push(`${path}:${one}`);
}

export function row({ what, reference, files, right, wrong, missed }: Tally): string {
  const precision = right / (right + wrong.length);
  const recall = right / (right + missed.length);
  return `| ${what} | ${reference} | ${files} | ${right} | ${wrong.length} | ${missed.length} | ${precision.toFixed(4)} | ${recall.toFixed(4)} |`;
}
