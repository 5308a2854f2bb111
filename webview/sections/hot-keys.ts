/** Section "Hot Keys": the entries most worth looking at, sortable, each with its actions. */
import { HOT_SPANS, type HotKey, type HotSort, type HotSpan, type Snapshot } from '../../src/protocol.ts';
import { Choice } from '../choice.ts';
import { h, icon, setAttribute, setShown, setText } from '../dom.ts';
import { formatCount } from '../format.ts';
import { onGridKey } from '../grid-keys.ts';
import { holdOrder } from '../hold-order.ts';
import { KeyedList } from '../keyed-list.ts';
import type { PageState } from '../page-state.ts';
import { inUse, RovingRows } from '../roving-rows.ts';
import { hotKeyRow } from './hot-key-row.ts';
import { section } from './section.ts';

const FIRST = 25;

/** The host sorts; `order` is how that reads from top to bottom. */
const COLUMNS: readonly { name: string; label: string; sort?: HotSort; order?: string; hint?: string }[] = [
  { name: 'key', label: 'Key' },
  { name: 'hits', label: 'Hits', sort: 'hits', order: 'descending', hint: 'Most hits first' },
  { name: 'bytes', label: 'Size', sort: 'bytes', order: 'descending', hint: 'Largest first' },
  { name: 'age', label: 'Age', sort: 'created', order: 'ascending', hint: 'Newest first' },
  {
    name: 'cost',
    label: 'Cost',
    sort: 'cost',
    order: 'descending',
    hint: 'Time that computing took; most first',
  },
  { name: 'levels-cell', label: 'Levels' },
  { name: 'row-actions', label: 'Actions' },
];

const SPANS: Readonly<Record<HotSpan, { readonly text: string; readonly title: string }>> = {
  '5m': { text: '5m', title: 'Hits of the last 5 minutes' },
  '1h': { text: '1h', title: 'Hits of the last hour' },
  '24h': { text: '24h', title: 'Hits of the last 24 hours, as far as this window was open' },
  stored: { text: 'All', title: 'All hits since the key was stored, as far as this window was open' },
};
const NONE = 'No hits yet. Keys that are asked for again appear here.';
const NONE_LATELY = 'No hits in this time.';

const keyOf = ({ key }: HotKey): string => key;

export class HotKeysSection {
  readonly #state: PageState;
  readonly #rows = h('div', { role: 'rowgroup', class: 'hot-rows' });
  readonly #roving = new RovingRows(this.#rows);
  readonly #headers: { sort: HotSort; order: string; element: HTMLElement; mark: HTMLElement }[] = [];
  readonly #grid = h('div', { role: 'grid', class: 'hot-grid', 'aria-label': 'Hot keys' });
  readonly #empty = h('p', { class: 'empty' });
  readonly #more = h('button', { type: 'button', class: 'more' });
  readonly #list: KeyedList<HotKey>;
  readonly #span: Choice<HotSpan>;
  readonly element: HTMLElement;

  #hotKeys: readonly HotKey[] = [];
  #now = 0;

  constructor(state: PageState) {
    this.#state = state;
    const options = HOT_SPANS.map((value) => ({ value, ...SPANS[value] }));
    this.#span = new Choice('hot-span', 'Hits of', options, (hotSpan) => state.look({ hotSpan }));
    this.#span.show(state.view.hotSpan ?? 'stored');
    const tools = [this.#span.element];
    this.element = section('hot-keys', 'Hot Keys', tools, this.#grid, this.#empty, this.#more);
    this.#list = new KeyedList<HotKey>({
      parent: this.#rows,
      keyOf,
      create: (hot) =>
        hotKeyRow(hot, {
          now: () => this.#now,
          details: (entry) => state.look({ section: 'entries', entry }),
        }),
      refocus: (row) => row.focus({ preventScroll: true }),
    });
    this.#grid.append(h('div', { role: 'rowgroup' }, this.#headerRow()), this.#rows);
    this.#more.addEventListener('click', () => {
      state.keep({ allHotKeys: !state.kept.allHotKeys });
      this.#update(true);
    });
    onGridKey(this.#rows, this.#roving);
    this.#rows.addEventListener('pointerleave', () => this.#update(false));
    this.#showSort();
  }

  render({ hotKeys }: Snapshot, now: number): void {
    this.#hotKeys = hotKeys;
    this.#now = now;
    this.#update(false);
  }

  #update(reorder: boolean): void {
    const hold = !reorder && inUse(this.#rows);
    const hotKeys = hold ? holdOrder(this.#list.keys, this.#hotKeys, keyOf) : this.#hotKeys;
    const all = this.#state.kept.allHotKeys;
    this.#list.render(all ? hotKeys : hotKeys.slice(0, FIRST));
    this.#roving.refresh();
    setShown(this.#grid, hotKeys.length > 0);
    setShown(this.#empty, hotKeys.length === 0);
    setText(this.#empty, (this.#state.view.hotSpan ?? 'stored') === 'stored' ? NONE : NONE_LATELY);
    setShown(this.#more, hotKeys.length > FIRST);
    setText(this.#more, all ? 'Show fewer' : `Show all ${formatCount(hotKeys.length)}`);
  }

  #headerRow(): HTMLElement {
    const cells = COLUMNS.map(({ name, label, sort, order, hint }) => {
      const header = h('span', { role: 'columnheader', class: name });
      if (!sort || !order || !hint) {
        header.append(h('span', { class: name === 'row-actions' ? 'sr-only' : '' }, label));
        return header;
      }
      const mark = icon('arrow-down');
      const choose = h('button', { type: 'button', class: 'sort', title: hint }, mark, label);
      choose.addEventListener('click', () => {
        this.#state.look({ hotSort: sort });
        this.#showSort();
      });
      header.append(choose);
      this.#headers.push({ sort, order, element: header, mark });
      return header;
    });
    return h('div', { role: 'row', class: 'hot-row hot-header' }, ...cells);
  }

  #showSort(): void {
    for (const { sort, order, element, mark } of this.#headers) {
      const chosen = sort === this.#state.view.hotSort;
      setAttribute(element, 'aria-sort', chosen ? order : 'none');
      setShown(mark, chosen);
    }
  }
}
