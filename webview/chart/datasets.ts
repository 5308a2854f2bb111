/** What the hit-rate chart draws. */
import type { ChartDataset } from 'chart.js';
import { LEVELS } from '../../src/protocol.ts';
import { hitRate } from '../format.ts';
import { LEVEL_NAMES } from '../names.ts';
import { allHits, type Bucket } from './buckets.ts';
import { type ChartTheme, fillOf, type Mark } from './theme.ts';

export type Datum = number | null;
type Dataset = ChartDataset<'bar' | 'line', Datum[]>;

/** The rate on its axis `rate`, then one stack of bars on axis `reads`. */
export function datasets(buckets: readonly Bucket[], { colors, background }: ChartTheme): Dataset[] {
  const rate: Dataset = {
    type: 'line',
    label: 'Hit rate',
    yAxisID: 'rate',
    data: buckets.map(({ hits, misses }) => hitRate(allHits(hits), misses) ?? null),
    borderColor: colors.rate,
    borderWidth: 1.5,
    clip: false,
    spanGaps: true,
    segment: { borderDash: ({ p0, p1 }) => (p0.skip || p1.skip ? [1, 4] : undefined) },
    pointRadius: 2,
    pointHoverRadius: 3,
    pointBackgroundColor: colors.rate,
    pointBorderColor: background,
    pointBorderWidth: 0.5,
  };
  const bars = (mark: Exclude<Mark, 'rate'>, label: string, data: number[]): Dataset => ({
    type: 'bar',
    label,
    yAxisID: 'reads',
    stack: 'reads',
    data,
    backgroundColor: fillOf(mark, colors[mark]),
    borderColor: colors[mark],
    borderWidth: 1,
    borderSkipped: false,
    barPercentage: 1,
    categoryPercentage: 0.8,
    maxBarThickness: 24,
  });
  return [
    rate,
    ...LEVELS.map((level) =>
      bars(
        level,
        `${LEVEL_NAMES[level]} hits`,
        buckets.map(({ hits }) => hits[level]),
      ),
    ),
    bars(
      'misses',
      'Misses',
      buckets.map(({ misses }) => misses),
    ),
  ];
}
