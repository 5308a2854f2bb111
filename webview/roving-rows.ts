/**
 * One Tab stop for a whole list of rows: only the current row, and the buttons in it, can be
 * reached by Tab; arrow keys move between rows.
 */
const PAGE_ROWS = 10;

export class RovingRows {
  readonly #container: HTMLElement;
  #current: HTMLElement | undefined;

  /** Rows are the children of `container`; their creator gives them and their buttons `tabindex="-1"`. */
  constructor(container: HTMLElement) {
    this.#container = container;
    container.addEventListener('focusin', ({ target }) => this.#makeCurrent(this.rowOf(target)));
  }

  get rows(): HTMLElement[] {
    return [...this.#container.children].filter((row) => row instanceof HTMLElement);
  }

  /** The row that holds an event's target. */
  rowOf(target: EventTarget | null): HTMLElement | undefined {
    return this.rows.find((row) => target instanceof Node && row.contains(target));
  }

  /** After rendering: the Tab stop must be on a row that still exists. */
  refresh(): void {
    const { firstElementChild } = this.#container;
    if (this.#current?.parentElement === this.#container) return;
    this.#makeCurrent(firstElementChild instanceof HTMLElement ? firstElementChild : undefined);
  }

  /** The row that a key leads to from `row`, if the key moves between rows. */
  neighbour(row: HTMLElement, key: string): HTMLElement | undefined {
    const { rows } = this;
    const index = rows.indexOf(row);
    const last = rows.length - 1;
    const targets: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: index + PAGE_ROWS,
      PageUp: index - PAGE_ROWS,
      Home: 0,
      End: last,
    };
    const target = targets[key];
    return target === undefined ? undefined : rows[Math.min(last, Math.max(0, target))];
  }

  #makeCurrent(row: HTMLElement | undefined): void {
    if (!row || row === this.#current) return;
    if (this.#current) setStops(this.#current, -1);
    setStops(row, 0);
    this.#current = row;
  }
}

function setStops(row: HTMLElement, tabIndex: number): void {
  row.tabIndex = tabIndex;
  for (const button of row.querySelectorAll('button')) button.tabIndex = tabIndex;
}

/** The buttons of a row that can be pressed now, in reading order. */
export function buttonsOf(row: HTMLElement): HTMLElement[] {
  return [...row.querySelectorAll<HTMLElement>('button:not([hidden])')];
}

/** Whether someone is about to use one of the rows, so that they must not move now. */
export function inUse(container: HTMLElement): boolean {
  return container.matches(':hover') || container.querySelector(':focus-visible') !== null;
}
