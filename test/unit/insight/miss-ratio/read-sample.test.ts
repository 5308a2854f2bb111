import { describe, expect, it } from 'vitest';
import { COMMON } from '../../../../src/insight/miss-ratio/read-sample.ts';
import { advisedWorkspace } from '../advice/advised-workspace.ts';
import { lruMissRatio, zipf } from './exact.ts';

describe('the sample of reads', () => {
  it('says what an LRU of each size would have missed, from the reads of a cache that evicts otherwise', async () => {
    const { ask, sample } = advisedWorkspace({}, { memory: { entries: 300 } });
    const reads = zipf(1000, 6000, 0.8, 4);
    for (const key of reads) await ask(`test:item:${key}`, () => 'v');
    sample.beat();
    const shards = sample.of(COMMON);
    expect(shards?.reads).toBe(6000);
    for (const entries of [32, 128, 512])
      expect(shards?.missRatio({ entries })).toBeCloseTo(
        lruMissRatio({ reads, bytesOf: () => 1 }, entries),
        9,
      );
  });

  it('follows rooms of namespaces apart, and never more than 8,192 keys', async () => {
    const rooms = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`own${n}`, { entries: 50 }]));
    const { ask, sample } = advisedWorkspace(rooms);
    for (let key = 0; key < 800; key++) {
      for (const name of Object.keys(rooms)) await ask(`${name}:item:${key}`);
      for (let more = 0; more < 6; more++) await ask(`test:item:${key}/${more}`);
    }
    sample.beat();
    const followed = [COMMON, ...Object.keys(rooms)].flatMap((name) => sample.of(name)?.sampled ?? []);
    expect(followed).toHaveLength(9);
    expect(followed.reduce((sum, keys) => sum + keys, 0)).toBeLessThanOrEqual(8192);
    expect(Math.max(...followed.slice(1))).toBeLessThanOrEqual(512);
  });

  it('follows fewer keys when there is more to do than it may, and counts no read twice', async () => {
    const { ask, sample, cache } = advisedWorkspace();
    for (let key = 0; key < 400; key++) await ask(`test:item:${key}`);
    sample.beat();
    const before = sample.of(COMMON)?.sampled ?? 0;
    for (let round = 0; round < 30; round++)
      for (let key = 0; key < 400; key++) cache.peek(`test:item:${key}`);
    sample.beat();
    const after = sample.of(COMMON)?.sampled ?? 0;
    expect(before).toBe(400);
    expect(after).toBeLessThan(260);
    expect(sample.of(COMMON)?.missRatio({ entries: 1024 })).toBeLessThan(0.2);
  });

  it('asks nothing of a hit but a bit of the entry where its key is not followed', async () => {
    const { ask, sample, cache } = advisedWorkspace();
    for (let key = 0; key < 300; key++) await ask(`test:item:${key}`);
    sample.beat();
    for (let step = 0; step < 12; step++) sample.of(COMMON)?.halve();
    let told = 0;
    const hit = sample.hit.bind(sample);
    sample.hit = (entry) => {
      told++;
      hit(entry);
    };
    const read = () => {
      for (let key = 0; key < 300; key++) cache.peek(`test:item:${key}`);
      sample.beat();
    };
    read(); // which finds out that they are not followed any more
    told = 0;
    read();
    expect(told).toBeLessThan(5);
  });
});
