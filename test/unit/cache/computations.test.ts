import { describe, expect, it } from 'vitest';
import { workspaceWith } from '../../support/workspace.ts';

/** A promise and its resolution, to hold a computation where the test wants it. */
function gate() {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

describe('callers of one cold key', () => {
  it('share one computation, a thousand of them', async () => {
    const { cache, witness } = workspaceWith({});
    const asked = Array.from({ length: 1000 }, () => cache.getOrCompute('test:k', async () => ({ n: 1 })));
    const values = (await Promise.all(asked)).map(({ value }) => value);
    expect(new Set(values).size).toBe(1);
    expect(witness.computations).toBe(1);
  });

  it('share its failure, and the next one tries again', async () => {
    const { cache } = workspaceWith({});
    let runs = 0;
    const failing = () =>
      cache.getOrCompute('test:k', async () => {
        runs++;
        await Promise.resolve();
        throw new Error('no luck');
      });
    const settled = await Promise.allSettled(Array.from({ length: 100 }, failing));
    expect(settled.every(({ status }) => status === 'rejected')).toBe(true);
    expect(runs).toBe(1);
    await expect(failing()).rejects.toThrow('no luck');
    expect(runs).toBe(2);
  });

  it('leave one by one; only when the last has left is the computation aborted', async () => {
    const { cache } = workspaceWith({});
    const { passed, open } = gate();
    let aborted = false;
    const one = new AbortController();
    const two = new AbortController();
    const compute = async (signal: AbortSignal) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      await passed;
      return 1;
    };
    const ask = (signal: AbortSignal) =>
      cache.getOrCompute('test:k', (context) => compute(context.signal), { signal });
    const first = ask(one.signal);
    const second = ask(two.signal);
    await new Promise(setImmediate);
    one.abort(new Error('I left'));
    await expect(first).rejects.toThrow('I left');
    expect(aborted).toBe(false);
    two.abort(new Error('me too'));
    await expect(second).rejects.toThrow('me too');
    expect(aborted).toBe(true);
    open();
    expect((await cache.getOrCompute('test:k', async () => 2)).value).toBe(2);
  });
});

describe('what happens while a computation runs', () => {
  const held = () => {
    const made = workspaceWith({});
    const { passed, open } = gate();
    const computing = made.cache.getOrCompute('test:k', async (context) => {
      context.tag('held');
      await passed;
      return 'computed';
    });
    return { ...made, open, computing };
  };

  it('a set wins', async () => {
    const { cache, open, computing } = held();
    await new Promise(setImmediate);
    await cache.set('test:k', 'set');
    open();
    await computing;
    expect(await cache.get('test:k')).toBe('set');
  });

  it('a delete wins', async () => {
    const { cache, open, computing } = held();
    await new Promise(setImmediate);
    await cache.delete('test:k');
    open();
    await computing;
    expect(await cache.get('test:k')).toBeUndefined();
  });

  it('an invalidation of its key wins', async () => {
    const { cache, open, computing } = held();
    await new Promise(setImmediate);
    await cache.invalidate({ key: 'test:k' });
    open();
    await computing;
    expect(await cache.get('test:k')).toBeUndefined();
  });

  it.each([{ all: true as const }, { tag: 'held' }, { namespace: 'test' }])(
    '%o starts it over',
    async (selector) => {
      const { cache, open, computing, witness } = held();
      await new Promise(setImmediate);
      await cache.invalidate(selector);
      open();
      await computing;
      expect(witness.computations).toBe(2);
      expect(await cache.get('test:k')).toBe('computed');
    },
  );

  it('a caller after an invalidation gets no value begun before it', async () => {
    const { cache, open, computing } = held();
    await new Promise(setImmediate);
    await cache.invalidate({ key: 'test:k' });
    const later = cache.getOrCompute('test:k', async () => 'later');
    open();
    await computing;
    expect((await later).value).toBe('later');
  });

  it('a second set wins over the first, also when the first is slower to encode', async () => {
    const { cache } = workspaceWith({});
    const slow = cache.set('test:k', 'x'.repeat(300_000));
    const fast = cache.set('test:k', 'small');
    await Promise.all([slow, fast]);
    expect(await cache.get('test:k')).toBe('small');
  });
});

describe('an answer computed ahead', () => {
  it('is kept, and counts neither as a hit nor as a miss', async () => {
    const { cache, witness } = workspaceWith({});
    for (let i = 0; i < 2; i++) await cache.getOrCompute('test:k', async () => 1, { ahead: true });
    expect(witness.misses).toEqual([]);
    expect([...cache.cache.namespaces].map(({ misses, memoryHits }) => [misses, memoryHits])).toEqual([
      [0, 0],
    ]);
    expect((await cache.getOrCompute('test:k', async () => 2)).value).toBe(1);
    expect([...cache.cache.namespaces].map(({ memoryHits }) => memoryHits)).toEqual([1]);
  });
});

describe('the memory level', () => {
  it('keeps to its bounds and says what it evicted', async () => {
    const { cache, witness } = workspaceWith({}, { memory: { entries: 3, bytes: 1_000_000 } });
    for (let i = 0; i < 5; i++) await cache.set(`test:${i}`, i);
    expect(cache.cache.memory.entries).toBe(3);
    expect(witness.leavings).toEqual([
      { key: 'test:0', miss: evicted('GDSF', 'test:3') },
      { key: 'test:1', miss: evicted('GDSF', 'test:4') },
    ]);
    expect([...witness.live]).toEqual(['test:2', 'test:3', 'test:4']);
  });

  it('evicts by the order it was given', async () => {
    const memory = { entries: 3, bytes: 1_000_000, eviction: 'lru' } as const;
    const { cache, witness } = workspaceWith({}, { memory });
    for (let i = 0; i < 3; i++) await cache.set(`test:${i}`, i);
    cache.peek('test:0');
    await cache.set('test:3', 3);
    expect(witness.leavings).toEqual([{ key: 'test:1', miss: evicted('LRU', 'test:3') }]);
  });

  it('keeps what took long to compute and is asked for often', async () => {
    const { cache, witness } = workspaceWith({}, { memory: { entries: 3, bytes: 1_000_000 } });
    await cache.set('test:dear', 1, { cost: { ms: 500 } });
    await cache.set('test:often', 1, { cost: { ms: 10 } });
    for (let i = 0; i < 9; i++) cache.peek('test:often');
    for (let i = 0; i < 9; i++) await cache.set(`test:${i}`, i, { cost: { ms: 1 } });
    expect([...witness.live]).toEqual(['test:dear', 'test:often', 'test:8']);
  });

  it('does not let one value push out the rest', async () => {
    const { cache } = workspaceWith({}, { memory: { entries: 100, bytes: 1000 } });
    await cache.set('test:small', 1);
    await cache.set('test:large', 'x'.repeat(2000));
    expect(await cache.get('test:small')).toBe(1);
    expect(await cache.get('test:large')).toBeUndefined();
  });

  it('answers a peek synchronously, and only what is still true', async () => {
    const { cache, shout, write } = workspaceWith({ 'a.txt': 'a' }, { now: () => Date.now() + 60_000 });
    await shout('a.txt');
    expect(cache.peek('test:shout:a.txt')).toBe('A');
    write('a.txt', 'b');
    expect(cache.peek('test:shout:a.txt')).toBeUndefined();
  });

  it('computes and keeps nothing while caching is paused', async () => {
    const { cache, witness } = workspaceWith({});
    cache.cache.enabled = false;
    for (let i = 0; i < 2; i++) {
      expect(await cache.getOrCompute('test:k', async () => i)).toMatchObject({
        value: i,
        miss: { reason: 'bypassed' },
      });
    }
    expect(witness.live.size).toBe(0);
  });
});

function evicted(eviction: string, newcomer: string) {
  return {
    reason: 'evicted',
    since: expect.any(Number),
    detail: `memory level full (${eviction}): made room for ${newcomer}`,
  };
}
