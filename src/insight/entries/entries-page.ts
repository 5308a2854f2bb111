import type { Entry } from '../../cache/entry.ts';
import { Slices } from '../../cache/slices.ts';
import type { Stamp } from '../../freshness/stamp.ts';
import type { WorkspaceCache } from '../../freshness/workspace-cache.ts';
import type { EntriesPage, EntriesQuery, EntrySort } from '../../protocol/entries.ts';
import { within } from '../page.ts';
import { firstInSlices } from '../sort-in-slices.ts';
import { FilterError, type Term } from './filter.ts';
import { matcher } from './match-filter.ts';
import { parseFilter } from './parse-filter.ts';
import { rowOf } from './row.ts';

type Shown = Entry<Stamp>;

/** What an order goes by before the key. */
const WEIGHT: Readonly<Record<Exclude<EntrySort, 'key' | 'namespace'>, (entry: Shown) => number>> = {
  bytes: (entry) => entry.bytes,
  created: (entry) => entry.createdAt,
  lastHit: (entry) => entry.lastHitAt,
  hits: (entry) => entry.hits,
  cost: (entry) => entry.costMs,
};

/** The rows of the page that is asked for, in slices; a filter that is wrong is told in the page. */
export async function entriesPage(
  { cache }: Pick<WorkspaceCache, 'cache'>,
  query: EntriesQuery,
  now: number,
): Promise<EntriesPage> {
  const terms = parsed(query.filter);
  if (typeof terms === 'string') {
    return { query, total: cache.size, matched: 0, matchedBytes: 0, rows: [], problem: terms };
  }
  const matches = matcher(terms, now);
  const slices = new Slices();
  const matched: Shown[] = [];
  let matchedBytes = 0;
  for (const entry of [...cache.entries()]) {
    if (slices.due) await slices.pause();
    if (!matches(entry)) continue;
    matched.push(entry);
    matchedBytes += entry.bytes;
  }
  const { from, to } = within(query, matched.length);
  const sorted = await firstInSlices(matched, to, order(query), slices);
  const rows = sorted.slice(from, to).map(rowOf);
  return { query, total: cache.size, matched: matched.length, matchedBytes, rows };
}

/** What is wrong, as a sentence, for a filter that is none. */
function parsed(filter: string): readonly Term[] | string {
  try {
    return parseFilter(filter);
  } catch (error) {
    if (error instanceof FilterError) return error.message;
    throw error;
  }
}

/** Equal ones go by their keys from A to Z, whichever way the order is. */
function order({ sort, descending }: EntriesQuery): (a: Shown, b: Shown) => number {
  const sign = descending ? -1 : 1;
  if (sort === 'key') return (a, b) => sign * compare(a.key, b.key);
  if (sort === 'namespace') {
    return (a, b) => sign * compare(a.namespace.name, b.namespace.name) || compare(a.key, b.key);
  }
  const weigh = WEIGHT[sort];
  return (a, b) => sign * (weigh(a) - weigh(b)) || compare(a.key, b.key);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
