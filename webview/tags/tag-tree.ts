/** Section "Tags": the tag tree with counts, sizes and an invalidate button on each tag. */
import type { Snapshot, TagTree } from '../../src/protocol.ts';
import { h, setShown } from '../dom.ts';
import { filterTerm } from '../filter-term.ts';
import { holdOrder } from '../hold-order.ts';
import { KeyedList } from '../keyed-list.ts';
import { toEntries } from '../leads.ts';
import type { PageState } from '../page-state.ts';
import { inUse, RovingRows } from '../roving-rows.ts';
import { section } from '../sections/section.ts';
import { flatten, type TagRow } from './flatten.ts';
import { tagRow } from './tag-row.ts';
import { onTreeKey } from './tree-keys.ts';

export class TagsSection {
  readonly #state: PageState;
  readonly #tree = h('div', { role: 'tree', class: 'tag-tree', 'aria-label': 'Tags' });
  readonly #empty = h('p', { class: 'empty' }, 'No entries. Each entry appears here under its tags.');
  readonly #roving = new RovingRows(this.#tree);
  readonly #list = new KeyedList<TagRow>({
    parent: this.#tree,
    keyOf: ({ id }) => id,
    create: (row) => tagRow(row, (tag) => this.#showEntries(tag)),
    refocus: (row) => row.focus({ preventScroll: true }),
  });
  readonly element = section('tags', 'Tags', [columnNames()], this.#tree, this.#empty);

  readonly #more = new Map<string, number>();
  #tags: TagTree = {};
  #rows = new Map<HTMLElement, TagRow>();

  constructor(state: PageState) {
    this.#state = state;
    this.#tree.addEventListener('click', ({ target }) => {
      const row = this.#roving.rowOf(target);
      if (row) this.#activate(row);
    });
    this.#tree.addEventListener('pointerleave', () => this.#update());
    onTreeKey(this.#tree, {
      roving: this.#roving,
      activate: (row) => this.#activate(row),
      toggle: (row) => this.#toggle(row),
      parent: (row) => this.#parent(row),
    });
  }

  render({ tags }: Snapshot): void {
    this.#tags = tags;
    this.#update();
  }

  #update(): void {
    const hold = inUse(this.#tree) ? this.#list.keys : undefined;
    const tags = hold ? held(this.#tags, hold) : this.#tags;
    const rows = flatten(tags, this.#state.view.expandedTags, this.#more);
    this.#list.render(rows);
    this.#roving.refresh();
    this.#rows = new Map(
      rows.flatMap((row) => {
        const element = this.#list.element(row.id);
        return element ? [[element, row]] : [];
      }),
    );
    setShown(this.#tree, rows.length > 0);
    setShown(this.#empty, rows.length === 0);
    const wanted = this.#state.takeTag((tag) => this.#list.element(`tag:${tag}`) !== undefined);
    if (wanted !== undefined) this.#list.element(`tag:${wanted}`)?.focus();
  }

  #showEntries(tag: string): void {
    this.#state.look(toEntries(this.#state.view, { filter: filterTerm('tag', tag) }));
  }

  #activate(element: HTMLElement): void {
    const row = this.#rows.get(element);
    if (row?.kind !== 'more') {
      this.#toggle(element);
      return;
    }
    const index = this.#roving.rows.indexOf(element);
    this.#more.set(row.parent, (this.#more.get(row.parent) ?? 0) + 1);
    this.#update();
    this.#roving.rows[index]?.focus({ preventScroll: true });
  }

  #toggle(element: HTMLElement): void {
    const row = this.#rows.get(element);
    if (row?.kind !== 'tag' || row.expanded === undefined) return;
    const others = this.#state.view.expandedTags.filter((tag) => tag !== row.node.tag);
    this.#state.look({ expandedTags: row.expanded ? others : [...others, row.node.tag] });
    this.#update();
  }

  #parent(element: HTMLElement): HTMLElement | undefined {
    const level = Number(element.ariaLevel);
    const { rows } = this.#roving;
    return rows.slice(0, rows.indexOf(element)).findLast((row) => Number(row.ariaLevel) < level);
  }
}

/** Over the numbers of the rows; each row says them itself to a screen reader. */
function columnNames(): HTMLElement {
  return h(
    'div',
    { class: 'tag-columns', 'aria-hidden': 'true' },
    h('span', {}, 'Entries'),
    h('span', {}, 'Size'),
  );
}

/** The same tree with siblings in the order in which they are shown. */
function held(tags: TagTree, shown: readonly string[]): TagTree {
  const lists = Object.entries(tags).map(([parent, nodes]) => [
    parent,
    holdOrder(shown, nodes, ({ tag }) => `tag:${tag}`),
  ]);
  return Object.fromEntries(lists);
}
