import { describe, expect, expectTypeOf, it } from 'vitest';
import { KeyError } from '../../../src/cache/key.ts';
import { cached, cachedWithContext } from '../../../src/freshness/cached.ts';
import { workspaceWith } from '../../support/workspace.ts';

describe('cached(fn)', () => {
  it('computes once per arguments and gives the result with its type', async () => {
    const { cache, witness } = workspaceWith({});
    const add = cached(cache, (a: number, b: number) => a + b, { name: 'add:1' });
    expectTypeOf(add).parameters.toEqualTypeOf<[number, number]>();
    expectTypeOf(add).returns.toEqualTypeOf<Promise<number>>();
    expect([await add(1, 2), await add(1, 2), await add(2, 1)]).toEqual([3, 3, 3]);
    expect(witness.computations).toBe(2);
  });

  it('computes again when a file that it asked for changed', async () => {
    const { cache, write } = workspaceWith({ 'a.txt': 'one\ntwo' });
    const lines = cachedWithContext(
      cache,
      async (context, file: string) => (await context.readFile(file))?.text().split('\n').length ?? 0,
      { name: 'lines:1' },
    );
    expect(await lines('a.txt')).toBe(2);
    write('a.txt', 'one\ntwo\nthree');
    expect(await lines('a.txt')).toBe(3);
  });

  it('makes the key from what it is told to', async () => {
    const { cache, witness } = workspaceWith({});
    const greet = cached(cache, (user: { id: number; name: string }) => `Hello ${user.name}`, {
      name: 'greet',
      key: ({ id }) => id,
      namespace: 'tool',
      tags: ['users'],
    });
    expect(await greet({ id: 1, name: 'Ada' })).toBe('Hello Ada');
    expect(await greet({ id: 1, name: 'Grace' })).toBe('Hello Ada');
    expect(greet.keyOf({ id: 1, name: '' })).toMatch(/^tool:greet:/);
    expect((await cache.invalidate({ tag: 'users' })).entries).toBe(1);
    expect(await greet({ id: 1, name: 'Grace' })).toBe('Hello Grace');
    expect(await greet.forget({ id: 1, name: '' })).toBe(true);
    expect(await greet({ id: 1, name: 'Barbara' })).toBe('Hello Barbara');
    expect(witness.computations).toBe(3);
  });

  it('two functions of one name share results, two names do not', async () => {
    const { cache } = workspaceWith({});
    const make = (name: string, answer: number) => cached(cache, () => answer, { name });
    expect([await make('a', 1)(), await make('a', 2)(), await make('b', 3)()]).toEqual([1, 1, 3]);
  });

  it('keeps nothing of a failure, and refuses arguments that make no key', async () => {
    const { cache } = workspaceWith({});
    let calls = 0;
    const fails = cached(
      cache,
      () => {
        if (++calls === 1) throw new Error('not yet');
        return 'now';
      },
      { name: 'fails' },
    );
    await expect(fails()).rejects.toThrow('not yet');
    expect(await fails()).toBe('now');
    const takesAll = cached(cache, (value: unknown) => String(value), { name: 'any' });
    await expect(takesAll(() => 1)).rejects.toThrow(KeyError);
  });
});
