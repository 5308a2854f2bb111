import type { Entry } from '../../cache/entry.ts';
import type { WorkspaceCache } from '../../freshness/workspace-cache.ts';
import { csvLine } from './csv.ts';
import type { Format } from './format.ts';

/** Entries that are exported, those that were listed first. */
const MOST = 200_000;

const COLUMNS = [
  'key',
  'namespace',
  'levels',
  'bytes',
  'hits',
  'createdAt',
  'expiresAt',
  'lastHitAt',
  'costMs',
];

/** The entries, without their values, one by one. */
export function* entriesText({ cache }: WorkspaceCache, format: Format): Generator<string> {
  yield format === 'csv' ? csvLine(COLUMNS) : '[';
  let count = 0;
  for (const entry of cache.entries()) {
    if (count === MOST) break;
    const row = rowOf(entry);
    if (format === 'csv')
      yield csvLine(Object.values(row).map((cell) => (Array.isArray(cell) ? cell.join(' ') : cell)));
    else yield `${count === 0 ? '\n' : ',\n'}${JSON.stringify(row)}`;
    count++;
  }
  if (format === 'json') yield '\n]\n';
}

/** In the order of {@link COLUMNS}; times are ms since the epoch, 0 is never. */
function rowOf(entry: Entry<unknown>) {
  const { key, namespace, bytes, hits, createdAt, expiresAt, lastHitAt, costMs } = entry;
  const levels = [
    ...(entry.inMemory ? ['memory'] : []),
    ...(entry.inFile ? ['file'] : []),
    ...(entry.inShared ? ['shared'] : []),
  ];
  return { key, namespace: namespace.name, levels, bytes, hits, createdAt, expiresAt, lastHitAt, costMs };
}
