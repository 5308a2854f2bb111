/** The columns of the grid of entries, in their order on a wide page. */
import type { EntriesQuery, EntrySort } from '../../src/protocol/entries.ts';

export interface Column {
  /** Class of its cells; with it the style sheet places them. */
  readonly name: string;
  readonly label: string;
  readonly sort?: EntrySort;
  /** What its first click shows on top. */
  readonly hint?: string;
  readonly descends?: boolean;
}

export const COLUMNS: readonly Column[] = [
  { name: 'key', label: 'Key', sort: 'key', hint: 'A to Z' },
  { name: 'hits', label: 'Hits', sort: 'hits', hint: 'Most hits first', descends: true },
  { name: 'last', label: 'Last hit', sort: 'lastHit', hint: 'Last hit first', descends: true },
  { name: 'bytes', label: 'Size', sort: 'bytes', hint: 'Largest first', descends: true },
  { name: 'age', label: 'Age', sort: 'created', hint: 'Newest first', descends: true },
  {
    name: 'cost',
    label: 'Cost',
    sort: 'cost',
    hint: 'Time that computing took; most first',
    descends: true,
  },
  { name: 'levels-cell', label: 'Levels' },
];

/** The order that a click on a column's name chooses: its own at first, then the other way round. */
export function sortedBy(
  { sort, descending }: Pick<EntriesQuery, 'sort' | 'descending'>,
  column: { readonly sort: EntrySort; readonly descends?: boolean },
): Pick<EntriesQuery, 'sort' | 'descending'> {
  if (sort === column.sort) return { sort, descending: !descending };
  return { sort: column.sort, descending: column.descends === true };
}

/** `aria-sort` of a column. The age goes up as the time of creation goes down. */
export function ariaSort({ sort, descending }: EntriesQuery, column: EntrySort): string {
  if (sort !== column) return 'none';
  return descending !== (sort === 'created') ? 'descending' : 'ascending';
}
