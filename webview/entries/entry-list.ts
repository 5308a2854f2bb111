/** The list of entries: filter, what it found, what is selected, and the grid. */
import type { EntriesPage } from '../../src/protocol/entries.ts';
import { h, iconButton, setAttribute, setShown, setText } from '../dom.ts';
import { formatBytes, formatCount, formatEntries } from '../format.ts';
import { host } from '../host.ts';
import type { PageState } from '../page-state.ts';
import { button, progressRing } from '../ui/toolkit.ts';
import { EntryGrid } from './entry-grid.ts';
import { copyKeys } from './entry-menu.ts';
import { FilterBox } from './filter-box.ts';

export class EntryList {
  readonly #state: PageState;
  readonly #filter: FilterBox;
  readonly #grid: EntryGrid;
  readonly #status = h('span', { class: 'entries-status', id: 'entries-status', role: 'status' });
  readonly #selected = h('span', { class: 'number' });
  readonly #details = iconButton('info', 'Show Details');
  readonly #copy = iconButton('copy', 'Copy Keys');
  readonly #deselect = iconButton('close', 'Clear Selection');
  readonly #invalidate = iconButton('circle-slash', 'Invalidate', { class: 'icon-button apart' });
  readonly #selection = h(
    'span',
    { class: 'entries-selection', role: 'group', 'aria-label': 'Selection' },
    this.#selected,
    this.#details,
    this.#copy,
    this.#deselect,
    this.#invalidate,
  );
  readonly #loading = h('div', { class: 'loading' }, progressRing(), 'Reading the entries…');
  readonly #emptyText = h('p');
  readonly #all = button('Clear Filter', 'secondary', () => this.#filter.set(''));
  readonly #empty = h('div', { class: 'empty entries-empty' }, this.#emptyText, this.#all);
  readonly element: HTMLElement;

  constructor(state: PageState) {
    this.#state = state;
    this.#filter = new FilterBox(state);
    this.#grid = new EntryGrid(state, {
      open: (entry) => state.look({ section: 'entries', entry }),
      invalidate: (keys) => this.#invalidateKeys(keys),
      selected: () => this.#showSelection(),
    });
    this.#details.addEventListener('click', () => {
      const [entry] = this.#grid.selected;
      if (entry !== undefined) state.look({ section: 'entries', entry });
    });
    this.#copy.addEventListener('click', () => copyKeys(this.#grid.chosen));
    this.#deselect.addEventListener('click', () => {
      this.#grid.clearSelection();
      this.#grid.element.focus();
    });
    this.#invalidate.addEventListener('click', ({ detail }) => {
      if (detail < 2) this.#invalidateKeys(this.#grid.chosen);
      this.#grid.element.focus();
    });
    const line = h('div', { class: 'entries-line' }, this.#status, this.#selection);
    const body = h('div', { class: 'entries-body' }, this.#grid.element, this.#loading, this.#empty);
    this.element = h('div', { class: 'entries-list' }, this.#filter.element, line, body);
    this.#showSelection();
    this.#show(undefined);
  }

  render(page: EntriesPage | undefined, now: number): void {
    if (page) this.#grid.render(page, now);
    this.#show(page);
  }

  /** The view has changed, here or elsewhere. */
  looked(): void {
    this.#filter.show();
  }

  focus(): void {
    this.#grid.element.focus({ preventScroll: true });
  }

  #show(page: EntriesPage | undefined): void {
    const { filter } = this.#state.view.entries;
    // While an answer to another filter is on its way, what is there stays.
    const wrong = page?.problem !== undefined && page.query.filter === filter;
    setShown(this.#loading, page === undefined);
    setShown(this.#grid.element, page !== undefined && page.matched > 0);
    setShown(this.#empty, page !== undefined && page.matched === 0);
    this.#filter.setWrong(wrong);
    setAttribute(this.#status, 'data-wrong', wrong ? '' : undefined);
    setText(this.#status, page ? (page.problem ?? summary(page)) : '');
    setShown(this.#all, page !== undefined && page.total > 0);
    if (page?.matched === 0) setText(this.#emptyText, nothing(page));
  }

  #showSelection(): void {
    const { size } = this.#grid.selected;
    setShown(this.#selection, size > 0);
    setText(this.#selected, `${formatCount(size)} selected`);
    setShown(this.#details, size === 1);
    const label = `Invalidate ${formatEntries(size)}`;
    setAttribute(this.#invalidate, 'aria-label', label);
    setAttribute(this.#invalidate, 'title', label);
  }

  #invalidateKeys(keys: readonly string[]): void {
    const [key] = keys;
    if (key === undefined) return;
    host.postMessage(keys.length === 1 ? { type: 'invalidateKey', key } : { type: 'invalidateKeys', keys });
    this.#grid.clearSelection();
  }
}

function summary({ matched, total, matchedBytes, query }: EntriesPage): string {
  if (total === 0) return '';
  const size = formatBytes(matchedBytes);
  if (query.filter.trim() === '') return `${formatEntries(matched)}, ${size}`;
  return `${formatCount(matched)} of ${formatEntries(total)}, ${size}`;
}

function nothing({ total, problem }: EntriesPage): string {
  if (problem !== undefined) return 'The filter cannot be read.';
  return total > 0
    ? 'No entry fits the filter.'
    : 'No entries. What agents ask for, and what is warmed, appears here.';
}
