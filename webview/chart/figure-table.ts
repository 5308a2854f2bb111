/** The data of a chart as a table: for screen readers, for keyboards, for exact numbers. */
import { h, setText } from '../dom.ts';
import { KeyedList, type Row } from '../keyed-list.ts';
import type { FigureRow } from './figure-data.ts';

export class FigureTable {
  readonly #head = h('tr');
  readonly #body = h('tbody');
  readonly #list = new KeyedList<FigureRow>({
    parent: this.#body,
    keyOf: ({ key }) => key,
    create: tableRow,
  });
  readonly element: HTMLElement;

  #columns = '';

  /** @param label what the table is about */
  constructor(label: string) {
    this.element = h(
      'div',
      { class: 'series-table', role: 'region', 'aria-label': label, tabindex: '0' },
      h('table', {}, h('thead', {}, this.#head), this.#body),
    );
  }

  render(columns: readonly string[], rows: readonly FigureRow[]): void {
    const names = columns.join('\n');
    if (names !== this.#columns) {
      this.#columns = names;
      this.#head.replaceChildren(...columns.map((name) => h('th', { scope: 'col' }, name)));
      this.#list.render([]);
    }
    this.#list.render(rows);
  }
}

function tableRow({ cells: [, ...rest] }: FigureRow): Row<FigureRow> {
  const cells = [h('th', { scope: 'row' }), ...rest.map(() => h('td'))];
  return {
    element: h('tr', {}, ...cells),
    update(row) {
      cells.forEach((cell, index) => {
        setText(cell, row.cells[index] ?? '');
      });
    },
  };
}
