import type { Entry } from '../../cache/entry.ts';
import { levelsOf } from '../../cache/levels-of.ts';
import type { Stamp } from '../../freshness/stamp.ts';
import type { EntryRow } from '../../protocol/entries.ts';
import { fileOf } from '../file-of.ts';

export function rowOf(entry: Entry<Stamp>): EntryRow {
  const file = fileOf(entry);
  const { key, namespace, bytes, createdAt, lastHitAt, expiresAt, hits, costMs } = entry;
  return {
    key,
    namespace: namespace.name,
    levels: levelsOf(entry),
    bytes,
    createdAt,
    lastHitAt,
    expiresAt,
    hits,
    costMs,
    ...(file !== undefined && { file }),
  };
}
