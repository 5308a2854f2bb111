import { describe, expect, it } from 'vitest';
import { workspaceWith } from '../../support/workspace.ts';

describe('a value that rests on a file', () => {
  it('is computed once and served while the file stays as it is', async () => {
    const { shout, witness } = workspaceWith({ 'a.txt': 'a' });
    expect(await shout('a.txt')).toMatchObject({
      value: 'A',
      from: 'computed',
      miss: { reason: 'never-cached' },
    });
    expect(await shout('a.txt')).toEqual({ value: 'A', from: 'memory' });
    expect(witness.computations).toBe(1);
  });
});

describe('invalidation', () => {
  const filled = async () => {
    const made = workspaceWith({ 'a.txt': 'a', 'lib/b.txt': 'b', 'lib/c.txt': 'c' });
    for (const path of ['a.txt', 'lib/b.txt', 'lib/c.txt']) await made.shout(path);
    return made;
  };

  it('of a tag takes the tags below it along, and reports what it hit', async () => {
    const { cache, witness } = await filled();
    expect(await cache.preview({ tag: 'shout/lib' })).toMatchObject({ entries: 2 });
    const hit = await cache.invalidate({ tag: 'shout/lib' });
    expect(hit).toMatchObject({ entries: 2, levels: { memory: 2, file: 0 } });
    expect([...witness.live]).toEqual(['test:shout:a.txt']);
    expect(await cache.get('test:shout:lib/b.txt')).toBeUndefined();
    expect(witness.misses.at(-1)).toMatchObject({ key: 'test:shout:lib/b.txt' });
  });

  it('of a key, a pattern, a file, a namespace and all hits just that', async () => {
    const { cache, shout, witness } = await filled();
    await cache.invalidate({ key: 'test:shout:a.txt' });
    expect(witness.live.size).toBe(2);
    await cache.invalidate({ pattern: 'test:*:lib/b*' });
    expect([...witness.live]).toEqual(['test:shout:lib/c.txt']);
    await cache.invalidate({ file: 'lib/c.txt' });
    expect(witness.live.size).toBe(0);
    await shout('a.txt');
    await cache.invalidate({ namespace: 'other' });
    expect(witness.live.size).toBe(1);
    await cache.invalidate({ namespace: 'test' });
    expect(witness.live.size).toBe(0);
    await shout('a.txt');
    await cache.invalidate({ all: true });
    expect(witness.live.size).toBe(0);
    expect((await shout('a.txt')).from).toBe('computed');
  });

  it('keeps counts of the tag tree right through it all', async () => {
    const { cache, shout } = await filled();
    expect(cache.tags.children('')).toMatchObject([{ tag: 'shout', entries: 3, hasChildren: true }]);
    expect(cache.tags.children('shout').map(({ label, entries }) => [label, entries])).toEqual([
      ['a.txt', 1],
      ['lib', 2],
    ]);
    await cache.invalidate({ tag: 'shout/lib/b.txt' });
    expect(cache.tags.count('shout')).toMatchObject({ entries: 2 });
    await cache.invalidate({ all: true });
    expect(cache.tags.all()).toEqual([]);
    await shout('a.txt');
    expect(cache.tags.count('shout')).toMatchObject({ entries: 1 });
  });
});
