/** Stacked bars, one stack for each span of time. */
import { BarController, BarElement, CategoryScale, Chart, LinearScale, Tooltip } from 'chart.js';
import { formatCompact, formatCount } from '../format.ts';
import type { Plot } from './figure.ts';
import type { BarLabel, Bars } from './figure-data.ts';
import { patternFill } from './patterns.ts';
import { NARROW, tickStyle, tooltipStyle } from './style.ts';
import type { ChartTheme } from './theme.ts';

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Tooltip);

export class BarPlot implements Plot<Bars> {
  readonly #chart: Chart<'bar', number[], number>;
  #bars: Bars = { titles: [], labels: { narrow: [], wide: [] }, series: [] };

  constructor(canvas: HTMLCanvasElement, theme: ChartTheme) {
    this.#chart = new Chart<'bar', number[], number>(canvas, {
      type: 'bar',
      data: { labels: [], datasets: [] },
      options: this.#options(theme),
    });
  }

  draw(bars: Bars, theme: ChartTheme): void {
    this.#bars = bars;
    this.#chart.options = this.#options(theme);
    this.#chart.data = {
      labels: bars.titles.map((_, index) => index),
      datasets: bars.series.map(({ label, hue, pattern, values }) => ({
        label,
        data: [...values],
        backgroundColor: patternFill(pattern, theme.hues[hue]),
        borderColor: theme.hues[hue],
        borderWidth: 1,
        borderSkipped: false,
        barPercentage: 1,
        categoryPercentage: 0.8,
        maxBarThickness: 24,
      })),
    };
    this.#chart.update('none');
  }

  #options(theme: ChartTheme): Chart<'bar', number[], number>['options'] {
    const ticks = tickStyle(theme);
    return {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      interaction: { mode: 'index', intersect: false },
      layout: { padding: { top: 6 } },
      scales: {
        x: {
          stacked: true,
          grid: { display: false },
          border: { color: theme.grid },
          afterBuildTicks: (axis) => {
            axis.ticks = this.#labels(axis.chart.width).map(({ index }) => ({ value: index }));
          },
          ticks: {
            ...ticks,
            autoSkip: false,
            maxRotation: 0,
            callback: (value) => this.#labels().find(({ index }) => index === Number(value))?.text ?? '',
          },
        },
        y: {
          stacked: true,
          beginAtZero: true,
          suggestedMax: 4,
          grid: { color: theme.grid },
          border: { display: false },
          ticks: {
            ...ticks,
            precision: 0,
            maxTicksLimit: 5,
            callback: (value) => formatCompact(Number(value)),
          },
        },
      },
      plugins: {
        tooltip: {
          ...tooltipStyle(theme),
          filter: ({ raw }) => raw !== 0,
          callbacks: {
            title: ([item]) => (item ? (this.#bars.titles[item.dataIndex] ?? '') : ''),
            label: ({ dataset, raw }) => `${dataset.label}: ${formatCount(raw as number)}`,
          },
        },
      },
    };
  }

  #labels(width = Number.POSITIVE_INFINITY): readonly BarLabel[] {
    return this.#bars.labels[width < NARROW ? 'narrow' : 'wide'];
  }
}
