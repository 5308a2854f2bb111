/** Colours of the charts: VS Code's own, and for each series a pattern or mark beside its colour. */
import type { Level } from '../../src/protocol.ts';
import type { Hue, Pattern } from './figure-data.ts';
import { paintBox, patternFill, swatchContext } from './patterns.ts';

export type Mark = Level | 'misses' | 'rate';

export interface ChartTheme {
  readonly colors: Readonly<Record<Mark, string>>;
  readonly hues: Readonly<Record<Hue, string>>;
  readonly text: string;
  readonly grid: string;
  readonly background: string;
  readonly tooltip: { readonly background: string; readonly text: string; readonly border: string };
  readonly fontFamily: string;
  /** Pixels. */
  readonly fontSize: number;
}

/** Reads the theme that is active now; canvas cannot use CSS variables itself. */
export function readTheme(): ChartTheme {
  const style = getComputedStyle(document.body);
  const color = (...names: string[]): string => {
    for (const name of names) {
      const value = style.getPropertyValue(`--vscode-${name}`).trim();
      if (value) return value;
    }
    return style.color;
  };
  return {
    colors: {
      memory: color('charts-blue'),
      file: color('charts-green'),
      shared: color('charts-purple'),
      misses: color('descriptionForeground', 'foreground'),
      rate: color('charts-foreground', 'foreground'),
    },
    hues: {
      red: color('charts-red'),
      yellow: color('charts-yellow'),
      green: color('charts-green'),
      blue: color('charts-blue'),
      purple: color('charts-purple'),
      foreground: color('charts-foreground', 'foreground'),
      quiet: color('descriptionForeground', 'foreground'),
    },
    text: color('descriptionForeground'),
    grid: color('tree-tableColumnsBorder', 'charts-lines'),
    background: color('editor-background'),
    tooltip: {
      background: color('editorHoverWidget-background', 'editor-background'),
      text: color('editorHoverWidget-foreground', 'foreground'),
      border: color('editorHoverWidget-border', 'contrastBorder'),
    },
    fontFamily: style.fontFamily,
    fontSize: Math.max(10, Math.round(Number.parseFloat(style.fontSize) * 0.85)),
  };
}

const PATTERNS: Readonly<Record<Exclude<Mark, 'rate'>, Pattern>> = {
  memory: 'solid',
  file: 'hatch',
  shared: 'dots',
  misses: 'empty',
};

/** Memory is solid, file hatched, shared dotted, misses empty. */
export function fillOf(mark: Exclude<Mark, 'rate'>, color: string): string | CanvasPattern {
  return patternFill(PATTERNS[mark], color);
}

/** Paints the sample of a series into a square canvas, for the legend. */
export function paintSwatch(canvas: HTMLCanvasElement, mark: Mark, theme: ChartTheme): void {
  const color = theme.colors[mark];
  if (mark !== 'rate') {
    paintBox(canvas, PATTERNS[mark], color);
    return;
  }
  const context = swatchContext(canvas);
  if (!context) return;
  context.strokeStyle = color;
  context.fillStyle = color;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(0, 6);
  context.lineTo(12, 6);
  context.stroke();
  context.beginPath();
  context.arc(6, 6, 2.5, 0, 7);
  context.fill();
}

/** Calls `listener` whenever VS Code put another theme on the page. */
export function onThemeChange(listener: () => void): void {
  new MutationObserver(listener).observe(document.body, {
    attributeFilter: ['class', 'data-vscode-theme-id'],
  });
}
