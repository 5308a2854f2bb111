/** Section "Hot Keys": the entries most worth looking at, sortable, each with its actions. */
import type { HotKey, HotSort, Snapshot } from '../../src/protocol.ts';
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

const keyOf = ({ key }: HotKey): string => key;

export class HotKeysSection {
  readonly #state: PageState;
  readonly #rows = h('div', { role: 'rowgroup', class: 'hot-rows' });
  readonly #roving = new RovingRows(this.#rows);
  readonly #headers: { sort: HotSort; order: string; element: HTMLElement; mark: HTMLElement }[] = [];
  readonly #grid = h('div', { role: 'grid', class: 'hot-grid', 'aria-label': 'Hot keys' });
  readonly #empty = h('p', { class: 'empty' }, 'No hits yet. Keys that are asked for again appear here.');
  readonly #more = h('button', { type: 'button', class: 'more' });
  readonly #list: KeyedList<HotKey>;
  readonly element = section('hot-keys', 'Hot Keys', [], this.#grid, this.#empty, this.#more);

  #hotKeys: readonly HotKey[] = [];
  #now = 0;

  constructor(state: PageState) {
    this.#state = state;
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
