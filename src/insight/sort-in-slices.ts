import type { Slices } from '../cache/slices.ts';

/** Items sorted at once. */
const RUN = 512;

/** Sorts without holding the thread; items that compare equal keep their order. */
export async function sortInSlices<T>(
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
