/**
 * A table that shows its first rows, and all on demand. Below 560 pixels each row is a block whose
 * cells say what they are; above, columns come with the room that there is.
 */
import type { Column } from './column.ts';
import { h, setAttribute, setShown, setText } from './dom.ts';
import { formatCount } from './format.ts';
import { KeyedList, type Row } from './keyed-list.ts';

/** What the page is given of anything at the most. */
const MOST = 200;

interface RowTableOptions<T> {
  /** The table's name. */
  readonly label: string;
  readonly className: string;
  readonly columns: readonly Column[];
  /** Rows that are shown at first. */
  readonly first: number;
  keyOf(item: T): string;
  /** A `tr`. */
  create(item: T): Row<T>;
  /** What follows a row, such as its details. */
  below?(item: T): T | undefined;
}

export class RowTable<T> {
  readonly #options: RowTableOptions<T>;
  readonly #list: KeyedList<T>;
  readonly #table: HTMLElement;
  readonly #more = h('button', { type: 'button', class: 'more', 'aria-expanded': 'false' });
  readonly #beyond = h('p', { class: 'quiet number' });
  readonly element: HTMLElement;

  #all = false;
  #rows: readonly T[] = [];
  #others = 0;

  constructor(options: RowTableOptions<T>) {
    const { label, className, columns, keyOf, create } = options;
    this.#options = options;
    // The roles are named because a narrow column lays the parts out in another way.
    const body = h('tbody', { role: 'rowgroup' });
    this.#list = new KeyedList({ parent: body, keyOf, create });
    const heads = columns.map((column) =>
      h('th', { scope: 'col', role: 'columnheader', ...look(column) }, column.label),
    );
    this.#table = h(
      'table',
      { class: `row-table ${className}`, 'aria-label': label, role: 'table' },
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...heads)),
      body,
    );
    this.#more.addEventListener('click', () => {
      this.#all = !this.#all;
      this.update();
    });
    this.element = h('div', {}, this.#table, this.#more, this.#beyond);
  }

  /** @param others rows that there are beyond these */
  render(rows: readonly T[], others = 0): void {
    this.#rows = rows.slice(0, MOST);
    this.#others = others + rows.length - this.#rows.length;
    this.update();
  }

  /** Draws again what is there. */
  update(): void {
    const { first, below } = this.#options;
    const { length } = this.#rows;
    const shown = this.#all ? this.#rows : this.#rows.slice(0, first);
    this.#list.render(
      shown.flatMap((row) => {
        const after = below?.(row);
        return after === undefined ? [row] : [row, after];
      }),
    );
    setShown(this.#table, length > 0);
    setShown(this.#more, length > first);
    setAttribute(this.#more, 'aria-expanded', String(this.#all));
    setText(this.#more, this.#all ? 'Show fewer' : `Show all ${formatCount(length)}`);
    setShown(this.#beyond, this.#others > 0 && (this.#all || length <= first));
    setText(this.#beyond, `and ${formatCount(this.#others)} more, which are not listed`);
  }
}

/** A cell with its column's name for where the head of the table is not seen. */
export function cell(column: Column, ...children: (Node | string)[]): HTMLElement {
  return h('td', { role: 'cell', 'data-label': column.label, ...look(column) }, ...children);
}

function look({ className, room }: Column): Readonly<Record<string, string>> {
  return { ...(className && { class: className }), ...(room && { 'data-room': room }) };
}

/** A row whose first cell names it. */
export function tableRow(head: Node | string, ...cells: HTMLElement[]): HTMLElement {
  return h('tr', { role: 'row' }, h('th', { scope: 'row', role: 'rowheader' }, head), ...cells);
}
