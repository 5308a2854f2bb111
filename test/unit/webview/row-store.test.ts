import { describe, expect, it } from 'vitest';
import type { EntriesPage, EntryRow } from '../../../src/protocol/entries.ts';
import { RowStore, rangeFor } from '../../../webview/entries/row-store.ts';

const row = (key: string): EntryRow => ({
  key,
  namespace: 'n',
  levels: ['memory'],
  bytes: 1,
  createdAt: 1,
  lastHitAt: 0,
  expiresAt: 0,
  hits: 0,
  costMs: 0,
});

const page = (from: number, keys: string, matched: number, filter = ''): EntriesPage => ({
  query: { filter, sort: 'key', descending: false, from, count: 50 },
  total: 1000,
  matched,
  matchedBytes: 0,
  rows: [...keys].map(row),
});

const shown = (store: RowStore, count: number) =>
  Array.from({ length: count }, (_, index) => store.at(index)?.key ?? '-').join('');

describe('the rows that are here', () => {
  it('are those of all pages of one list', () => {
    const store = new RowStore();
    store.take(page(0, 'abc', 9), false);
    store.take(page(5, 'fg', 9), false);
    expect(shown(store, 9)).toBe('abc--fg--');
    expect(store.missing(0, 9)).toBe(3);
    expect(store.missing(5, 7)).toBe(undefined);
    expect(store.indexOf('g', 0)).toBe(6);
    expect(store.indexOf('x', 0)).toBe(undefined);
    expect(store.whole).toBe(false);
  });

  it('are given up when the list is another', () => {
    const store = new RowStore();
    expect(store.take(page(0, 'abc', 9), false)).toBe(true);
    expect(store.take(page(5, 'fg', 9), false)).toBe(false);
    expect(store.take(page(0, 'x', 1, 'x'), false)).toBe(true);
    expect(shown(store, 9)).toBe('x--------');
    expect(store.whole).toBe(true);
  });

  it('stand where they did only as long as there are as many', () => {
    const store = new RowStore();
    store.take(page(0, 'abc', 9), false);
    store.take(page(5, 'gh', 8), false);
    expect(shown(store, 9)).toBe('-----gh--');
  });

  it('keep their places while they are held, and new ones come after them', () => {
    const store = new RowStore();
    store.take(page(0, 'abcd', 4), false);
    store.take(page(0, 'dxba', 4), true);
    expect(shown(store, 4)).toBe('abdx');
    store.take(page(0, 'dxba', 4), false);
    expect(shown(store, 4)).toBe('dxba');
  });
});

describe('the rows to ask for', () => {
  it('begin at a round number and reach over what is wanted', () => {
    expect(rangeFor(0, 28)).toEqual({ from: 0, count: 100 });
    expect(rangeFor(1234, 1300)).toEqual({ from: 1200, count: 100 });
    expect(rangeFor(1249, 1360)).toEqual({ from: 1200, count: 200 });
    expect(rangeFor(10, 10_000)).toEqual({ from: 0, count: 500 });
  });
});
