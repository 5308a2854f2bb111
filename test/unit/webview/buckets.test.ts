import { describe, expect, it } from 'vitest';
import type { Range, SeriesPoint } from '../../../src/protocol.ts';
import { bucketsOf, describe as describeChart, labelled, totalsOf } from '../../../webview/chart/buckets.ts';

const point = (t: number, memory: number, misses: number): SeriesPoint => ({
  t,
  hits: { memory, file: 1, shared: 0 },
  misses,
});

describe('buckets', () => {
  const at = new Date(2026, 2, 1, 14, 5, 3).getTime();

  it.each<[Range, number, number, number]>([
    ['5m', 5e3, 60, 5e3],
    ['5m', 1e3, 60, 5e3],
    ['1h', 60e3, 60, 60e3],
    ['1h', 10e3, 60, 60e3],
    ['24h', 5 * 60e3, 48, 30 * 60e3],
    ['30d', 4 * 3_600e3, 60, 12 * 3_600e3],
    // A step that fits no round width.
    ['5m', 7e3, 43, 7e3],
  ])('of %s in steps of %d ms are %d of %d ms', (range, step, count, width) => {
    const buckets = bucketsOf({ range, step, points: [] }, at);
    expect(buckets).toHaveLength(count);
    for (const { start, end } of buckets) expect([end - start, start % width]).toEqual([width, 0]);
    const last = buckets.at(-1);
    expect(last && last.start <= at && at < last.end).toBe(true);
  });

  it('add up the points that fall into them and leave out older ones', () => {
    const start = Math.floor(at / 5e3) * 5e3;
    const points = [
      point(start - 400e3, 9, 9),
      point(start - 5e3, 2, 0),
      point(start, 3, 1),
      point(start + 1e3, 4, 0),
    ];
    const buckets = bucketsOf({ range: '5m', step: 1e3, points }, at);
    expect(buckets.at(-1)).toMatchObject({ hits: { memory: 7, file: 2, shared: 0 }, misses: 1 });
    expect(totalsOf(buckets)).toEqual({ hits: { memory: 9, file: 3, shared: 0 }, misses: 1, rate: 12 / 13 });
  });

  it('stay where they are while time passes within the last one', () => {
    const series = { range: '5m', step: 1e3, points: [] } as const;
    const start = Math.floor(at / 5e3) * 5e3;
    expect(bucketsOf(series, start)).toEqual(bucketsOf(series, start + 4_999));
  });

  it('are labelled at round local times', () => {
    const buckets = bucketsOf({ range: '1h', step: 60e3, points: [] }, at);
    const minutes = labelled(buckets, '1h', false).map((index) =>
      new Date(buckets[index]?.start ?? 0).getMinutes(),
    );
    expect(minutes).toEqual([10, 20, 30, 40, 50, 0]);
    expect(labelled(buckets, '1h', true)).toHaveLength(3);
    const month = bucketsOf({ range: '30d', step: 4 * 3_600e3, points: [] }, at);
    expect(labelled(month, '30d', false)).toHaveLength(6);
    expect(labelled(month, '30d', true)).toHaveLength(3);
  });

  it('are described in a sentence', () => {
    const totals = { hits: { memory: 1_204, file: 32, shared: 0 }, misses: 180, rate: 0.873 };
    expect(describeChart('1h', totals)).toBe(
      'Hit rate over the last hour: 87.3%. Hits: 1,204 from memory, 32 from file, 0 from shared. Misses: 180.',
    );
  });
});
