import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BOUNDS_SECONDS, Histogram } from '../../../src/insight/latency/histogram.ts';
import { Labelled, OTHER } from '../../../src/insight/latency/labelled.ts';
import { producerOf } from '../../../src/insight/latency/producer.ts';

const durations = fc.array(fc.double({ min: 0, max: 100_000, noNaN: true }), {
  minLength: 1,
  maxLength: 200,
});

function of(times: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const ms of times) histogram.add(ms);
  return histogram;
}

describe('a histogram', () => {
  it('has shown bounds that read well, each twice the one before', () => {
    expect(BOUNDS_SECONDS.slice(0, 8)).toEqual([
      0.00001, 0.00002, 0.00004, 0.00008, 0.00016, 0.00032, 0.00064, 0.00128,
    ]);
    expect(BOUNDS_SECONDS.at(-1)).toBeCloseTo(41.94304);
  });

  it('counts for each bound exactly what took at most so long', () => {
    fc.assert(
      fc.property(durations, (times) => {
        const exact = BOUNDS_SECONDS.map((bound) => times.filter((ms) => ms <= bound * 1000).length);
        expect(of(times).cumulative()).toEqual(exact);
      }),
    );
  });

  it('counts what took exactly as long as a bound below it', () => {
    const times = BOUNDS_SECONDS.map((bound) => bound * 1000);
    expect(of(times).cumulative()).toEqual(times.map((_, i) => i + 1));
  });

  it('gives quantiles that are at most a fifth too high, and never too low', () => {
    fc.assert(
      fc.property(durations, fc.double({ min: 0.01, max: 1, noNaN: true }), (times, part) => {
        const sorted = [...times].sort((a, b) => a - b);
        const exact = sorted[Math.ceil(part * sorted.length) - 1] ?? 0;
        const quantile = of(times).quantile(part) ?? -1;
        expect(quantile).toBeGreaterThanOrEqual(Math.min(exact, 40_000) * 0.999_999);
        expect(quantile).toBeLessThanOrEqual(Math.max(0.01, exact > 40_000 ? 100_000 : exact * 1.2));
      }),
    );
    expect(new Histogram().quantile(0.5)).toBeUndefined();
  });

  it('takes no duration that is none', () => {
    expect(of([Number.NaN, -1]).count).toBe(0);
  });
});

describe('what is counted by name', () => {
  it('has so many names at the most, and counts the rest together', () => {
    const labelled = new Labelled(() => ({ count: 0 }), 3);
    for (let i = 0; i < 1000; i++) labelled.of(`agent ${i % 100}`).count++;
    expect([...labelled].map(([name, { count }]) => [name, count])).toEqual([
      ['agent 0', 10],
      ['agent 1', 10],
      ['agent 2', 10],
      [OTHER, 970],
    ]);
  });
});

describe('what computes a value', () => {
  it.each([
    ['analysis:outline:3:src/a.ts', 'analysis:outline'],
    ['tool:web_search:1:x', 'tool:web_search'],
    ['tool:alone', 'tool'],
    ['result:a:b', 'result'],
  ])('of %s is %s', (key, producer) => {
    expect(producerOf(key)).toBe(producer);
  });
});
