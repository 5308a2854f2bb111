import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOf } from '../../../../src/cache/eviction/ghosts.ts';
import { advisedSize } from '../../../../src/insight/miss-ratio/curve.ts';
import { Shards } from '../../../../src/insight/miss-ratio/shards.ts';
import { lruMissRatio, random, type Trace, zipf } from './exact.ts';

/** Follows a trace, of which each key is stored once it was missed. */
function follow(trace: Trace, most: number): Shards {
  const shards = new Shards(most);
  for (const key of trace.reads) shards.read(hashOf(`k${key}`), 'avoidable', trace.bytesOf(key));
  shards.settle(trace.reads.length);
  return shards;
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

/** Sizes on the edges of the buckets, so that nothing is lost to them. */
const sizes = (bytes: number) =>
  Array.from({ length: 9 }, (_, step) => 2 ** (Math.log2(bytes) - 4 + step / 2));

describe('the sampled miss-ratio curve', () => {
  it('is that of an exact LRU while every key is followed', () => {
    const keys = fc.array(fc.nat(40), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(keys, fc.integer({ min: 0, max: 9 }), (reads, doublings) => {
        const shards = follow({ reads, bytesOf: () => 1 }, 64);
        const exact = lruMissRatio({ reads, bytesOf: () => 1 }, 2 ** doublings);
        expect(shards.missRatio({ bytes: 2 ** doublings })).toBeCloseTo(exact, 9);
        expect(shards.missRatio({ entries: 2 ** doublings })).toBeCloseTo(exact, 9);
      }),
    );
  });

  it('is near it on ten traces of 5,000 keys of many sizes, the more so the more keys are followed', () => {
    const errors = new Map([512, 1024, 2048].map((most) => [most, [] as number[]]));
    for (let seed = 0; seed < 10; seed++) {
      const sizeOf = random(seed + 1);
      const bytes = Array.from({ length: 5000 }, () => Math.ceil(sizeOf() * 10_000));
      const reads = zipf(5000, 15_000, 0.5 + 0.06 * seed, seed + 100);
      const trace = { reads, bytesOf: (key: number) => bytes[key] as number };
      const rooms = sizes(bytes.reduce((sum, size) => sum + size, 0) / 2);
      const exact = rooms.map((size) => lruMissRatio(trace, size));
      for (const [most, found] of errors) {
        const shards = follow(trace, most);
        expect(shards.sampled).toBeLessThanOrEqual(most);
        const apart = rooms.map((size, at) =>
          Math.abs((shards.missRatio({ bytes: size }) ?? 9) - (exact[at] ?? 0)),
        );
        found.push(100 * mean(apart));
      }
    }
    // In points. The values of the followed keys may be larger than others by chance.
    const limits = [
      { most: 512, average: 2.5, worst: 8 },
      { most: 1024, average: 1.5, worst: 4 },
      { most: 2048, average: 1, worst: 3 },
    ];
    for (const { most, average, worst } of limits) {
      expect(mean(errors.get(most) ?? [9])).toBeLessThan(average);
      expect(Math.max(...(errors.get(most) ?? [9]))).toBeLessThan(worst);
    }
  });

  it('counts a miss that no size avoids as one at every size', () => {
    const shards = new Shards(16);
    for (let read = 0; read < 100; read++) shards.read(7, read % 2 === 0 ? 'unavoidable' : 'avoidable', 1);
    shards.settle(100);
    expect(shards.missRatio({ bytes: 2 ** 40 })).toBeCloseTo(0.5, 9);
  });

  it('leaves out the first read of a value that was there before anybody looked', () => {
    const shards = new Shards(16);
    for (let read = 0; read < 10; read++) shards.read(7, 'hit', 1);
    shards.settle(10);
    expect(shards.missRatio({ bytes: 1 })).toBe(0);
    expect(shards.reads).toBe(9);
  });

  it('follows ever fewer keys, never more than it may, and says what a full sample says', () => {
    const trace = { reads: zipf(3000, 20_000, 0.9, 3), bytesOf: () => 100 };
    const shards = follow(trace, 4096);
    shards.halve();
    shards.halve();
    expect(shards.sampled).toBeLessThan(900);
    for (const key of trace.reads) shards.read(hashOf(`k${key}`), 'avoidable', 100);
    shards.settle(trace.reads.length);
    const exact = lruMissRatio({ ...trace, reads: [...trace.reads, ...trace.reads] }, 2 ** 16);
    expect(Math.abs((shards.missRatio({ bytes: 2 ** 16 }) ?? 1) - exact)).toBeLessThan(0.03);
  });
});

describe('the advised size', () => {
  const loop = (keys: number, reads: number): Trace => ({
    reads: Array.from({ length: reads }, (_, index) => index % keys),
    bytesOf: () => 100,
  });

  it('is just beyond the cliff of reads that go round', () => {
    const shards = follow(loop(300, 6000), 512);
    const advised = advisedSize(shards, { bound: 'bytes', now: 20_000, most: 1_000_000 });
    expect(advised?.missRatioNow).toBe(1);
    expect(advised?.size).toBeGreaterThanOrEqual(30_000);
    expect(advised?.size).toBeLessThan(40_000);
    expect(lruMissRatio(loop(300, 6000), advised?.size ?? 0)).toBeCloseTo(advised?.missRatio ?? 0, 2);
  });

  it('is none where a larger room gains nothing, where it may not be larger, and after few reads', () => {
    const shards = follow(loop(300, 6000), 512);
    expect(advisedSize(shards, { bound: 'bytes', now: 40_000, most: 1_000_000 })).toBeUndefined();
    expect(advisedSize(shards, { bound: 'bytes', now: 20_000, most: 20_000 })).toBeUndefined();
    const few = follow(loop(30, 900), 512);
    expect(advisedSize(few, { bound: 'bytes', now: 2000, most: 1_000_000 })).toBeUndefined();
  });

  it('is the smallest that reaches a target that can be reached, else the knee', () => {
    const trace = { reads: zipf(3000, 60_000, 0.8, 5), bytesOf: () => 100 };
    const shards = follow(trace, 4096);
    const at = (target?: number) =>
      advisedSize(shards, { bound: 'bytes', now: 40_000, most: 320_000, target });
    const low = at(0.7);
    expect(1 - (low?.missRatio ?? 1)).toBeGreaterThanOrEqual(0.7);
    expect(low?.size).toBeLessThan(at()?.size ?? 0);
    expect(at(0.999)).toEqual(at());
  });
});
