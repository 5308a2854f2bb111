/** Section "Files": what entries rest on, and what a save of each would cost. */
import type { FileRow, FilesPage, FilesQuery } from '../../src/protocol/files.ts';
import { h, setAttribute, setShown, setText } from '../dom.ts';
import { formatCount } from '../format.ts';
import { onGridKey } from '../grid-keys.ts';
import { holdOrder } from '../hold-order.ts';
import { KeyedList } from '../keyed-list.ts';
import type { PageState } from '../page-state.ts';
import { inUse, RovingRows } from '../roving-rows.ts';
import { Awaited } from '../sections/awaited.ts';
import { section } from '../sections/section.ts';
import { FileHeaders } from './file-headers.ts';
import { fileRow } from './file-row.ts';
import { Pager } from './pager.ts';

/** Typing pauses this long before the host is asked, ms. */
const PAUSE = 200;
/** Rows of a page: more cannot be read at once, and so many are drawn without a pause. */
const COUNT = 200;

const fileOf = ({ file }: FileRow): string => file;

export class FilesSection {
  readonly #state: PageState;
  readonly #filter = h('input', {
    type: 'text',
    class: 'file-filter',
    placeholder: 'Filter: part of a path, or src/**/*.ts',
    'aria-label': 'Filter files by a part of their path or a glob',
    'aria-describedby': 'files-problem',
    spellcheck: 'false',
    autocomplete: 'off',
  });
  readonly #problem = h('p', { class: 'field-problem', id: 'files-problem', role: 'status' });
  readonly #number = h('span', { class: 'headline-number' });
  readonly #of = h('span', { class: 'headline-text' });
  readonly #rows = h('div', { role: 'rowgroup', class: 'file-rows' });
  readonly #roving = new RovingRows(this.#rows);
  readonly #headers: FileHeaders;
  readonly #grid: HTMLElement;
  readonly #empty = h('p', { class: 'empty' });
  readonly #pager: Pager;
  readonly #list: KeyedList<FileRow>;
  readonly #awaited: Awaited;
  readonly element: HTMLElement;

  #timer: ReturnType<typeof setTimeout> | undefined;
  #page: FilesPage | undefined;
  #query = '';

  constructor(state: PageState) {
    this.#state = state;
    this.#list = new KeyedList<FileRow>({
      parent: this.#rows,
      keyOf: fileOf,
      create: (row) => fileRow(row, state),
      refocus: (row) => row.focus({ preventScroll: true }),
    });
    this.#headers = new FileHeaders((sort, descending) => this.#look({ sort, descending, from: 0 }));
    this.#pager = new Pager((from) => this.#look({ from }));
    this.#grid = h(
      'div',
      { role: 'grid', class: 'file-grid', 'aria-label': 'Files that entries rest on' },
      h('div', { role: 'rowgroup' }, this.#headers.element),
      this.#rows,
    );
    this.#filter.value = state.view.files.filter;
    this.#filter.addEventListener('input', () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#applyFilter(), PAUSE);
    });
    this.#filter.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') this.#filter.value = '';
      if (key === 'Enter' || key === 'Escape') this.#applyFilter();
    });
    onGridKey(this.#rows, this.#roving);
    this.#rows.addEventListener('pointerleave', () => this.#update());
    this.#awaited = new Awaited(
      'Reading the files that entries rest on…',
      h('p', { class: 'headline' }, this.#number, ' ', this.#of),
      h('div', { class: 'file-filter-row' }, this.#filter, this.#pager.element),
      this.#problem,
      this.#grid,
      this.#empty,
    );
    this.element = section('files', 'Files', [], this.#awaited.element);
  }

  render(page: FilesPage | undefined): void {
    const { files } = this.#state.view;
    this.#headers.render(files);
    // A link from elsewhere may have set it; what is being typed stays.
    if (document.activeElement !== this.#filter && this.#filter.value !== files.filter) {
      this.#filter.value = files.filter;
    }
    this.#awaited.settle(page !== undefined, page !== undefined && asked(page.query, files));
    if (page) this.#page = page;
    this.#update();
  }

  #applyFilter(): void {
    clearTimeout(this.#timer);
    const filter = this.#filter.value.trim();
    if (filter !== this.#state.view.files.filter) this.#look({ filter, from: 0 });
  }

  #look(change: Partial<FilesQuery>): void {
    this.#state.look({ files: { ...this.#state.view.files, count: COUNT, ...change } });
    this.render(undefined);
  }

  #update(): void {
    if (!this.#page) return;
    const { rows, query, matched, total, problem } = this.#page;
    setText(this.#number, formatCount(query.filter && !problem ? matched : total));
    const files = total === 1 ? 'file' : 'files';
    const rest = `${total === 1 ? 'has' : 'have'} entries that rest on ${total === 1 ? 'it' : 'them'}`;
    setText(this.#of, query.filter && !problem ? `of ${formatCount(total)} ${files}` : `${files} ${rest}`);
    setAttribute(this.#filter, 'aria-invalid', problem ? 'true' : undefined);
    setText(this.#problem, problem ?? '');
    // Another question, another order: rows are held only while the answer to one renews itself.
    const name = JSON.stringify(query);
    const hold = name === this.#query && inUse(this.#rows);
    if (name !== this.#query) this.#rows.scrollTop = 0;
    this.#query = name;
    this.#list.render(hold ? holdOrder(this.#list.keys, rows, fileOf) : rows);
    this.#roving.refresh();
    this.#pager.render({ from: query.from, rows: rows.length, matched, count: query.count });
    setShown(this.#grid, rows.length > 0);
    setShown(this.#empty, rows.length === 0 && !problem);
    setText(this.#empty, total === 0 ? NO_FILES : 'No path fits the filter.');
  }
}

const NO_FILES =
  'No entry rests on a file yet. As soon as an agent asks for an analysis, the files that it read appear here.';

function asked(answer: FilesQuery, question: FilesQuery): boolean {
  const { filter, sort, descending, from } = question;
  return (
    answer.filter === filter &&
    answer.sort === sort &&
    answer.descending === descending &&
    answer.from === from
  );
}
