/** Stacked bars, one stack for each span of time. */
import { BarController, BarElement, CategoryScale, Chart, LinearScale, Tooltip } from 'chart.js';
import { formatCount } from '../format.ts';
import type { Plot } from './figure.ts';
import type { BarLabel, Bars } from './figure-data.ts';
import { patternFill } from './patterns.ts';
import { CALM, countAxis, NARROW, timeAxis, tooltipStyle } from './style.ts';
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
    const x = timeAxis(theme);
    return {
      ...CALM,
      scales: {
        x: {
          ...x,
          afterBuildTicks: (axis) => {
            axis.ticks = this.#labels(axis.chart.width).map(({ index }) => ({ value: index }));
          },
          ticks: {
            ...x.ticks,
            callback: (value) => this.#labels().find(({ index }) => index === Number(value))?.text ?? '',
          },
        },
        y: countAxis(theme, 5),
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
