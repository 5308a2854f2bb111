import type { Slices } from '../cache/slices.ts';

/** Items sorted at once. */
const RUN = 512;

/** Up to so many first ones are picked out; for more all are sorted. */
const FEW = 2000;

/** The first ones in order, at least as many as asked for as far as there are; all ties must be broken. */
export async function firstInSlices<T>(
  items: readonly T[],
  most: number,
  compare: (a: T, b: T) => number,
  slices: Slices,
): Promise<T[]> {
  if (most > FEW) return sortInSlices(items, compare, slices);
  const size = Math.max(RUN, most);
  let best: T[] = [];
  /** Those that are not before it are not among the first. */
  let bar: T | undefined;
  for (const [i, item] of items.entries()) {
    if (i % 64 === 0 && slices.due) await slices.pause();
    if (bar !== undefined && compare(item, bar) >= 0) continue;
    best.push(item);
    if (best.length < 2 * size) continue;
    best = best.sort(compare).slice(0, size);
    bar = best.at(-1);
  }
  return best.sort(compare);
}

/** Sorts without holding the thread; items that compare equal keep their order. */
async function sortInSlices<T>(
  items: readonly T[],
  compare: (a: T, b: T) => number,
  slices: Slices,
): Promise<T[]> {
  let runs: T[][] = [];
  for (let from = 0; from < items.length; from += RUN) {
    runs.push(items.slice(from, from + RUN).sort(compare));
    if (slices.due) await slices.pause();
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let i = 0; i < runs.length; i += 2) {
      const [a = [], b] = [runs[i], runs[i + 1]];
      merged.push(b ? await merge(a, b, compare, slices) : a);
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge<T>(
  a: readonly T[],
  b: readonly T[],
  compare: (a: T, b: T) => number,
  slices: Slices,
): Promise<T[]> {
  const merged: T[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const first = j >= b.length || (i < a.length && compare(a[i] as T, b[j] as T) <= 0);
    merged.push((first ? a[i++] : b[j++]) as T);
    if (merged.length % RUN === 0 && slices.due) await slices.pause();
  }
  return merged;
}
