import type { Entry } from '../../cache/entry.ts';
import type { Slices } from '../../cache/slices.ts';
import type { Stamp } from '../../freshness/stamp.ts';

/** Entries that are followed from one file; what is beyond is left out. */
const MOST_REACHED = 10_000;

export interface Reached {
  readonly entries: number;
  readonly bytes: number;
  /** As far as it was measured; 0 when nothing was. */
  readonly costMs: number;
}

/** The given entries and all that rest on them, each counted once. */
export async function reachOf(
  first: Iterable<Entry<Stamp>>,
  above: (key: string) => Iterable<Entry<Stamp>>,
  slices: Slices,
): Promise<Reached> {
  const reached = new Set(first);
  let bytes = 0;
  let costMs = 0;
  // A set is walked in the order in which it grows.
  for (const entry of reached) {
    bytes += entry.bytes;
    costMs += entry.costMs;
    if (slices.due) await slices.pause();
    if (reached.size >= MOST_REACHED) continue;
    for (const resting of above(entry.key)) reached.add(resting);
  }
  return { entries: reached.size, bytes, costMs };
}
