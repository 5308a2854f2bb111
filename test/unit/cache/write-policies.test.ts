import { describe, expect, it, vi } from 'vitest';
import { FileLevel } from '../../../src/cache/file-level.ts';
import { DEFAULT_POLICY, Namespaces } from '../../../src/cache/namespace.ts';
import type { Policy } from '../../../src/cache/policy/policy.ts';
import type { WorkspaceCacheOptions } from '../../../src/freshness/workspace-options.ts';
import { databaseIn } from '../../support/database.ts';
import { temporaryFolder, workspaceWith } from '../../support/workspace.ts';

/** A cache whose namespace `test` has this policy, over a real database. */
async function cacheWith(policy: Partial<Policy>, options: Partial<WorkspaceCacheOptions> = {}) {
  const storage = temporaryFolder();
  const database = await databaseIn(storage);
  const file = new FileLevel(database, (error) => {
    throw error;
  });
  const namespaces = new Namespaces(() => ({ ...DEFAULT_POLICY, ...policy }));
  const made = workspaceWith({}, { file, namespaces, ...options });
  /** The same folder and database as a process that starts now finds them. */
  const restarted = () => {
    const again = new FileLevel(database, (error) => {
      throw error;
    });
    return workspaceWith(
      {},
      { file: again, namespaces: new Namespaces(() => ({ ...DEFAULT_POLICY, ...policy })) },
    ).cache;
  };
  return { ...made, database, file, restarted };
}

describe('write-through', () => {
  it('a set is on the file level when it settles', async () => {
    const { cache, file } = await cacheWith({ write: 'through' });
    await cache.set('test:a', 1);
    expect(await file.variants('test:a')).toHaveLength(1);
    expect(cache.cache.entry('test:a')?.inMemory).toBe(true);
  });
});

describe('write-back', () => {
  it('a set settles before the file level has it, and says what a killed process would lose', async () => {
    const { cache, file, restarted } = await cacheWith({ write: 'back' }, { writeBackMs: () => 60_000 });
    await cache.set('test:a', 'x'.repeat(100));
    expect(await file.variants('test:a')).toHaveLength(0);
    expect(cache.cache.unwritten).toMatchObject({ entries: 1, bytes: 200 });
    await cache.cache.flush();
    expect(cache.cache.unwritten).toMatchObject({ entries: 0, bytes: 0, oldestAt: undefined });
    expect(await restarted().get('test:a')).toBe('x'.repeat(100));
  });

  it('is written when its time has come', async () => {
    const { cache, file } = await cacheWith({ write: 'back' }, { writeBackMs: () => 1 });
    await cache.set('test:a', 1);
    await vi.waitFor(async () => expect(await file.variants('test:a')).toHaveLength(1));
    expect(cache.cache.unwritten.entries).toBe(0);
  });

  it('an entry that memory evicts is still served, and written down rather than dropped', async () => {
    const { cache, file, witness } = await cacheWith(
      { write: 'back' },
      { writeBackMs: () => 60_000, memory: { entries: 2, bytes: 1e6, eviction: 'fifo' } },
    );
    for (const name of ['a', 'b', 'c']) await cache.set(`test:${name}`, name);
    expect(cache.cache.entry('test:a')?.inMemory).toBe(false);
    expect(await cache.get('test:a')).toBe('a');
    await vi.waitFor(async () => expect(await file.variants('test:a')).toHaveLength(1));
    expect(await cache.getMany(['test:a', 'test:b', 'test:c'])).toEqual(['a', 'b', 'c']);
    expect(witness.misses).toEqual([]);
  });

  it('what was written through before is not lost, what was deleted does not come back', async () => {
    const { cache, database, restarted } = await cacheWith({ write: 'back' }, { writeBackMs: () => 60_000 });
    await cache.set('test:a', 'old');
    await cache.set('test:gone', 'old');
    await cache.cache.flush();
    await cache.set('test:a', 'new');
    await cache.set('test:gone', 'new');
    await cache.delete('test:gone');
    const killed = restarted(); // nothing was flushed
    expect(await killed.get('test:a')).toBe('old');
    expect(await killed.get('test:gone')).toBeUndefined();
    await cache.cache.flush();
    expect(await restarted().getMany(['test:a', 'test:gone'])).toEqual(['new', undefined]);
    expect((await database.size()).entries).toBe(2); // one head, one value
  });

  it('closing writes what waits', async () => {
    const { cache, restarted, database } = await cacheWith({ write: 'back' }, { writeBackMs: () => 60_000 });
    database.close = async () => {}; // the process that starts next opens the same file
    await cache.set('test:a', 1);
    await cache.cache.close();
    expect(await restarted().get('test:a')).toBe(1);
  });
});

describe('write-around', () => {
  it('memory gets the value when it is read', async () => {
    const { cache } = await cacheWith({ write: 'around' });
    await cache.set('test:a', 1);
    expect(cache.cache.entry('test:a')).toMatchObject({ inMemory: false, inFile: true });
    expect(cache.peek('test:a')).toBeUndefined();
    expect(await cache.get('test:a')).toBe(1);
    expect(cache.peek('test:a')).toBe(1);
  });

  it('a computed value goes around memory too', async () => {
    const { cache } = await cacheWith({ write: 'around' });
    expect((await cache.getOrCompute('test:a', async () => 1)).from).toBe('computed');
    expect((await cache.getOrCompute('test:a', async () => 2)).from).toBe('file');
    expect((await cache.getOrCompute('test:a', async () => 3)).from).toBe('memory');
  });

  it('replaces what memory had', async () => {
    const { cache } = await cacheWith({ write: 'around' });
    await cache.set('test:a', 1);
    await cache.get('test:a');
    await cache.set('test:a', 2);
    expect(cache.peek('test:a')).toBeUndefined();
    expect(await cache.get('test:a')).toBe(2);
  });
});

describe('levels', () => {
  it('of a namespace: memory only leaves no trace on the file level', async () => {
    const { cache, database } = await cacheWith({ levels: ['memory'] });
    await cache.set('test:a', 1);
    await cache.getOrCompute('test:b', async () => 2);
    await cache.cache.flush();
    expect((await database.size()).entries).toBe(0);
  });

  it('of a namespace: file only keeps nothing in memory', async () => {
    const { cache } = await cacheWith({ levels: ['file'] });
    await cache.set('test:a', 1);
    expect(await cache.get('test:a')).toBe(1);
    expect(cache.cache.entry('test:a')).toMatchObject({ inMemory: false, inFile: true });
    expect((await cache.getOrCompute('test:a', async () => 2)).from).toBe('file');
  });

  it('of one call: a set on one level takes the value from the others', async () => {
    const { cache, file } = await cacheWith({});
    await cache.set('test:a', 'everywhere');
    await cache.set('test:a', 'memory', { levels: ['memory'] });
    expect(await file.variants('test:a')).toHaveLength(0);
    await cache.set('test:a', 'file', { levels: ['file'] });
    expect(cache.peek('test:a')).toBeUndefined();
    expect(await cache.get('test:a', ['memory'])).toBeUndefined();
    expect(await cache.get('test:a', ['file'])).toBe('file');
    expect(cache.peek('test:a')).toBeUndefined(); // asked at one level, it stays there
  });

  it('of one computation: it is found and kept on the level it names', async () => {
    const { cache, file } = await cacheWith({});
    const asked = () => cache.getOrCompute('test:a', async () => 1, { levels: ['memory'] });
    expect((await asked()).from).toBe('computed');
    expect((await asked()).from).toBe('memory');
    expect(await file.variants('test:a')).toHaveLength(0);
  });

  it('a level outside the policy is not used, whatever the call says', async () => {
    const { cache, database } = await cacheWith({ levels: ['memory'] });
    await cache.set('test:a', 1, { levels: ['memory', 'file'] });
    expect((await database.size()).entries).toBe(0);
  });
});

describe('lifetimes', () => {
  it('a promoted entry keeps the rest of its lifetime', async () => {
    let now = Date.now();
    const { cache } = await cacheWith({ ttlMs: 1000 }, { now: () => now });
    await cache.set('test:a', 1);
    await cache.cache.clearLevel('memory', { reason: 'evicted' });
    now += 900;
    expect(await cache.get('test:a')).toBe(1);
    now += 101;
    expect(await cache.get('test:a')).toBeUndefined();
  });

  it('a sliding lifetime begins anew with every hit, but not one that the call chose', async () => {
    let now = Date.now();
    const { cache } = await cacheWith({ ttlMs: 1000, sliding: true }, { now: () => now });
    await cache.set('test:slides', 1);
    await cache.set('test:fixed', 1, { ttlMs: 2500 });
    for (let i = 0; i < 4; i++) {
      now += 600;
      expect(await cache.get('test:slides')).toBe(1);
      expect(cache.peek('test:fixed')).toBe(1);
    }
    now += 600;
    expect(cache.peek('test:slides')).toBe(1);
    expect(cache.peek('test:fixed')).toBeUndefined();
    now += 1000;
    expect(cache.peek('test:slides')).toBeUndefined();
  });

  it('tidying drops what has expired, on all levels', async () => {
    let now = Date.now();
    const { cache, witness } = await cacheWith({ ttlMs: 1000 }, { now: () => now });
    await cache.set('test:a', 1);
    await cache.set('test:b', 1, { ttlMs: 5000 });
    now += 1001;
    expect(await cache.cache.tidy()).toMatchObject({ expired: 1 });
    expect([...witness.live]).toEqual(['test:b']);
  });
});

describe('a policy that bypasses', () => {
  it.each([[{ enabled: false }], [{ strategy: 'none' as const }]])(
    '%o computes and keeps nothing',
    async (policy) => {
      const { cache, database } = await cacheWith(policy);
      await cache.set('test:a', 1);
      expect(await cache.get('test:a')).toBeUndefined();
      const outcome = await cache.getOrCompute('test:a', async () => 2);
      expect(outcome).toMatchObject({ value: 2, from: 'computed', miss: { reason: 'bypassed' } });
      expect(cache.peek('test:a')).toBeUndefined();
      await cache.cache.flush();
      expect((await database.size()).entries).toBe(0);
    },
  );

  it('a request may ask that its result is not kept', async () => {
    const { cache } = await cacheWith({});
    await cache.getOrCompute('test:a', async () => 1, { noStore: true });
    expect(cache.peek('test:a')).toBeUndefined();
  });
});

describe('sensitive values', () => {
  const sanitiser = {
    sanitise: async (value: unknown) => {
      const text = JSON.stringify(value);
      if (text.includes('unreadable')) throw new Error('no scanner');
      const clean = text.replaceAll('hunter2', '[redacted]');
      return { value: JSON.parse(clean), found: clean === text ? [] : ['password'] };
    },
  };
  const stored = async (sensitivity: Policy['sensitivity'], value: string, options = { sanitiser }) => {
    const { cache, restarted, witness } = await cacheWith({ sensitivity }, options);
    await cache.set('test:a', value);
    return { here: await cache.get('test:a'), later: await restarted().get('test:a'), witness };
  };

  it('refused, a value with a secret stays in memory', async () => {
    expect(await stored('refuse', 'my hunter2')).toMatchObject({ here: 'my hunter2', later: undefined });
    expect(await stored('refuse', 'innocent')).toMatchObject({ here: 'innocent', later: 'innocent' });
  });

  it('redacted, it leaves memory without the secret', async () => {
    expect(await stored('redact', 'my hunter2')).toMatchObject({
      here: 'my hunter2',
      later: 'my [redacted]',
    });
  });

  it('what cannot be checked stays in memory, and the failure is told', async () => {
    const { here, later, witness } = await stored('redact', 'unreadable');
    expect({ here, later }).toEqual({ here: 'unreadable', later: undefined });
    expect(witness.problems).toMatchObject([{ where: 'sensitive' }]);
  });

  it('without a scanner nothing sensitive leaves memory', async () => {
    const { cache, restarted } = await cacheWith({ sensitivity: 'redact' });
    await cache.set('test:a', 'innocent');
    expect(await cache.get('test:a')).toBe('innocent');
    expect(await restarted().get('test:a')).toBeUndefined();
  });

  it('an older value of the key does not stay behind on the file level', async () => {
    const { cache, restarted } = await cacheWith({ sensitivity: 'refuse' }, { sanitiser });
    await cache.set('test:a', 'innocent');
    await cache.set('test:a', 'hunter2');
    expect(await restarted().get('test:a')).toBeUndefined();
  });

  it('nor does a key that holds one leave memory, and the failure does not repeat it', async () => {
    const { cache, database, witness } = await cacheWith({ sensitivity: 'redact' }, { sanitiser });
    await cache.set('test:hunter2', 'innocent');
    expect((await database.size()).entries).toBe(0);
    expect(witness.problems).toMatchObject([{ where: 'sensitive' }]);
    expect(String(witness.problems[0]?.error)).not.toContain('hunter2');
  });

  it('nor does write-back let it out', async () => {
    const { cache, database } = await cacheWith({ sensitivity: 'refuse', write: 'back' }, { sanitiser });
    await cache.set('test:a', 'hunter2');
    await cache.cache.flush();
    expect((await database.size()).entries).toBe(0);
    expect(cache.cache.entry('test:a')).toMatchObject({ inMemory: true, inFile: false });
  });
});
