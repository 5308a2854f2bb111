import { describe, expect, it } from 'vitest';
import { Ghosts, hashOf } from '../../../src/cache/eviction/ghosts.ts';

const names = (count: number, prefix: string) => Array.from({ length: count }, (_, i) => hashOf(prefix + i));

describe('ghosts', () => {
  it('remember a key until about as many others left as there is room for', () => {
    const ghosts = new Ghosts();
    const add = (hashes: number[], uses: number) => {
      for (const hash of hashes) ghosts.add(hash, uses, 16_384);
    };
    add(names(20_000, 'earliest-'), 1);
    const early = names(1000, 'early-');
    add(early, 7);
    add(names(4000, 'later-'), 1);
    const known = early.slice(0, 500).filter((hash) => ghosts.take(hash) === 7);
    expect(known.length).toBeGreaterThan(450);
    add(names(100_000, 'much-later-'), 1);
    expect(early.slice(500).filter((hash) => ghosts.take(hash) === 7)).toEqual([]);
  });

  it('know a key no more once it came back, and none that never left', () => {
    const ghosts = new Ghosts();
    ghosts.add(hashOf('a'), 300, 1);
    expect([ghosts.take(hashOf('b')), ghosts.take(hashOf('a')), ghosts.take(hashOf('a'))]).toEqual([
      0, 255, 0,
    ]);
  });

  it('are still known after there came to be many more', () => {
    const ghosts = new Ghosts();
    const hashes = names(100, 'key-');
    for (const [i, hash] of hashes.entries()) ghosts.add(hash, i + 1, 100_000);
    for (const hash of names(10_000, 'other-')) ghosts.add(hash, 1, 100_000);
    const known = hashes.filter((hash, i) => ghosts.take(hash) === i + 1);
    expect(known.length).toBeGreaterThan(90);
  });

  it('are hardly ever taken for one another, however alike the keys', () => {
    const hashes = names(50_000, 'module:outline:src/some/folder/of/many/files/part-');
    expect(new Set(hashes).size).toBeGreaterThan(49_990);
  });
});
