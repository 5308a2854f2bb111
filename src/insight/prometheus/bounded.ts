import type { Histogram } from '../latency/histogram.ts';
import { BOUNDS_SECONDS } from '../latency/histogram.ts';
import { type Labelled, OTHER } from '../latency/labelled.ts';
import type { NamespaceRow } from '../statistics.ts';
import type { Sample } from './text-format.ts';

/** Namespaces with series of their own. */
const MOST_NAMESPACES = 64;

/** A histogram for each name. */
export function* histograms(label: string, byName: Labelled<Histogram>): Generator<Sample> {
  for (const [name, histogram] of byName) {
    const cumulative = histogram.cumulative();
    for (const [i, bound] of BOUNDS_SECONDS.entries()) {
      yield { labels: { [label]: name, le: String(bound) }, value: cumulative[i] ?? 0, suffix: '_bucket' };
    }
    const labels = { [label]: name };
    yield { labels: { ...labels, le: '+Inf' }, value: histogram.count, suffix: '_bucket' };
    yield { labels, value: histogram.sumMs / 1000, suffix: '_sum' };
    yield { labels, value: histogram.count, suffix: '_count' };
  }
}

/** The first namespaces, which stay the first, and the sum of all others. */
export function bounded(rows: readonly NamespaceRow[]): NamespaceRow[] {
  const first = rows.slice(0, MOST_NAMESPACES);
  const rest = rows.slice(MOST_NAMESPACES);
  if (rest.length === 0) return first;
  const sum = (of: (row: NamespaceRow) => number) => rest.reduce((total, row) => total + of(row), 0);
  const hits = {
    memory: sum((row) => row.hits.memory),
    file: sum((row) => row.hits.file),
    shared: sum((row) => row.hits.shared),
  };
  const misses = sum((row) => row.misses);
  const all = hits.memory + hits.file + hits.shared;
  const other = {
    ...{ name: OTHER, hits, misses, joined: sum((row) => row.joined) },
    ...{ evictions: sum((row) => row.evictions), savedMs: sum((row) => row.savedMs) },
    ...(all + misses > 0 && { hitRate: all / (all + misses) }),
  };
  return [...first, other];
}
