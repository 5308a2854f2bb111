import { describe, expect, it } from 'vitest';
import { Entry } from '../../../../src/cache/entry.ts';
import type { EvictionName } from '../../../../src/cache/eviction/create-eviction.ts';
import { hashOf } from '../../../../src/cache/eviction/ghosts.ts';
import { MemoryLevel } from '../../../../src/cache/memory-level.ts';
import { Namespaces } from '../../../../src/cache/namespace.ts';
import { advisedSize } from '../../../../src/insight/miss-ratio/curve.ts';
import { Shards } from '../../../../src/insight/miss-ratio/shards.ts';
import { random, type Trace, zipf } from './exact.ts';

/** The hit ratio of the trace in a memory level of so many bytes. */
function hitRatioIn({ reads, bytesOf }: Trace, bytes: number, eviction: EvictionName): number {
  const held = new Map<string, Entry<undefined>>();
  const level = new MemoryLevel<undefined>({ entries: 1_000_000, bytes, eviction }, (entry) => {
    held.delete(entry.key);
  });
  const namespace = new Namespaces().get('test');
  let hits = 0;
  for (const number of reads) {
    const key = `test:${number}`;
    const known = held.get(key);
    if (known) {
      hits++;
      known.hits++;
      level.touch(known);
      continue;
    }
    const fields = { key, namespace, stamp: undefined, bytes: bytesOf(number), costMs: 1, createdAt: 1 };
    const entry = new Entry<undefined>({ ...fields, expiresAt: 0, value: number, on: 0 });
    if (level.set(entry)) held.set(key, entry);
  }
  return hits / reads.length;
}

const KEYS = 20_000;
const NOW = 4_000_000;

function trace(seed: number, skew: number): Trace {
  const sizeOf = random(seed);
  const bytes = Array.from({ length: KEYS }, () => Math.ceil(200 + sizeOf() * 4000));
  return { reads: zipf(KEYS, 100_000, skew, seed), bytesOf: (key) => bytes[key] as number };
}

describe('the advised size, replayed in a real memory level', () => {
  const traces = [trace(1, 0.7), trace(2, 0.9), trace(3, 1)];
  const advice = traces.map(({ reads, bytesOf }) => {
    const shards = new Shards(4096);
    for (const key of reads) shards.read(hashOf(`test:${key}`), 'avoidable', bytesOf(key));
    shards.settle(reads.length);
    return advisedSize(shards, { bound: 'bytes', now: NOW, most: 16 * NOW });
  });

  it('gives the promised hit ratio within 2 points under LRU without its margin of a tenth, and no less with it', () => {
    for (const [index, advised] of advice.entries()) {
      const promised = 1 - (advised?.missRatio ?? 1);
      const given = (size: number) => hitRatioIn(traces[index] as Trace, size, 'lru');
      expect(Math.abs(given((advised?.size ?? 0) / 1.1) - promised)).toBeLessThan(0.02);
      expect(given(advised?.size ?? 0)).toBeGreaterThan(promised);
    }
  });

  it('gives no less under the default eviction, which keeps more small values', () => {
    for (const [index, advised] of advice.entries()) {
      const given = hitRatioIn(traces[index] as Trace, advised?.size ?? 0, 'gdsf');
      expect(given).toBeGreaterThan(1 - (advised?.missRatio ?? 1) - 0.01);
    }
  });

  it('is larger than the size now and pays', () => {
    for (const [index, advised] of advice.entries()) {
      const now = hitRatioIn(traces[index] as Trace, NOW, 'lru');
      expect(advised?.size).toBeGreaterThan(NOW);
      expect(now).toBeCloseTo(1 - (advised?.missRatioNow ?? 0), 1);
      expect(hitRatioIn(traces[index] as Trace, advised?.size ?? 0, 'lru')).toBeGreaterThan(now + 0.02);
    }
  });
});
