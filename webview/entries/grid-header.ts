/** The names of the columns; a click on one sorts by it. */
import type { EntriesQuery, EntrySort } from '../../src/protocol/entries.ts';
import { h, icon, setAttribute, setShown } from '../dom.ts';
import type { PageState } from '../page-state.ts';
import { ariaSort, COLUMNS, type Column, sortedBy } from './columns.ts';

export class GridHeader {
  readonly #state: PageState;
  readonly #sorts: { sort: EntrySort; cell: HTMLElement; mark: HTMLElement }[] = [];
  readonly element: HTMLElement;

  constructor(state: PageState) {
    this.#state = state;
    const cells = COLUMNS.map((column) => this.#cell(column));
    const row = h('div', { role: 'row', class: 'entry-header', 'aria-rowindex': '1' }, ...cells);
    this.element = h('div', { role: 'rowgroup', class: 'entry-head' }, row);
  }

  render(query: EntriesQuery): void {
    for (const { sort, cell, mark } of this.#sorts) {
      const order = ariaSort(query, sort);
      setAttribute(cell, 'aria-sort', order);
      setShown(mark, order !== 'none');
      setAttribute(mark, 'class', `codicon codicon-arrow-${order === 'ascending' ? 'up' : 'down'}`);
    }
  }

  #cell({ name, label, sort, hint, descends }: Column): HTMLElement {
    const cell = h('span', { role: 'columnheader', class: name });
    if (!sort || !hint) {
      cell.append(h('span', {}, label));
      return cell;
    }
    const mark = icon('arrow-down');
    const choose = h('button', { type: 'button', class: 'sort', title: hint }, mark, label);
    choose.addEventListener('click', () => {
      const { entries } = this.#state.view;
      const order = sortedBy(entries, { sort, ...(descends && { descends }) });
      this.#state.page({ entries: { ...entries, ...order, from: 0 } });
    });
    cell.append(choose);
    this.#sorts.push({ sort, cell, mark });
    return cell;
  }
}
