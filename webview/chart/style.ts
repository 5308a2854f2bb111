/** What all charts have in common. */
import { formatCompact } from '../format.ts';
import type { ChartTheme } from './theme.ts';

/** Charts that are narrower have fewer labels, px. */
export const NARROW = 420;

/** Nothing moves, and the pointer need not be on what it asks about. */
export const CALM = {
  animation: false,
  responsive: true,
  maintainAspectRatio: false,
  interaction: { mode: 'index', intersect: false },
  layout: { padding: { top: 6 } },
} as const;

/** An axis of spans of time, below stacked bars. */
export function timeAxis(theme: ChartTheme) {
  const ticks = { ...tickStyle(theme), autoSkip: false, maxRotation: 0 };
  return { stacked: true, grid: { display: false }, border: { color: theme.grid }, ticks };
}

/** An axis of how many, beside stacked bars. */
export function countAxis(theme: ChartTheme, maxTicksLimit: number) {
  const callback = (value: number | string) => formatCompact(Number(value));
  return {
    stacked: true,
    beginAtZero: true,
    suggestedMax: 4,
    grid: { color: theme.grid },
    border: { display: false },
    ticks: { ...tickStyle(theme), precision: 0, maxTicksLimit, callback },
  };
}

export function tickStyle(theme: ChartTheme) {
  return { color: theme.text, font: { family: theme.fontFamily, size: theme.fontSize } };
}

export function tooltipStyle(theme: ChartTheme) {
  const { background, text, border } = theme.tooltip;
  const { font } = tickStyle(theme);
  return {
    backgroundColor: background,
    titleColor: text,
    bodyColor: text,
    borderColor: border,
    borderWidth: 1,
    cornerRadius: 3,
    boxPadding: 4,
    titleFont: { ...font, weight: 'bold' as const },
    bodyFont: font,
    multiKeyBackground: background,
  };
}
