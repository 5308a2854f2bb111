import type { MissCounts, MissReasonName } from '../../protocol/misses.ts';

/** What was counted since the process started, or within one stretch of time. */
export interface Totals {
  readonly memory: number;
  readonly file: number;
  readonly shared: number;
  readonly misses: number;
  /** Values that memory or the file level had no room for. */
  readonly evictions: number;
  readonly reasons: MissCounts;
}

/** What happened in `[t, t + step)`. */
export interface Point extends Totals {
  readonly t: number;
}

export const NOTHING: Totals = { memory: 0, file: 0, shared: 0, misses: 0, evictions: 0, reasons: {} };

export function plus(a: Totals, b: Totals): Totals {
  return {
    memory: a.memory + b.memory,
    file: a.file + b.file,
    shared: a.shared + b.shared,
    misses: a.misses + b.misses,
    evictions: a.evictions + b.evictions,
    reasons: each(a.reasons, b.reasons, (x, y) => x + y),
  };
}

export function minus(a: Totals, b: Totals): Totals {
  return {
    memory: a.memory - b.memory,
    file: a.file - b.file,
    shared: a.shared - b.shared,
    misses: a.misses - b.misses,
    evictions: a.evictions - b.evictions,
    reasons: each(a.reasons, b.reasons, (x, y) => x - y),
  };
}

/** By reason; those that are 0 are left out. */
function each(a: MissCounts, b: MissCounts, work: (x: number, y: number) => number): MissCounts {
  const counts: Partial<Record<MissReasonName, number>> = {};
  for (const reason of Object.keys({ ...a, ...b }) as MissReasonName[]) {
    const count = work(a[reason] ?? 0, b[reason] ?? 0);
    if (count !== 0) counts[reason] = count;
  }
  return counts;
}

export function isNothing({ memory, file, shared, misses, evictions }: Totals): boolean {
  return memory === 0 && file === 0 && shared === 0 && misses === 0 && evictions === 0;
}
