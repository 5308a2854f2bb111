/** Fills that tell series apart without colour. */
import type { Pattern } from './figure-data.ts';

const TILE = 6;

type Drawn = Exclude<Pattern, 'solid' | 'empty'>;
const DRAW: Readonly<Record<Drawn, (context: CanvasRenderingContext2D) => void>> = {
  hatch: (context) => diagonals(context, false),
  backhatch: (context) => diagonals(context, true),
  dots(context) {
    context.arc(1.5, 1.5, 1.4, 0, 7);
    context.arc(4.5, 4.5, 1.4, 0, 7);
    context.fill();
  },
  rows: (context) => context.fillRect(0, 1, TILE, 2),
  columns: (context) => context.fillRect(1, 0, 2, TILE),
  grid(context) {
    context.fillRect(0, 2, TILE, 1);
    context.fillRect(2, 0, 1, TILE);
  },
};

/** What a shape of this pattern is filled with; `empty` has an outline only. */
export function patternFill(pattern: Pattern, color: string): string | CanvasPattern {
  if (pattern === 'solid') return color;
  if (pattern === 'empty') return 'transparent';
  const tile = document.createElement('canvas');
  tile.width = TILE;
  tile.height = TILE;
  const context = tile.getContext('2d');
  if (!context) return color;
  context.strokeStyle = color;
  context.fillStyle = color;
  context.lineWidth = 2;
  context.beginPath();
  DRAW[pattern](context);
  return context.createPattern(tile, 'repeat') ?? color;
}

function diagonals(context: CanvasRenderingContext2D, falling: boolean): void {
  for (const x of [-TILE, 0, TILE]) {
    context.moveTo(x - 1, falling ? -1 : TILE + 1);
    context.lineTo(x + TILE + 1, falling ? TILE + 1 : -1);
  }
  context.stroke();
}

/** A context of 12 × 12 units over the whole canvas, sharp on any screen. */
export function swatchContext(canvas: HTMLCanvasElement): CanvasRenderingContext2D | undefined {
  const size = 12;
  const scale = window.devicePixelRatio || 1;
  canvas.width = size * scale;
  canvas.height = size * scale;
  const context = canvas.getContext('2d') ?? undefined;
  context?.scale(scale, scale);
  return context;
}

/** Paints the sample of a series of bars, for a legend. */
export function paintBox(canvas: HTMLCanvasElement, pattern: Pattern, color: string): void {
  const context = swatchContext(canvas);
  if (!context) return;
  context.strokeStyle = color;
  context.fillStyle = patternFill(pattern, color);
  context.fillRect(1.5, 1.5, 9, 9);
  context.strokeRect(1.5, 1.5, 9, 9);
}
