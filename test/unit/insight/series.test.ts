import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keptSeriesSchema } from '../../../src/insight/series/kept-series.ts';
import { NOTHING, type Totals } from '../../../src/insight/series/point.ts';
import { TimeSeries } from '../../../src/insight/series/time-series.ts';
import { RANGES } from '../../../src/protocol.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const at = (counts: Partial<Totals>): Totals => ({ ...NOTHING, ...counts });

describe('the time series', () => {
  it('attributes what was counted between two samples to its stretch of time', () => {
    const series = new TimeSeries();
    series.sample(1000, at({ memory: 5, misses: 1 }));
    series.sample(2000, at({ memory: 5, misses: 1 }));
    series.sample(3500, at({ memory: 7, file: 1, misses: 4 }));
    expect(series.read('5m', 4000).points).toEqual([
      { t: 1000, hits: { memory: 5, file: 0, shared: 0 }, misses: 1 },
      { t: 3000, hits: { memory: 2, file: 1, shared: 0 }, misses: 3 },
    ]);
    expect(series.read('1h', 4000).points).toEqual([
      { t: 0, hits: { memory: 7, file: 1, shared: 0 }, misses: 4 },
    ]);
  });

  it('forgets what left its range, and stays bounded', () => {
    const series = new TimeSeries();
    for (let i = 1; i <= 1000; i++) series.sample(i * 1000, at({ memory: i }));
    const { points } = series.read('5m', 1_000_000);
    expect(points).toHaveLength(300);
    expect(points[0]?.t).toBe(701_000);
    expect(series.read('5m', 2_000_000).points).toEqual([]);
  });

  it('keeps seconds for five minutes, minutes for a day, hours for a month', () => {
    const series = new TimeSeries();
    const end = 40 * DAY;
    for (let t = MINUTE, hits = 1; t <= end; t += MINUTE, hits++) series.sample(t, at({ memory: hits }));
    const lengths = RANGES.map((range) => series.exact(range, end).points.length);
    expect(lengths).toEqual([5, 60, 1440, 720]);
    expect(RANGES.map((range) => series.exact(range, end).step)).toEqual([1000, MINUTE, MINUTE, 60 * MINUTE]);
    expect(series.read('30d', end).points.length).toBeLessThanOrEqual(181);
    expect(keptSeriesSchema.safeParse(series.keep()).success).toBe(true);
  });

  it('tells misses by reason, of which none is lost', () => {
    const series = new TimeSeries();
    const reasons = { 'never-cached': 2, changed: 1 };
    series.sample(1000, at({ misses: 3, reasons }));
    reasons.changed = 4; // the recorder goes on counting in the same object
    series.sample(2000, at({ misses: 6, reasons }));
    series.sample(3000, at({ memory: 1, misses: 6, reasons }));
    expect(series.misses('5m', 4000)).toEqual({
      range: '5m',
      step: 1000,
      points: [
        { t: 1000, counts: { 'never-cached': 2, changed: 1 } },
        { t: 2000, counts: { changed: 3 } },
      ],
      counts: { 'never-cached': 2, changed: 4 },
    });
  });

  it('counts everything once whichever way the clock moves', () => {
    const jumps = fc.array(fc.integer({ min: -100_000, max: 100_000 }), { maxLength: 50 });
    fc.assert(
      fc.property(jumps, (moves) => {
        const series = new TimeSeries();
        let now = DAY;
        for (const [i, move] of moves.entries()) {
          now = Math.max(1, now + move);
          series.sample(now, at({ memory: i + 1 }));
        }
        const { points } = series.exact('30d', 2 * DAY);
        expect(points.reduce((sum, { memory }) => sum + memory, 0)).toBe(moves.length);
        expect(points.map(({ t }) => t)).toEqual(points.map(({ t }) => t).sort((a, b) => a - b));
      }),
    );
  });

  it('takes over what another process has counted, and leaves out what is too old or yet to come', () => {
    const other = new TimeSeries();
    other.sample(DAY, at({ memory: 1, evictions: 2 }));
    other.sample(DAY + 1000, at({ memory: 4, evictions: 2, misses: 1, reasons: { expired: 1 } }));
    const series = new TimeSeries();
    series.sample(DAY + 1000, at({ memory: 10 }));
    const kept = keptSeriesSchema.parse(JSON.parse(JSON.stringify(other.keep())));
    series.take(kept, DAY + 2000);
    expect(series.exact('5m', DAY + 2000).points).toEqual([
      { t: DAY, ...at({ memory: 1, evictions: 2 }) },
      { t: DAY + 1000, ...at({ memory: 13, misses: 1, reasons: { expired: 1 } }) },
    ]);
    const later = new TimeSeries();
    later.take(kept, DAY - 10_000);
    expect(later.exact('30d', DAY).points).toEqual([]);
  });
});
