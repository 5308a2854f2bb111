/** The rows that the host has sent of a list, by their place in it. */
import { type EntriesPage, type EntriesQuery, type EntryRow, MOST_ROWS } from '../../src/protocol/entries.ts';
import { holdOrder } from '../hold-order.ts';

/** Rows that are kept at the most. */
const MOST_KEPT = 12_000;
/** Rows are asked for from a multiple of this on, so that a small movement asks for the same again. */
const STEP = 50;

const keyOf = ({ key }: EntryRow): string => key;

export class RowStore {
  readonly #rows = new Map<number, EntryRow>();
  #list = '';
  matched = 0;

  /** Takes over a page; with `hold`, rows of the same list stay at their places. True for another list. */
  take({ query, matched, rows }: EntriesPage, hold: boolean): boolean {
    const list = listOf(query);
    const other = list !== this.#list;
    const { from } = query;
    if (other || this.#rows.size > MOST_KEPT) this.#rows.clear();
    if (matched !== this.matched) this.#only(from, from + rows.length);
    this.#list = list;
    this.matched = matched;
    const shown = hold && !other ? this.#keys(from, from + query.count) : [];
    for (const [index, row] of holdOrder(shown, rows, keyOf).entries()) this.#rows.set(from + index, row);
    return other;
  }

  at(index: number): EntryRow | undefined {
    return this.#rows.get(index);
  }

  /** Where a key is, near `index` first; undefined when it is not among the rows that are here. */
  indexOf(key: string, index: number): number | undefined {
    if (this.#rows.get(index)?.key === key) return index;
    for (const [at, row] of this.#rows) if (row.key === key) return at;
    return undefined;
  }

  /** Whether all rows are here. */
  get whole(): boolean {
    return this.#rows.size >= this.matched;
  }

  keys(): Set<string> {
    return new Set([...this.#rows.values()].map(keyOf));
  }

  /** The first row between two that is not here. */
  missing(first: number, end: number): number | undefined {
    for (let index = first; index < end; index++) if (!this.#rows.has(index)) return index;
    return undefined;
  }

  #only(first: number, end: number): void {
    for (const index of this.#rows.keys()) if (index < first || index >= end) this.#rows.delete(index);
  }

  #keys(first: number, end: number): string[] {
    const keys: string[] = [];
    for (let index = first; index < end; index++) {
      const row = this.#rows.get(index);
      if (row) keys.push(row.key);
    }
    return keys;
  }
}

/** What decides about the order and number of rows: the same text is the same list. */
function listOf({ filter, sort, descending }: EntriesQuery): string {
  return JSON.stringify([filter, sort, descending]);
}

/** The rows to ask for so that those from `first` to `end` are there. */
export function rangeFor(first: number, end: number): { readonly from: number; readonly count: number } {
  const from = Math.floor(first / STEP) * STEP;
  const count = Math.min(MOST_ROWS, Math.max(2 * STEP, Math.ceil((end - from) / STEP) * STEP));
  return { from, count };
}
