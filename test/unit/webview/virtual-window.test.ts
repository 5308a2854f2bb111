import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { revealing, rowsPerPage, type Scroller, windowOf } from '../../../webview/entries/virtual-window.ts';

const scroller = (change: Partial<Scroller> = {}): Scroller => ({
  rows: 50_000,
  rowHeight: 24,
  height: 480,
  scrollTop: 0,
  ...change,
});

const anyScroller = fc
  .record({
    rows: fc.integer({ min: 0, max: 20_000_000 }),
    rowHeight: fc.constantFrom(24, 46),
    height: fc.integer({ min: 0, max: 2_000 }),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ rows, rowHeight, height, part }): Scroller => {
    const whole = windowOf({ rows, rowHeight, height, scrollTop: 0 }).height;
    return { rows, rowHeight, height, scrollTop: Math.floor(part * Math.max(0, whole - height)) };
  });

/** Pixels from the top of what is seen to the top of a row. */
function seenAt(from: Scroller, row: number): number {
  return row * from.rowHeight + windowOf(from).offset - from.scrollTop;
}

describe('the window of a long list', () => {
  it('holds the rows in sight and a few around them', () => {
    expect(windowOf(scroller())).toEqual({ first: 0, end: 28, height: 1_200_000, offset: 0 });
    expect(windowOf(scroller({ scrollTop: 24_000 }))).toMatchObject({ first: 992, end: 1028, offset: 0 });
    expect(windowOf(scroller({ rows: 3 }))).toEqual({ first: 0, end: 3, height: 72, offset: 0 });
    expect(windowOf(scroller({ rows: 0 }))).toEqual({ first: 0, end: 0, height: 0, offset: 0 });
  });

  it('covers what is seen, wherever it is, with few rows', () => {
    fc.assert(
      fc.property(anyScroller, (at) => {
        const { first, end, height } = windowOf(at);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(at.rows);
        expect(end - first).toBeLessThanOrEqual(at.height / at.rowHeight + 18);
        expect(height).toBeLessThanOrEqual(8_000_000);
        if (at.rows === 0) return;
        if (first > 0) expect(seenAt(at, first)).toBeLessThanOrEqual(0);
        if (end < at.rows) expect(seenAt(at, end)).toBeGreaterThanOrEqual(at.height);
      }),
    );
  });

  it('reaches the last row of a list that is too tall to be laid out', () => {
    const rows = 10_000_000;
    const bottom = scroller({ rows, scrollTop: 8_000_000 - 480 });
    expect(windowOf(bottom).end).toBe(rows);
    expect(seenAt(bottom, rows)).toBeCloseTo(480, 3);
  });

  it('scrolls no further than to bring a row in sight, and not for one that is', () => {
    expect(revealing(scroller({ scrollTop: 240 }), 12)).toBe(240);
    expect(revealing(scroller({ scrollTop: 240 }), 3)).toBe(72);
    expect(revealing(scroller({ scrollTop: 240 }), 40)).toBe(41 * 24 - 480);
    fc.assert(
      fc.property(anyScroller, fc.nat(), (at, any) => {
        if (at.rows === 0 || at.height < at.rowHeight) return;
        const row = any % at.rows;
        const there = { ...at, scrollTop: revealing(at, row) };
        expect(seenAt(there, row)).toBeGreaterThanOrEqual(-0.01);
        expect(seenAt(there, row) + at.rowHeight).toBeLessThanOrEqual(at.height + 0.01);
      }),
    );
  });

  it('moves by a page less a row, and by one at least', () => {
    expect(rowsPerPage(scroller())).toBe(19);
    expect(rowsPerPage(scroller({ height: 10 }))).toBe(1);
  });
});
