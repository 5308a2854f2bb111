/** The grid of entries: however many there are, only the rows in sight are in the document. */
import { type EntriesPage, type EntryRow, MOST_ROWS } from '../../src/protocol/entries.ts';
import { h, setAttribute } from '../dom.ts';
import { KeyedList } from '../keyed-list.ts';
import type { PageState } from '../page-state.ts';
import { entryRow, type PlacedRow, rowId } from './entry-row.ts';
import { GridHeader } from './grid-header.ts';
import { type GridActions, onGridInput } from './grid-input.ts';
import type { GridPlace } from './grid-keys.ts';
import { RowStore, rangeFor } from './row-store.ts';
import { Selection } from './selection.ts';
import { revealing, rowsPerPage, type Scroller, windowOf } from './virtual-window.ts';

/** Pixels: one line, and two where the page is narrow. */
const ROW_HEIGHT = 24;
const TALL_ROW_HEIGHT = 46;
/** As in the style sheet. */
const WIDE = '(min-width: 600px)';
/** A request that is not answered for so long is made again, ms. */
const PATIENCE = 1000;
/** Between two requests pass so many ms at the least: each has the host look at every entry. */
const PACE = 100;

export class EntryGrid {
  readonly #state: PageState;
  readonly #actions: GridActions;
  readonly #store = new RowStore();
  readonly #selection = new Selection();
  readonly #header: GridHeader;
  readonly #body = h('div', { role: 'rowgroup', class: 'entry-rows' });
  readonly element = h('div', {
    role: 'grid',
    class: 'entry-grid',
    tabindex: '0',
    'aria-label': 'Entries',
    'aria-multiselectable': 'true',
  });
  readonly #rows = new KeyedList<PlacedRow>({
    parent: this.#body,
    keyOf: ({ index }) => String(index),
    create: (row) => entryRow(row, () => this.#now),
  });
  readonly #wide = matchMedia(WIDE);
  #page: EntriesPage | undefined;
  #now = 0;
  /** When a request went out that is not answered yet, and when the last one did. */
  #askedAt = Number.NEGATIVE_INFINITY;
  #pacedAt = Number.NEGATIVE_INFINITY;
  #pacing: ReturnType<typeof setTimeout> | undefined;
  /** Pixels in which rows are seen. */
  #height = 0;

  constructor(state: PageState, actions: GridActions) {
    this.#state = state;
    this.#actions = actions;
    this.#header = new GridHeader(state);
    this.element.append(this.#header.element, this.#body);
    this.element.addEventListener('scroll', () => this.#draw());
    this.element.addEventListener('scrollend', () => {
      if (this.#page && this.#height > 0) state.scrolled('entries', this.element.scrollTop);
    });
    this.element.addEventListener('blur', () => this.#release());
    this.#body.addEventListener('pointerleave', () => this.#release());
    onGridInput(this, actions);
    this.#wide.addEventListener('change', () => this.#draw());
    new ResizeObserver(() => this.#measure()).observe(this.element);
  }

  /** The row that the keyboard is at. */
  get active(): EntryRow | undefined {
    return this.#store.at(this.#selection.active);
  }

  get selected(): ReadonlySet<string> {
    return this.#selection.keys;
  }

  /** What an action is for: what is selected, or the row that the keyboard is at. */
  get chosen(): readonly string[] {
    const { keys } = this.#selection;
    if (keys.size > 0) return [...keys];
    return this.active ? [this.active.key] : [];
  }

  render(page: EntriesPage, now: number): void {
    this.#now = now;
    if (page !== this.#page) this.#take(page, this.#inUse());
    this.#header.render(this.#state.view.entries);
    this.#draw();
  }

  #take(page: EntriesPage, hold: boolean): void {
    const first = this.#page === undefined;
    const { active } = this;
    const selection = this.#selection;
    if (page !== this.#page) this.#askedAt = Number.NEGATIVE_INFINITY;
    this.#page = page;
    const another = this.#store.take(page, hold);
    if (another && !first) {
      selection.clear();
      selection.moveTo(0);
      this.element.scrollTop = 0;
    }
    const { matched } = this.#store;
    const at = active && this.#store.indexOf(active.key, selection.active);
    selection.follow(Math.max(0, Math.min(at ?? selection.active, matched - 1)));
    selection.fill(this.#store);
    if (this.#store.whole) selection.retain(this.#store.keys());
    setAttribute(this.element, 'aria-rowcount', String(matched + 1));
    this.#actions.selected();
    if (!first) return;
    this.#draw();
    this.element.scrollTop = this.#state.kept.scroll.entries ?? 0;
  }

  /** Whether someone is about to use one of the rows, so that they must not move now. */
  #inUse(): boolean {
    return this.#body.matches(':hover') || this.element.matches(':focus-visible');
  }

  /** Nobody is about to use a row: they may go where they belong. */
  #release(): void {
    if (!this.#page || this.#inUse()) return;
    this.#take(this.#page, false);
    this.#draw();
  }

  #measure(): void {
    this.#height = Math.max(0, this.element.clientHeight - this.#header.element.offsetHeight);
    this.#draw();
  }

  #scroller(): Scroller {
    return {
      rows: this.#store.matched,
      rowHeight: this.#wide.matches ? ROW_HEIGHT : TALL_ROW_HEIGHT,
      height: this.#height,
      scrollTop: this.element.scrollTop,
    };
  }

  #draw(): void {
    const scroller = this.#scroller();
    const { rowHeight } = scroller;
    const { first, end, height, offset } = windowOf(scroller);
    const tall = `${height}px`;
    if (this.#body.style.height !== tall) this.#body.style.height = tall;
    const placed: PlacedRow[] = [];
    for (let index = first; index < end; index++) {
      const row = this.#store.at(index);
      placed.push({
        index,
        row,
        top: index * rowHeight + offset,
        selected: row !== undefined && this.#selection.keys.has(row.key),
        active: index === this.#selection.active,
      });
    }
    this.#rows.render(placed);
    const { active } = this.#selection;
    const there = active >= first && active < end;
    setAttribute(this.element, 'aria-activedescendant', there ? rowId(active) : undefined);
    this.#ask(first, end);
  }

  /** Asks for rows that are in sight, or to be selected, and not here; one request at a time. */
  #ask(first: number, end: number): void {
    const { view } = this.#state;
    if (!this.#page || this.#height === 0 || performance.now() - this.#askedAt < PATIENCE) return;
    const { from, count } = view.entries;
    const lacks = this.#selection.lacks(this.#store);
    if (lacks === undefined && first >= from && end <= from + count) return;
    const range = lacks === undefined ? rangeFor(first, end) : rangeFor(lacks, lacks + MOST_ROWS);
    if (range.from === from && range.count === count) return;
    const wait = this.#pacedAt + PACE - performance.now();
    if (wait > 0) {
      clearTimeout(this.#pacing);
      this.#pacing = setTimeout(() => this.#draw(), wait);
      return;
    }
    this.#askedAt = this.#pacedAt = performance.now();
    this.#state.page({ entries: { ...view.entries, ...range } });
  }

  /** Where the keyboard is, for what a key does. */
  get place(): GridPlace {
    const scroller = this.#scroller();
    return { active: this.#selection.active, rows: scroller.rows, page: rowsPerPage(scroller) };
  }

  reveal(): void {
    const top = revealing(this.#scroller(), this.#selection.active);
    if (top === this.element.scrollTop) return;
    this.element.scrollTop = top;
    this.#draw();
  }

  /** The row that the keyboard is at, when it is in the document. */
  get activeElement(): HTMLElement | undefined {
    return this.#rows.element(String(this.#selection.active));
  }

  rowAt(index: number): EntryRow | undefined {
    return this.#store.at(index);
  }

  toggle(index: number): void {
    this.#selection.toggle(index, this.#store);
    this.#changed();
  }

  selectOnly(index: number): void {
    this.#selection.only(index, this.#store);
    this.#changed();
  }

  selectAll(): void {
    this.#selection.all(this.#store.matched, this.#store);
    this.#changed();
  }

  moveTo(index: number, extend: boolean): void {
    if (extend) this.#selection.extendTo(index, this.#store);
    else this.#selection.moveTo(index);
    this.reveal();
    this.#changed();
  }

  clearSelection(): void {
    this.#selection.clear();
    this.#changed();
  }

  #changed(): void {
    this.#actions.selected();
    this.#draw();
  }
}
