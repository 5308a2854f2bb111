import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MissRatioCurve } from '../../../src/protocol/advice.ts';
import { basis, curveData, curveFigure, markText, missRatioAt } from '../../../webview/advice/curve.ts';

const MB = 2 ** 20;
const curve: MissRatioCurve = {
  points: [
    { bytes: 400 * MB, missRatio: 0.1 },
    { bytes: 100 * MB, missRatio: 0.5 },
    { bytes: 0, missRatio: 1 },
  ],
  now: { bytes: 200 * MB },
  advised: { bytes: 800 * MB },
  reads: 12_000,
  sampled: 1,
};

describe('the miss-ratio curve', () => {
  it('is read between its points, along the logarithm of the size', () => {
    const { points } = curveData(curve);
    expect(points.map(({ bytes }) => bytes / MB)).toEqual([100, 400]);
    expect(missRatioAt(points, 200 * MB)).toBeCloseTo(0.3);
    expect(missRatioAt(points, 50 * MB)).toBe(0.5);
    expect(missRatioAt(points, 900 * MB)).toBe(0.1);
    expect(missRatioAt([], MB)).toBeUndefined();
  });

  it('never leaves the ratios that were measured', () => {
    const point = fc.record({
      bytes: fc.integer({ min: 1, max: 2 ** 40 }),
      missRatio: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(point, { minLength: 1 }),
        fc.integer({ min: 1, max: 2 ** 41 }),
        (points, bytes) => {
          const ratio = missRatioAt(curveData({ ...curve, points }).points, bytes) ?? Number.NaN;
          const ratios = points.map(({ missRatio }) => missRatio);
          expect(ratio).toBeGreaterThanOrEqual(Math.min(...ratios) - 1e-9);
          expect(ratio).toBeLessThanOrEqual(Math.max(...ratios) + 1e-9);
        },
      ),
    );
  });

  it('marks the size now and the advised one', () => {
    expect(curveData(curve).marks.map(markText)).toEqual([
      '200.0 MB now: 30.0% of reads miss',
      '800.0 MB advised: 10.0% of reads would miss',
    ]);
    const { advised: _, ...without } = curve;
    expect(curveData(without).marks.map(({ kind }) => kind)).toEqual(['now']);
    expect(curveData({ ...curve, points: [] }).marks).toEqual([]);
  });

  it('is a sentence and a table by size, with the marks in their places', () => {
    const figure = curveFigure(curve);
    expect(figure.label).toBe(
      'Share of reads that miss, by the size of the memory level. 200.0 MB now: 30.0% of reads miss. 800.0 MB advised: 10.0% of reads would miss.',
    );
    expect(figure.rows.map(({ cells }) => cells)).toEqual([
      ['100.0 MB', '50.0%', ''],
      ['200.0 MB', '30.0%', 'now'],
      ['400.0 MB', '10.0%', ''],
      ['800.0 MB', '10.0%', 'advised'],
    ]);
    expect(figure.empty).toBeUndefined();
    expect(curveFigure({ ...curve, points: [] }).empty).toMatch(/^Too few reads/);
  });

  it('says what it rests on', () => {
    expect(basis(curve)).toBe('Estimated from 12,000 reads, by following a sample of 1 key.');
  });
});
