/** Colours of the chart: VS Code's own, and for each series a pattern or mark beside its colour. */
import type { Level } from '../../src/protocol.ts';

export type Mark = Level | 'misses' | 'rate';

export interface ChartTheme {
  readonly colors: Readonly<Record<Mark, string>>;
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

const TILE = 6;

/** Memory is solid, file hatched, shared dotted, misses empty: told apart without colour, too. */
export function fillOf(mark: Mark, color: string): string | CanvasPattern {
  if (mark === 'memory') return color;
  if (mark === 'misses') return 'transparent';
  const tile = document.createElement('canvas');
  tile.width = TILE;
  tile.height = TILE;
  const context = tile.getContext('2d');
  if (!context) return color;
  context.strokeStyle = color;
  context.fillStyle = color;
  context.lineWidth = 2;
  context.beginPath();
  if (mark === 'file') {
    for (const x of [-TILE, 0, TILE]) {
      context.moveTo(x - 1, TILE + 1);
      context.lineTo(x + TILE + 1, -1);
    }
    context.stroke();
  } else {
    context.arc(1.5, 1.5, 1.4, 0, 7);
    context.arc(4.5, 4.5, 1.4, 0, 7);
    context.fill();
  }
  return context.createPattern(tile, 'repeat') ?? color;
}

/** Paints the sample of a series into a square canvas, for the legend. */
export function paintSwatch(canvas: HTMLCanvasElement, mark: Mark, theme: ChartTheme): void {
  const size = 12;
  const scale = window.devicePixelRatio || 1;
  canvas.width = size * scale;
  canvas.height = size * scale;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.scale(scale, scale);
  const color = theme.colors[mark];
  context.strokeStyle = color;
  context.fillStyle = fillOf(mark, color);
  if (mark === 'rate') {
    context.fillStyle = color;
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(0, 6);
    context.lineTo(12, 6);
    context.stroke();
    context.beginPath();
    context.arc(6, 6, 2.5, 0, 7);
    context.fill();
    return;
  }
  context.fillRect(1.5, 1.5, 9, 9);
  context.strokeRect(1.5, 1.5, 9, 9);
}
