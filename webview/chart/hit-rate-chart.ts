/** The hit rate as a line, and below it, on the same time axis, hits by level and misses as stacked bars. */
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from 'chart.js';
import type { Range } from '../../src/protocol.ts';
import { formatCount, formatPercent, formatStretch } from '../format.ts';
import { type Bucket, labelled } from './buckets.ts';
import { type Datum, datasets } from './datasets.ts';
import { CALM, countAxis, NARROW, tickStyle, timeAxis, tooltipStyle } from './style.ts';
import type { ChartTheme } from './theme.ts';

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
);

export class HitRateChart {
  readonly #chart: Chart<'bar' | 'line', Datum[], number>;
  #buckets: readonly Bucket[] = [];
  #range: Range = '5m';

  constructor(canvas: HTMLCanvasElement, theme: ChartTheme) {
    this.#chart = new Chart(canvas, this.#configuration(theme));
  }

  /** Draws without animation; the caller leaves out calls that would draw the same. */
  draw(buckets: readonly Bucket[], range: Range, theme: ChartTheme): void {
    this.#buckets = buckets;
    this.#range = range;
    this.#chart.data.labels = buckets.map((_, index) => index);
    this.#chart.data.datasets = datasets(buckets, theme);
    this.#chart.update('none');
  }

  retheme(theme: ChartTheme): void {
    this.#chart.options = this.#configuration(theme).options ?? {};
    this.draw(this.#buckets, this.#range, theme);
  }

  #configuration(theme: ChartTheme): ChartConfiguration<'bar' | 'line', Datum[], number> {
    const ticks = tickStyle(theme);
    const x = timeAxis(theme);
    return {
      type: 'bar',
      data: { labels: [], datasets: [] },
      options: {
        ...CALM,
        scales: {
          x: {
            ...x,
            afterBuildTicks: (axis) => {
              const narrow = axis.chart.width < NARROW;
              axis.ticks = labelled(this.#buckets, this.#range, narrow).map((value) => ({ value }));
            },
            ticks: {
              ...x.ticks,
              callback: (index) => this.#tick(Number(index)),
            },
          },
          reads: {
            position: 'left',
            stack: 'plots',
            stackWeight: 2,
            ...countAxis(theme, 4),
          },
          rate: {
            position: 'left',
            stack: 'plots',
            stackWeight: 3,
            // Room below 0% keeps its label clear of the bars' highest one.
            min: -0.15,
            max: 1,
            afterBuildTicks: (axis) => {
              axis.ticks = [0, 0.5, 1].map((value) => ({ value }));
            },
            grid: { color: theme.grid },
            border: { display: false },
            ticks: { ...ticks, callback: (value) => `${Number(value) * 100}%` },
          },
        },
        plugins: {
          tooltip: {
            ...tooltipStyle(theme),
            callbacks: {
              title: ([item]) =>
                item ? `${this.#clock(item.dataIndex, 'start')} – ${this.#clock(item.dataIndex, 'end')}` : '',
              label: ({ dataset, raw }) => {
                const value = raw as number;
                return `${dataset.label}: ${dataset.yAxisID === 'rate' ? formatPercent(value) : formatCount(value)}`;
              },
            },
            filter: ({ raw, dataset }) => raw !== null && (raw !== 0 || dataset.yAxisID === 'rate'),
          },
        },
      },
    };
  }

  /** Under an axis of days, the day alone. */
  #tick(index: number): string {
    const text = this.#clock(index, 'start');
    return this.#range === '30d' ? (text.split(' ')[0] ?? '') : text;
  }

  #clock(index: number, edge: 'start' | 'end'): string {
    const bucket = this.#buckets[index];
    return bucket ? formatStretch(bucket[edge], bucket.end - bucket.start) : '';
  }
}
