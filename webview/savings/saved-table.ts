/** What was saved by namespace, agent or model. */
import type { SavedRow } from '../../src/protocol/savings.ts';
import { h, setAttribute, setShown, setText } from '../dom.ts';
import { formatCount } from '../format.ts';
import { KeyedList, type Row } from '../keyed-list.ts';
import { FIGURES } from './figures.ts';

const FIRST = 8;

export class SavedTable {
  readonly #body = h('tbody');
  readonly #heads = FIGURES.map(({ label }) => h('th', { scope: 'col' }, label));
  readonly #list: KeyedList<SavedRow>;
  readonly #more = h('button', { type: 'button', class: 'more' });
  readonly #table: HTMLElement;
  /** Where there is no table whose head says it. */
  readonly #title: HTMLElement;
  readonly #empty: HTMLElement;
  readonly element: HTMLElement;

  #all = false;
  #rows: readonly SavedRow[] = [];

  /**
   * @param what the rows are, in the singular: `Namespace`
   * @param empty why there are no rows
   * @param open where the name of a row leads, if anywhere
   */
  constructor(what: string, empty: string, open?: (name: string) => void) {
    this.#list = new KeyedList<SavedRow>({
      parent: this.#body,
      keyOf: ({ name }) => name,
      create: (row) => savedRow(row, open),
    });
    const by = `By ${what.toLowerCase()}`;
    this.#table = h(
      'table',
      { class: 'saved-table', 'aria-label': `Saved by ${what.toLowerCase()}` },
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, by), ...this.#heads)),
      this.#body,
    );
    this.#title = h('h3', {}, by);
    this.#empty = h('p', { class: 'empty' }, empty);
    this.element = h('div', { class: 'saved-by' }, this.#title, this.#table, this.#empty, this.#more);
    this.#more.addEventListener('click', () => {
      this.#all = !this.#all;
      this.#update();
    });
  }

  render(rows: readonly SavedRow[]): void {
    this.#rows = rows;
    this.#update();
  }

  #update(): void {
    const rows = this.#rows;
    // A column of nothing but "unknown" tells less than the room it takes; the totals say why.
    const known = FIGURES.map(({ text }) => rows.some((row) => text(row) !== undefined));
    known.forEach((shown, index) => {
      setAttribute(this.#table, `data-without-${index + 1}`, shown ? undefined : '');
    });
    this.#list.render(this.#all ? rows : rows.slice(0, FIRST));
    setShown(this.#table, rows.length > 0);
    setShown(this.#title, rows.length === 0);
    setShown(this.#empty, rows.length === 0);
    setShown(this.#more, rows.length > FIRST);
    setText(this.#more, this.#all ? 'Show fewer' : `Show all ${formatCount(rows.length)}`);
  }
}

function savedRow({ name }: SavedRow, open: ((name: string) => void) | undefined): Row<SavedRow> {
  const cells = FIGURES.map(() => h('td'));
  const head = h('th', { scope: 'row' });
  if (name === '') {
    head.append(h('span', { class: 'quiet' }, 'unknown'));
  } else if (open) {
    const link = h(
      'button',
      { type: 'button', class: 'link-button', title: `Show the entries of ${name}` },
      name,
    );
    link.addEventListener('click', () => open(name));
    head.append(link);
  } else {
    head.append(name);
  }
  return {
    element: h('tr', {}, head, ...cells),
    update(row) {
      FIGURES.forEach(({ text, note, needless }, index) => {
        const cell = cells[index];
        if (!cell) return;
        const known = text(row);
        setText(cell, known ?? (needless?.(row) ? '–' : 'unknown'));
        setAttribute(cell, 'class', known === undefined ? 'quiet' : undefined);
        setAttribute(cell, 'title', note(row));
      });
    },
  };
}
