/** What is kept of the page over a reload, and how it is read back: nothing of it is taken on trust. */

import { ENTRY_SORTS, type EntriesQuery } from '../src/protocol/entries.ts';
import { FILE_SORTS, type FilesQuery } from '../src/protocol/files.ts';
import { PERIODS } from '../src/protocol/savings.ts';
import { HOT_SORTS, HOT_SPANS, RANGES, SECTIONS, type Section, type View } from '../src/protocol.ts';

/** Enough for a person; keeps the stored state small. */
export const MAX_EXPANDED = 500;
/** What the host reads of a filter. */
export const MAX_FILTER = 5000;
/** Rows that are asked for at first. */
const FIRST_ROWS = 100;

export interface Kept {
  readonly view: View;
  /** Pixels from the top, by section. */
  readonly scroll: Readonly<Partial<Record<Section, number>>>;
  readonly chartAsTable: boolean;
  readonly allHotKeys: boolean;
  readonly allActivity: boolean;
  readonly filterHelp: boolean;
}

/** Reads a stored state; anything that an older version stored differently falls back to its default. */
export function restore(stored: unknown): Kept {
  const kept = fields(stored);
  const view = fields(kept.view);
  const tags = Array.isArray(view.expandedTags) ? view.expandedTags : [];
  const entry = typeof view.entry === 'string' && view.entry !== '' ? { entry: view.entry } : {};
  return {
    view: {
      range: oneOf(RANGES, view.range, '5m'),
      hotSort: oneOf(HOT_SORTS, view.hotSort, 'hits'),
      hotSpan: oneOf(HOT_SPANS, view.hotSpan, 'stored'),
      expandedTags: tags.filter((tag) => typeof tag === 'string').slice(-MAX_EXPANDED),
      section: oneOf(SECTIONS, view.section, 'overview'),
      entries: entriesQuery(fields(view.entries)),
      files: filesQuery(fields(view.files)),
      period: oneOf(PERIODS, view.period, '7d'),
      ...entry,
    },
    scroll: Object.fromEntries(
      Object.entries(fields(kept.scroll)).filter(
        ([section, top]) => SECTIONS.some((one) => one === section) && typeof top === 'number',
      ),
    ),
    chartAsTable: kept.chartAsTable === true,
    allHotKeys: kept.allHotKeys === true,
    allActivity: kept.allActivity === true,
    filterHelp: kept.filterHelp === true,
  };
}

function entriesQuery(query: Record<string, unknown>): EntriesQuery {
  const sort = oneOf(ENTRY_SORTS, query.sort, 'key');
  return { ...page(query), sort, descending: query.descending === true };
}

function filesQuery(query: Record<string, unknown>): FilesQuery {
  const sort = oneOf(FILE_SORTS, query.sort, 'entries');
  return { ...page(query), sort, descending: query.descending !== false };
}

/** The rows are asked for from the top: how many there are now, nobody knows. */
function page({ filter }: Record<string, unknown>): { filter: string; from: number; count: number } {
  const kept = typeof filter === 'string' ? filter.slice(0, MAX_FILTER) : '';
  return { filter: kept, from: 0, count: FIRST_ROWS };
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function oneOf<T extends string>(choices: readonly T[], value: unknown, otherwise: T): T {
  return choices.find((choice) => choice === value) ?? otherwise;
}
