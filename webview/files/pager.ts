/** Which of many rows are shown, and the way to those before and after them. */
import { h, iconButton, setAttribute, setShown, setText } from '../dom.ts';
import { formatCount } from '../format.ts';

interface PageOfRows {
  readonly from: number;
  /** Rows on this page, and rows that match. */
  readonly rows: number;
  readonly matched: number;
  /** Rows of a full page. */
  readonly count: number;
}

/** `1–200 of 4,567`. */
function pageText({ from, rows, matched }: PageOfRows): string {
  return rows === 0
    ? `none of ${formatCount(matched)}`
    : `${formatCount(from + 1)}–${formatCount(from + rows)} of ${formatCount(matched)}`;
}

export class Pager {
  readonly #text = h('span', { class: 'number', role: 'status' });
  readonly #previous = iconButton('chevron-left', 'Previous Page');
  readonly #next = iconButton('chevron-right', 'Next Page');
  readonly element = h(
    'nav',
    { class: 'file-pager', 'aria-label': 'Pages' },
    this.#text,
    this.#previous,
    this.#next,
  );

  #page: PageOfRows = { from: 0, rows: 0, matched: 0, count: 1 };

  /** @param go called with the first row of the page to show */
  constructor(go: (from: number) => void) {
    this.#previous.addEventListener('click', () => go(Math.max(0, this.#page.from - this.#page.count)));
    this.#next.addEventListener('click', () => {
      const { from, count, matched } = this.#page;
      if (from + count < matched) go(from + count);
    });
  }

  render(page: PageOfRows): void {
    this.#page = page;
    setShown(this.element, page.matched > page.count || page.from > 0);
    setText(this.#text, pageText(page));
    // Not `disabled`: the focus must not be lost where the pages end.
    setAttribute(this.#previous, 'aria-disabled', page.from === 0 ? 'true' : undefined);
    setAttribute(this.#next, 'aria-disabled', page.from + page.count >= page.matched ? 'true' : undefined);
  }
}
