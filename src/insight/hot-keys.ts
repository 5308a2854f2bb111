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

/**
 * The first `most` entries by the given order, largest first, in one pass. `recent` has the hits of
 * those that were hit lately: the others are left out.
 */
export function hotKeys<E extends Shown>(
  entries: Iterable<E>,
  sort: HotSort,
  most: number,
  fileOf: (entry: E) => string | undefined,
  recent?: ReadonlyMap<string, number>,
): HotKey[] {
  const weigh = recent && sort === 'hits' ? ({ key }: Shown) => recent.get(key) ?? 0 : WEIGHT[sort];
  const top: { entry: E; weight: number }[] = [];
  for (const entry of entries) {
    if (recent ? !recent.has(entry.key) : sort === 'hits' && entry.hits === 0) continue;
    const weight = weigh(entry);
    if (top.length === most && weight <= (top[most - 1]?.weight ?? 0)) continue;
    const at = top.findIndex((other) => other.weight < weight);
    top.splice(at < 0 ? top.length : at, 0, { entry, weight });
    if (top.length > most) top.pop();
  }
  return top.map(({ entry }) => shown(entry, fileOf(entry), recent?.get(entry.key)));
}

function shown(entry: Shown, file: string | undefined, recentHits: number | undefined): HotKey {
  return {
    key: entry.key,
    hits: entry.hits,
    bytes: entry.bytes,
    createdAt: entry.createdAt,
    lastHitAt: entry.lastHitAt,
    costMs: entry.costMs,
    levels: levelsOf(entry),
    ...(recentHits !== undefined && { recentHits }),
    ...(file !== undefined && { file }),
  };
}
