/** Draws the miss-ratio curve, with upright lines at the size now and at the advised one. */
import {
  Chart,
  LinearScale,
  LineController,
  LineElement,
  type Plugin,
  PointElement,
  Tooltip,
} from 'chart.js';
import type { Plot } from '../chart/figure.ts';
import { tickStyle, tooltipStyle } from '../chart/style.ts';
import type { ChartTheme } from '../chart/theme.ts';
import { formatBytes, formatPercent } from '../format.ts';
import type { CurveData } from './curve.ts';

Chart.register(LinearScale, LineController, LineElement, PointElement, Tooltip);

type Point = { readonly x: number; readonly y: number };
type Options = Chart<'line', Point[]>['options'];

/** Pixels that a label such as "512 MB" needs. */
const LABEL_WIDTH = 60;

export class CurvePlot implements Plot<CurveData> {
  readonly #chart: Chart<'line', Point[]>;

  constructor(canvas: HTMLCanvasElement, theme: ChartTheme) {
    this.#chart = new Chart<'line', Point[]>(canvas, {
      type: 'line',
      data: { datasets: [] },
      options: options(theme),
      plugins: [uprights],
    });
  }

  draw({ points, marks }: CurveData, theme: ChartTheme): void {
    const { hues, background } = theme;
    this.#chart.options = options(theme);
    this.#chart.data = {
      datasets: [
        ...marks.map(({ kind, bytes, missRatio }) => ({
          label: kind,
          data: [{ x: Math.log2(bytes), y: missRatio }],
          borderColor: hues[kind === 'now' ? 'foreground' : 'green'],
          backgroundColor: kind === 'now' ? background : hues.green,
          borderWidth: 2,
          pointStyle: kind === 'now' ? 'circle' : 'rectRot',
          pointRadius: kind === 'now' ? 4 : 6,
          pointHoverRadius: kind === 'now' ? 4 : 6,
          clip: false as const,
        })),
        {
          label: 'curve',
          data: points.map(({ bytes, missRatio }) => ({ x: Math.log2(bytes), y: missRatio })),
          borderColor: hues.blue,
          borderWidth: 1.5,
          pointRadius: 0,
          pointHoverRadius: 3,
          pointBackgroundColor: hues.blue,
        },
      ],
    };
    this.#chart.update('none');
  }
}

/** From each mark down to the axis: dashed for the advised size, solid for the one now. */
const uprights: Plugin<'line'> = {
  id: 'uprights',
  beforeDatasetsDraw({ ctx, data, scales, chartArea }) {
    for (const { label, data: marked, borderColor } of data.datasets) {
      const [point] = marked as Point[];
      if (label === 'curve' || !point || !scales.x) continue;
      const x = scales.x.getPixelForValue(point.x);
      ctx.save();
      ctx.strokeStyle = borderColor as string;
      ctx.lineWidth = 1;
      if (label === 'advised') ctx.setLineDash([4, 3]);
      ctx.beginPath();
      ctx.moveTo(x, chartArea.top);
      ctx.lineTo(x, chartArea.bottom);
      ctx.stroke();
      ctx.restore();
    }
  },
};

function options(theme: ChartTheme): Options {
  const ticks = tickStyle(theme);
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    interaction: { mode: 'nearest', axis: 'x', intersect: false },
    layout: { padding: { top: 8, right: 8 } },
    scales: {
      x: {
        type: 'linear',
        bounds: 'data',
        grid: { display: false },
        border: { color: theme.grid },
        // Whole powers of two, as many as have room.
        afterBuildTicks: (axis) => {
          const room = Math.max(1, Math.floor(axis.width / LABEL_WIDTH));
          const every = Math.max(1, Math.ceil((axis.max - axis.min) / room));
          axis.ticks = [];
          for (let value = Math.ceil(axis.min); value <= axis.max; value += every) axis.ticks.push({ value });
        },
        ticks: {
          ...ticks,
          autoSkip: false,
          maxRotation: 0,
          callback: (value) => formatBytes(2 ** Number(value)).replace('.0 ', ' '),
        },
      },
      y: {
        min: 0,
        suggestedMax: 0.1,
        grid: { color: theme.grid },
        border: { display: false },
        ticks: {
          ...ticks,
          maxTicksLimit: 5,
          callback: (value) => `${Math.round(Number(value) * 1000) / 10}%`,
        },
      },
    },
    plugins: {
      tooltip: {
        ...tooltipStyle(theme),
        displayColors: false,
        callbacks: {
          title: ([item]) => (item?.parsed.x == null ? '' : formatBytes(2 ** item.parsed.x)),
          label: ({ parsed, dataset: { label } }) => {
            const share = `${formatPercent(parsed.y ?? undefined)} of reads miss`;
            return label === 'curve' ? share : `${share} (${label})`;
          },
        },
      },
    },
  };
}
