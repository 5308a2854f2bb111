import { describe, expect, it, vi } from 'vitest';
import { FileLevel } from '../../../src/cache/file-level.ts';
import { UpdateError } from '../../../src/cache/update.ts';
import { databaseIn } from '../../support/database.ts';
import { temporaryFolder, workspaceWith } from '../../support/workspace.ts';

const surroundings = {
  'memory only': async () => workspaceWith({ 'a.txt': 'x' }),
  'over the file level': async () => {
    const database = await databaseIn(temporaryFolder());
    const file = new FileLevel(database, (error) => {
      throw error;
    });
    return workspaceWith({ 'a.txt': 'x' }, { file });
  },
};

describe.each(Object.entries(surroundings))('an update, %s', (_, open) => {
  it('replaces what is there, and only that', async () => {
    const { cache } = await open();
    expect(await cache.update('test:a', { replace: 1 })).toBeUndefined();
    expect(await cache.get('test:a')).toBeUndefined();
    await cache.set('test:a', 0);
    expect(await cache.update('test:a', { replace: { now: 1 } })).toEqual({ now: 1 });
    expect(await cache.get('test:a')).toEqual({ now: 1 });
  });

  it('adds to a number, from the one given when there is none', async () => {
    const { cache } = await open();
    expect(await cache.update('test:a', { increment: 2 })).toBe(2);
    expect(await cache.update('test:a', { increment: -0.5 })).toBe(1.5);
    expect(await cache.get('test:a')).toBe(1.5);
  });

  it('keeps the greater number', async () => {
    const { cache } = await open();
    await cache.set('test:a', 5);
    expect(await cache.update('test:a', { max: 3 })).toBe(5);
    expect(await cache.update('test:a', { max: 7 })).toBe(7);
    expect(await cache.get('test:a')).toBe(7);
  });

  it('loses none of many at once', async () => {
    const { cache } = await open();
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => cache.update('test:a', { increment: 1 })),
    );
    expect(new Set(answers).size).toBe(200);
    expect(await cache.get('test:a')).toBe(200);
  });

  it('keeps tags and the rest of the lifetime', async () => {
    const { cache } = await open();
    await cache.set('test:a', 1, { tags: ['counters'], ttlMs: 60_000 });
    const { expiresAt } = cache.cache.entry('test:a') ?? {};
    await cache.update('test:a', { increment: 1 });
    const entry = cache.cache.entry('test:a');
    expect(Math.abs((entry?.expiresAt ?? 0) - (expiresAt ?? 0))).toBeLessThan(1000);
    await cache.invalidate({ tag: 'counters' });
    expect(await cache.get('test:a')).toBeUndefined();
  });

  it('does not bring back what was invalidated or deleted', async () => {
    const { cache } = await open();
    await cache.set('test:a', 41, { tags: ['t'] });
    await cache.invalidate({ tag: 't' });
    expect(await cache.update('test:a', { increment: 1 })).toBe(1);
    await cache.delete('test:a');
    expect(await cache.update('test:a', { replace: 2 })).toBeUndefined();
  });

  it('wins over a computation of the key that began before', async () => {
    const { cache } = await open();
    let finish: ((value: number) => void) | undefined;
    const computing = cache.getOrCompute(
      'test:a',
      () =>
        new Promise<number>((resolve) => {
          finish = resolve;
        }),
    );
    await vi.waitUntil(() => finish);
    await cache.update('test:a', { increment: 10 });
    finish?.(1);
    expect((await computing).value).toBe(1);
    expect(await cache.get('test:a')).toBe(10);
  });

  it.each([
    ['a text', 'no', { increment: 1 }, /holds no number but a string/],
    ['null', null, { max: 1 }, /holds no number but null/],
    ['an array', [1], { increment: 1 }, /holds no number but an array/],
    ['a number too large', 1.7e308, { increment: 1.7e308 }, /too large/],
    ['an operand that is none', 1, { increment: Number.NaN }, /no finite number/],
    ['nothing to put there', 1, { replace: undefined }, /delete it/],
  ])('refuses %s and changes nothing', async (_name, value, update, message) => {
    const { cache } = await open();
    await cache.set('test:a', value);
    const refused = cache.update('test:a', update);
    await expect(refused).rejects.toThrow(UpdateError);
    await expect(refused).rejects.toThrow(message);
    expect(await cache.get('test:a')).toEqual(value);
  });

  it('refuses what was computed from files', async () => {
    const { cache, shout } = await open();
    await shout('a.txt');
    await expect(cache.update('test:shout:a.txt', { replace: 'Y' })).rejects.toThrow(/computed anew/);
    expect((await shout('a.txt')).from).toBe('memory');
  });
});
