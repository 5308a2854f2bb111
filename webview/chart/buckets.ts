/** The bars of the hit-rate chart: the host's points, with the quiet times in between filled in. */
import { type Counts, LEVELS, type Range, type Series } from '../../src/protocol.ts';
import { formatCount, formatPercent, hitRate } from '../format.ts';
import { LEVEL_NAMES, RANGE_NAMES } from '../names.ts';

/** More bars than these cannot be told apart in a 300-pixel column. */
const MAX_BARS = 60;

/** Widths of a bar that read well on a clock, ms. */
const WIDTHS = [1e3, 5e3, 10e3, 30e3, 60e3, 300e3, 600e3, 1_800e3, 3_600e3, 43_200e3];

const RANGE_MS: Readonly<Record<Range, number>> = {
  '5m': 300e3,
  '1h': 3_600e3,
  '24h': 86_400e3,
  '30d': 2_592_000e3,
};

export interface Span {
  /** First millisecond, and the first after it. */
  readonly start: number;
  readonly end: number;
}

export interface Bucket extends Span {
  readonly hits: Counts;
  readonly misses: number;
}

interface Totals {
  readonly hits: Counts;
  readonly misses: number;
  /** Absent without reads. */
  readonly rate: number | undefined;
}

/** The whole range that ends at `at`, ms, in at most 60 spans of equal width, oldest first. */
export function spansOf({ range, step }: Pick<Series, 'range' | 'step'>, at: number): Span[] {
  const length = RANGE_MS[range];
  const fits = (width: number): boolean => width * MAX_BARS >= length && width % step === 0;
  const width = WIDTHS.find(fits) ?? step * Math.ceil(length / step / MAX_BARS);
  const count = Math.ceil(length / width);
  const first = (Math.floor(at / width) - count + 1) * width;
  return Array.from({ length: count }, (_, index) => ({
    start: first + index * width,
    end: first + (index + 1) * width,
  }));
}

/** Which of the spans holds the time `t`; none before the first and after the last. */
export function spanAt(spans: readonly Span[], t: number): number | undefined {
  const [first] = spans;
  if (!first) return undefined;
  const index = Math.floor((t - first.start) / (first.end - first.start));
  return index >= 0 && index < spans.length ? index : undefined;
}

/** The buckets of the whole range that ends at `at`, ms. */
export function bucketsOf(series: Series, at: number): Bucket[] {
  const spans = spansOf(series, at);
  const sums = spans.map((span) => ({ ...span, hits: { memory: 0, file: 0, shared: 0 }, misses: 0 }));
  for (const point of series.points) {
    const sum = sums[spanAt(spans, point.t) ?? -1];
    if (!sum) continue;
    for (const level of LEVELS) sum.hits[level] += point.hits[level];
    sum.misses += point.misses;
  }
  return sums;
}

/** Hits at all levels together. */
export function allHits(hits: Counts): number {
  return LEVELS.reduce((sum, level) => sum + hits[level], 0);
}

export function totalsOf(buckets: readonly Bucket[]): Totals {
  const hits = { memory: 0, file: 0, shared: 0 };
  let misses = 0;
  for (const bucket of buckets) {
    for (const level of LEVELS) hits[level] += bucket.hits[level];
    misses += bucket.misses;
  }
  return { hits, misses, rate: hitRate(allHits(hits), misses) };
}

/** The chart in one sentence, for whoever does not see it. */
export function describe(range: Range, { hits, misses, rate }: Totals): string {
  const levels = LEVELS.map(
    (level) => `${formatCount(hits[level])} from ${LEVEL_NAMES[level].toLowerCase()}`,
  );
  return `Hit rate over the last ${RANGE_NAMES[range]}: ${formatPercent(rate)}. Hits: ${levels.join(', ')}. Misses: ${formatCount(misses)}.`;
}

/** Which buckets carry a time label: those in which a round local time falls. */
export function labelled(buckets: readonly Span[], range: Range, narrow: boolean): number[] {
  const minutes = narrow
    ? { '5m': 2, '1h': 20, '24h': 360, '30d': 14_400 }[range]
    : { '5m': 1, '1h': 10, '24h': 240, '30d': 7_200 }[range];
  const every = minutes * 60e3;
  return buckets.flatMap(({ start, end }, index) => {
    const offset = new Date(start).getTimezoneOffset() * 60e3;
    const step = (t: number): number => Math.floor((t - offset) / every);
    return step(end - 1) > step(start - 1) ? [index] : [];
  });
}
