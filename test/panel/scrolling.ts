import type { Explorer } from '../e2e/driver/explorer.ts';

/** So long is scrolled, ms. */
const LASTS = 5000;
const ROW = 24;
/** A frame that comes later than this after the one before was late, ms; in time it is 16.7. */
const LATE = 25;

export interface Scrolled {
  readonly frames: number;
  readonly perSecond: number;
  readonly late: number;
  readonly longestMs: number;
  /** Frames in which not one row in sight had come from the host. */
  readonly blank: number;
}

/** Ten rows a frame, faster than a wheel. */
export const STEADY = 10 * ROW;
/** From one end to the other, as by dragging the bar. */
export const JUMPING = 'all';

/** Scrolls the list from its beginning, by so many pixels a frame, and tells how the frames came. */
export async function scroll(explorer: Explorer, step: number | 'all'): Promise<Scrolled> {
  const entries = await explorer.entries();
  await entries.filter.fill('');
  await entries.rows.first().waitFor();
  const script = `new Promise((resolve) => {
    const grid = document.querySelector('.entry-grid');
    grid.scrollTop = 0;
    const most = grid.scrollHeight - grid.clientHeight;
    const gaps = [];
    let blank = 0;
    let first, last;
    requestAnimationFrame(function frame(now) {
      first ??= now;
      if (last !== undefined) gaps.push(now - last);
      last = now;
      if (now - first >= ${LASTS}) return resolve({ gaps, blank });
      const shown = grid.querySelectorAll('.entry-row');
      if (![...shown].some((row) => !row.hasAttribute('aria-busy'))) blank++;
      grid.scrollTop = ${step === 'all' ? `(most * (now - first)) / ${LASTS}` : `gaps.length * ${step}`};
      requestAnimationFrame(frame);
    });
  })`;
  const { gaps, blank } = await explorer.frame.evaluate<Frames>(script);
  const ms = gaps.reduce((sum, gap) => sum + gap, 0);
  return {
    frames: gaps.length,
    perSecond: Number(((gaps.length * 1000) / ms).toFixed(1)),
    late: gaps.filter((gap) => gap > LATE).length,
    longestMs: Number(Math.max(...gaps).toFixed(1)),
    blank,
  };
}

interface Frames {
  readonly gaps: readonly number[];
  readonly blank: number;
}
