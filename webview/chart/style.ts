/** What all charts have in common. */
import type { ChartTheme } from './theme.ts';

/** Charts that are narrower have fewer labels, px. */
export const NARROW = 420;

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
