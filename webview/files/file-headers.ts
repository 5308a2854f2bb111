/** The heads of the columns of the files, by which they are sorted. */
import type { FileSort, FilesQuery } from '../../src/protocol/files.ts';
import { h, icon, setAttribute, setShown } from '../dom.ts';

const COLUMNS: readonly { name: string; label: string; sort: FileSort; hint: string }[] = [
  { name: 'file-cell', label: 'File', sort: 'path', hint: 'Path' },
  { name: 'file-entries', label: 'Entries', sort: 'entries', hint: 'Entries that a change makes invalid' },
  { name: 'bytes', label: 'Size', sort: 'bytes', hint: 'Size of these entries' },
  {
    name: 'cost',
    label: 'Cost',
    sort: 'cost',
    hint: 'What a save costs: time to compute these entries again',
  },
  { name: 'changes', label: 'Changes', sort: 'changes', hint: 'Changes noticed since the window opened' },
];

export class FileHeaders {
  readonly #columns;
  readonly element: HTMLElement;

  /** @param choose called with the order to show */
  constructor(choose: (sort: FileSort, descending: boolean) => void) {
    this.#columns = COLUMNS.map(({ name, label, sort, hint }) => {
      const mark = icon('arrow-down');
      const button = h('button', { type: 'button', class: 'sort', title: hint }, mark, label);
      const head = h('span', { role: 'columnheader', class: name }, button);
      const column = { head, mark, sort };
      button.addEventListener('click', () => {
        const now = head.ariaSort;
        // Paths from A, figures from the largest; again the other way round.
        choose(sort, now === 'none' ? sort !== 'path' : now === 'ascending');
      });
      return column;
    });
    this.element = h(
      'div',
      { role: 'row', class: 'file-row file-header' },
      ...this.#columns.map(({ head }) => head),
      h('span', { role: 'columnheader', class: 'row-actions' }, h('span', { class: 'sr-only' }, 'Actions')),
    );
  }

  render({ sort, descending }: FilesQuery): void {
    for (const column of this.#columns) {
      const chosen = column.sort === sort;
      const order = descending ? 'descending' : 'ascending';
      setAttribute(column.head, 'aria-sort', chosen ? order : 'none');
      setAttribute(column.mark, 'class', `codicon codicon-arrow-${descending ? 'down' : 'up'}`);
      setShown(column.mark, chosen);
    }
  }
}
