/** Which rows of a long list are in sight, and where they stand: the others are not in the document. */

/** Browsers end an element at about 33 million pixels; below this, a pixel of scrolling is a pixel. */
const TALLEST = 8_000_000;
/** Rows above and below those in sight, so that a short movement finds them there. */
const BEYOND = 8;

export interface Scroller {
  readonly rows: number;
  /** Pixels. */
  readonly rowHeight: number;
  /** Pixels in which rows are seen. */
  readonly height: number;
  readonly scrollTop: number;
}

export interface VirtualWindow {
  /** The first row that is in the document, and the first after it that is not. */
  readonly first: number;
  readonly end: number;
  /** Pixels of the whole list, as far as the scrollbar is concerned. */
  readonly height: number;
  /** Pixels to add to `row × rowHeight`: other than 0 only where the list is too tall to be laid out. */
  readonly offset: number;
}

export function windowOf(scroller: Scroller): VirtualWindow {
  const { rows, rowHeight, height } = scroller;
  const whole = rows * rowHeight;
  const top = Math.min(Math.max(0, scroller.scrollTop) * stretch(scroller), Math.max(0, whole - height));
  const seen = Math.floor(top / rowHeight);
  return {
    first: Math.max(0, seen - BEYOND),
    end: Math.min(rows, Math.ceil((top + height) / rowHeight) + BEYOND),
    height: Math.min(whole, TALLEST),
    offset: whole > TALLEST ? scroller.scrollTop - top : 0,
  };
}

/** Where to scroll so that a row is in sight; where it is already when the row is. */
export function revealing(scroller: Scroller, row: number): number {
  const { rowHeight, height, scrollTop } = scroller;
  const factor = stretch(scroller);
  const top = scrollTop * factor;
  const [above, below] = [row * rowHeight, (row + 1) * rowHeight - height];
  if (above < top) return above / factor;
  if (below > top) return below / factor;
  return scrollTop;
}

/** Rows that a page key moves by. */
export function rowsPerPage({ height, rowHeight }: Pick<Scroller, 'height' | 'rowHeight'>): number {
  return Math.max(1, Math.floor(height / rowHeight) - 1);
}

/** Pixels of the list per pixel of scrolling. */
function stretch({ rows, rowHeight, height }: Scroller): number {
  const whole = rows * rowHeight;
  return whole <= TALLEST || TALLEST <= height ? 1 : (whole - height) / (TALLEST - height);
}
