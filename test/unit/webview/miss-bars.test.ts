import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MISS_REASONS, type MissesData } from '../../../src/protocol/misses.ts';
import { missFigure, missTotal } from '../../../webview/misses/miss-bars.ts';
import { REASONS } from '../../../webview/misses/reasons.ts';

const AT = new Date(2026, 2, 1, 14, 5, 9).getTime();
const MINUTE = 60e3;
const minute = (back: number) => Math.floor(AT / MINUTE) * MINUTE - back * MINUTE;

const data: MissesData = {
  range: '1h',
  step: MINUTE,
  points: [
    { t: minute(59), counts: { changed: 2 } },
    { t: minute(3), counts: { changed: 1, 'never-cached': 4 } },
    { t: minute(0), counts: { evicted: 3 } },
  ],
  counts: { changed: 3, 'never-cached': 4, evicted: 3 },
  recent: [],
};

describe('the misses over time', () => {
  it('have a series for each reason that occurred, always in the same order', () => {
    const { data: bars } = missFigure(data, AT);
    expect(bars.series.map(({ label }) => label)).toEqual(['Never cached', 'Input changed', 'Evicted']);
    expect(bars.titles).toHaveLength(60);
    expect(bars.series.map(({ values }) => values.indexOf(Math.max(...values)))).toEqual([56, 0, 59]);
  });

  it('are a table, newest first, without the times of no misses', () => {
    const { columns, rows } = missFigure(data, AT);
    expect(columns).toEqual(['Time', 'All', 'Never cached', 'Input changed', 'Evicted']);
    expect(rows.map(({ cells }) => cells)).toEqual([
      ['14:05', '3', '0', '0', '3'],
      ['14:02', '5', '4', '1', '0'],
      ['13:06', '2', '0', '2', '0'],
    ]);
  });

  it('are one sentence', () => {
    expect(missFigure(data, AT).label).toBe(
      '10 misses in the last hour, by reason: never cached 4, input changed 3, evicted 3.',
    );
    const none = missFigure({ ...data, points: [], counts: {} }, AT);
    expect([none.label, none.empty]).toEqual(['No misses in the last hour.', 'No misses in the last hour.']);
    expect(missFigure(data, AT).empty).toBeUndefined();
  });

  it('lose no point of the range, whatever it is', () => {
    const counts = fc.dictionary(fc.constantFrom(...MISS_REASONS), fc.integer({ min: 0, max: 1e6 }));
    const points = fc.array(fc.record({ back: fc.integer({ min: 0, max: 58 }), counts }), { maxLength: 30 });
    fc.assert(
      fc.property(points, (list) => {
        const misses = list.map(({ back, counts }) => ({ t: minute(back), counts }));
        const sum = Object.fromEntries(
          MISS_REASONS.map((reason) => [
            reason,
            list.reduce((total, point) => total + (point.counts[reason] ?? 0), 0),
          ]),
        );
        const { series } = missFigure({ ...data, points: misses, counts: sum }, AT).data;
        const drawn = series.flatMap(({ values }) => values).reduce((total, value) => total + value, 0);
        expect(drawn).toBe(missTotal(sum));
      }),
    );
  });

  it('are told apart without colour', () => {
    const patterns = MISS_REASONS.map((reason) => REASONS[reason].pattern);
    expect(new Set(patterns).size).toBe(MISS_REASONS.length);
  });
});
