import { describe, expect, it } from 'vitest';
import { MOST_SELECTED, Selection } from '../../../webview/entries/selection.ts';

/** A list of `count` rows `k0`, `k1`, …, of which those from `first` to `end` are here. */
const list = (count: number, first = 0, end = count) => ({
  at: (index: number) => (index >= first && index < end ? { key: `k${index}` } : undefined),
  missing(from: number, to: number) {
    for (let index = from; index < to; index++) if (!this.at(index)) return index;
    return undefined;
  },
});

const keys = (selection: Selection) => [...selection.keys].join(' ');

describe('a selection', () => {
  const rows = list(20);

  it('is one row after a click, one more after another with Ctrl', () => {
    const selection = new Selection();
    selection.only(3, rows);
    selection.only(5, rows);
    selection.toggle(7, rows);
    expect(keys(selection)).toBe('k5 k7');
    selection.toggle(5, rows);
    expect(keys(selection)).toBe('k7');
    expect(selection.active).toBe(5);
  });

  it('reaches from the row that was selected last, and shrinks again', () => {
    const selection = new Selection();
    selection.only(1, rows);
    selection.toggle(5, rows);
    selection.extendTo(8, rows);
    expect(keys(selection)).toBe('k1 k5 k6 k7 k8');
    selection.extendTo(4, rows);
    expect(keys(selection)).toBe('k1 k5 k4');
    expect(selection.active).toBe(4);
  });

  it('stays while the keyboard moves, and reaches from where that is', () => {
    const selection = new Selection();
    selection.only(1, rows);
    selection.moveTo(10);
    expect(keys(selection)).toBe('k1');
    selection.extendTo(11, rows);
    expect(keys(selection)).toBe('k1 k10 k11');
  });

  it('waits for rows that are not here, and takes them when they come', () => {
    const selection = new Selection();
    selection.moveTo(2);
    selection.extendTo(6, list(20, 0, 4));
    expect(keys(selection)).toBe('k2 k3');
    expect(selection.lacks(list(20, 0, 4))).toBe(4);
    selection.fill(list(20, 0, 5));
    expect(selection.lacks(list(20, 0, 5))).toBe(5);
    selection.fill(rows);
    expect(keys(selection)).toBe('k2 k3 k4 k5 k6');
    expect(selection.lacks(rows)).toBe(undefined);
  });

  it('does not wait any more once something else was chosen', () => {
    const selection = new Selection();
    selection.extendTo(6, list(20, 0, 4));
    selection.only(1, rows);
    selection.fill(rows);
    expect(keys(selection)).toBe('k1');
  });

  it('does not change by itself when other rows stand in its place', () => {
    const selection = new Selection();
    selection.moveTo(0);
    selection.extendTo(1, rows);
    selection.fill({ ...rows, at: (index: number) => ({ key: `other${index}` }) });
    expect(keys(selection)).toBe('k0 k1');
  });

  it('of everything is bounded', () => {
    const selection = new Selection();
    selection.all(50_000, list(50_000));
    expect(selection.keys.size).toBe(MOST_SELECTED);
    selection.clear();
    selection.moveTo(49_999);
    selection.extendTo(0, list(50_000));
    expect(selection.keys.size).toBe(MOST_SELECTED);
    expect(selection.keys.has('k49999')).toBe(true);
  });

  it('forgets what is gone, and follows the row that the keyboard is at', () => {
    const selection = new Selection();
    selection.moveTo(2);
    selection.extendTo(4, rows);
    selection.retain(new Set(['k3', 'k9']));
    expect(keys(selection)).toBe('k3');
    selection.moveTo(3);
    selection.follow(9);
    selection.extendTo(10, rows);
    expect(keys(selection)).toBe('k3 k9 k10');
  });
});
