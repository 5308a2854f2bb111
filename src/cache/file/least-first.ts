import { Slices } from '../slices.ts';

/** Sorted without a pause, in well under a millisecond. */
const RUN = 1000;

/** The items in order, sorted in slices: sorted runs, of whose heads the least is next. */
export async function leastFirst<T>(
  items: readonly T[],
  compare: (a: T, b: T) => number,
): Promise<Iterable<T>> {
  const slices = new Slices();
  const runs: T[][] = [];
  for (let from = 0; from < items.length; from += RUN) {
    runs.push(items.slice(from, from + RUN).sort(compare));
    if (slices.due) await slices.pause();
  }
  return merged(runs, compare);
}

function* merged<T>(runs: readonly (readonly T[])[], compare: (a: T, b: T) => number): Generator<T> {
  const next = runs.map(() => 0);
  for (;;) {
    let least: T | undefined;
    let from = -1;
    for (const [i, run] of runs.entries()) {
      const item = run[next[i] as number];
      if (item === undefined || (least !== undefined && compare(least, item) <= 0)) continue;
      least = item;
      from = i;
    }
    if (least === undefined) return;
    next[from] = (next[from] as number) + 1;
    yield least;
  }
}
