/** One row of the grid of entries; empty while the host has not sent what stands there. */
import type { EntryRow } from '../../src/protocol/entries.ts';
import { h, setAttribute, setText } from '../dom.ts';
import {
  formatAge,
  formatBytes,
  formatCount,
  formatDuration,
  formatExact,
  formatRelative,
} from '../format.ts';
import { keyName } from '../key-name.ts';
import type { Row } from '../keyed-list.ts';
import { showLevels } from '../level-icons.ts';

/** What is shown at a place of the list. */
export interface PlacedRow {
  readonly index: number;
  readonly row: EntryRow | undefined;
  /** Pixels from the top. */
  readonly top: number;
  readonly selected: boolean;
  readonly active: boolean;
}

export function rowId(index: number): string {
  return `entry-row-${index}`;
}

/** `now()` is the host's time in ms. */
export function entryRow({ index }: PlacedRow, now: () => number): Row<PlacedRow> {
  const key = h('span', { role: 'rowheader', class: 'key' });
  const hits = cell('number hits');
  const last = cell('number last');
  const bytes = cell('number bytes');
  const age = cell('number age');
  const cost = cell('number cost');
  const levels = cell('levels-cell');
  const element = h(
    'div',
    // The header is the first row.
    { role: 'row', class: 'entry-row', id: rowId(index), 'aria-rowindex': String(index + 2) },
    ...[key, hits, last, bytes, age, cost, levels],
  );
  let shownKey: string | undefined;
  return {
    element,
    update({ row, top, selected, active }) {
      const place = `translateY(${top}px)`;
      if (element.style.transform !== place) element.style.transform = place;
      setAttribute(element, 'aria-selected', String(selected));
      setAttribute(element, 'data-active', active ? '' : undefined);
      setAttribute(element, 'aria-busy', row ? undefined : 'true');
      if (row?.key !== shownKey) {
        shownKey = row?.key;
        key.replaceChildren(...(row ? [keyName(row.key)] : []));
      }
      setText(hits, row ? formatCount(row.hits) : '');
      setText(last, !row ? '' : row.lastHitAt === 0 ? 'never' : formatRelative(row.lastHitAt, now()));
      setTitle(last, row?.lastHitAt);
      setText(bytes, row ? formatBytes(row.bytes) : '');
      setText(age, row ? formatAge(row.createdAt, now()) : '');
      setTitle(age, row?.createdAt);
      setText(cost, !row ? '' : row.costMs === 0 ? '–' : formatDuration(row.costMs));
      setAttribute(cost, 'title', row?.costMs === 0 ? 'Not measured' : undefined);
      showLevels(levels, row?.levels ?? []);
    },
  };
}

function cell(name: string): HTMLElement {
  return h('span', { role: 'gridcell', class: name });
}

/** The exact time; 0 is never. */
function setTitle(element: HTMLElement, at: number | undefined): void {
  setAttribute(element, 'title', at ? formatExact(at) : undefined);
}
