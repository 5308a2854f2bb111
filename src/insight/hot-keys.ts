import type { Entry } from '../cache/entry.ts';
import { levelsOf } from '../cache/levels-of.ts';
import type { HotKey, HotSort } from '../protocol.ts';

type Shown = Entry<unknown>;

const WEIGHT: Readonly<Record<HotSort, (entry: Shown) => number>> = {
  hits: (entry) => entry.hits,
  bytes: (entry) => entry.bytes,
  created: (entry) => entry.createdAt,
  cost: (entry) => entry.costMs,
};

/** The first `most` entries by the given order, largest first, in one pass. */
export function hotKeys<E extends Shown>(
  entries: Iterable<E>,
  sort: HotSort,
  most: number,
  fileOf: (entry: E) => string | undefined,
): HotKey[] {
  const weigh = WEIGHT[sort];
  const top: { entry: E; weight: number }[] = [];
  for (const entry of entries) {
    if (sort === 'hits' && entry.hits === 0) continue;
    const weight = weigh(entry);
    if (top.length === most && weight <= (top[most - 1]?.weight ?? 0)) continue;
    const at = top.findIndex((other) => other.weight < weight);
    top.splice(at < 0 ? top.length : at, 0, { entry, weight });
    if (top.length > most) top.pop();
  }
  return top.map(({ entry }) => shown(entry, fileOf(entry)));
}

function shown(entry: Shown, file: string | undefined): HotKey {
  return {
    key: entry.key,
    hits: entry.hits,
    bytes: entry.bytes,
    createdAt: entry.createdAt,
    lastHitAt: entry.lastHitAt,
    costMs: entry.costMs,
    levels: levelsOf(entry),
    ...(file !== undefined && { file }),
  };
}
