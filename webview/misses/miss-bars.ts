/** The misses over time as bars and as rows of a table. */
import { MISS_REASONS, type MissCounts, type MissesData } from '../../src/protocol/misses.ts';
import { labelled, type Span, spanAt, spansOf } from '../chart/buckets.ts';
import type { Bars, FigureData } from '../chart/figure-data.ts';
import { formatClock, formatCount } from '../format.ts';
import { RANGE_NAMES } from '../names.ts';
import { REASONS } from './reasons.ts';

export function missTotal(counts: MissCounts): number {
  return MISS_REASONS.reduce((sum, reason) => sum + (counts[reason] ?? 0), 0);
}

/** Only reasons that occurred take part. @param at end of the range, ms */
export function missFigure(misses: MissesData, at: number): FigureData<Bars> {
  const { range, points, counts } = misses;
  const spans = spansOf(misses, at);
  const sums = spans.map((): Record<string, number> => ({}));
  for (const point of points) {
    const sum = sums[spanAt(spans, point.t) ?? -1];
    if (!sum) continue;
    for (const reason of MISS_REASONS) sum[reason] = (sum[reason] ?? 0) + (point.counts[reason] ?? 0);
  }
  const present = MISS_REASONS.filter((reason) => (counts[reason] ?? 0) > 0);
  const clock = ({ start, end }: Span, edge: 'start' | 'end'): string =>
    formatClock(edge === 'start' ? start : end, range === '5m' && end - start < 60e3);
  const labels = (narrow: boolean) =>
    labelled(spans, range, narrow).map((index) => ({ index, text: clock(spans[index] as Span, 'start') }));
  const total = missTotal(counts);
  const parts = present.map(
    (reason) => `${REASONS[reason].name.toLowerCase()} ${formatCount(counts[reason] ?? 0)}`,
  );
  const during = `in the last ${RANGE_NAMES[range]}`;
  return {
    data: {
      titles: spans.map((span) => `${clock(span, 'start')} – ${clock(span, 'end')}`),
      labels: { narrow: labels(true), wide: labels(false) },
      series: present.map((reason) => ({
        label: REASONS[reason].name,
        hue: REASONS[reason].hue,
        pattern: REASONS[reason].pattern,
        values: sums.map((sum) => sum[reason] ?? 0),
      })),
    },
    label:
      total === 0
        ? `No misses ${during}.`
        : `${formatCount(total)} misses ${during}, by reason: ${parts.join(', ')}.`,
    ...(total === 0 && { empty: `No misses ${during}.` }),
    columns: ['Time', 'All', ...present.map((reason) => REASONS[reason].name)],
    rows: sums
      .map((sum, index) => ({ sum, span: spans[index] as Span }))
      .filter(({ sum }) => missTotal(sum) > 0)
      .reverse()
      .map(({ sum, span }) => ({
        key: String(span.start),
        cells: [
          clock(span, 'start'),
          formatCount(missTotal(sum)),
          ...present.map((reason) => formatCount(sum[reason] ?? 0)),
        ],
      })),
  };
}
