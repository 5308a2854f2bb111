import { describe, expect, it } from 'vitest';
import { FileLevel } from '../../../src/cache/file-level.ts';
import { DEFAULT_POLICY, Namespaces } from '../../../src/cache/namespace.ts';
import { databaseIn } from '../../support/database.ts';
import { temporaryFolder, workspaceWith } from '../../support/workspace.ts';

/** A cache without levels below memory, and a branch to switch. */
function switching(variants: number, file?: FileLevel) {
  const namespaces = new Namespaces(() => ({ ...DEFAULT_POLICY, variants }));
  const made = workspaceWith({ 'a.txt': 'main', 'b.txt': 'b' }, { namespaces, ...(file && { file }) });
  const ask = (key = 'test:a') =>
    made.cache.getOrCompute(key, async (context) => (await context.readFile('a.txt'))?.text());
  const checkout = async (branch: string) => {
    made.write('a.txt', branch);
    return (await ask()).from;
  };
  return { ...made, ask, checkout };
}

describe('a branch that is switched back to', () => {
  it('answers from memory when there is no level below', async () => {
    const { checkout, ask, witness } = switching(4);
    expect(await checkout('main')).toBe('computed');
    expect(await checkout('feature')).toBe('computed');
    expect(await checkout('main')).toBe('memory');
    expect(await checkout('feature')).toBe('memory');
    expect((await ask()).value).toBe('feature');
    expect(witness.computations).toBe(2);
  });

  it('is found by whoever only looks, and listed again', async () => {
    const { cache, checkout, write, witness } = switching(4);
    await checkout('main');
    await checkout('feature');
    write('a.txt', 'main');
    expect(await cache.get('test:a')).toBe('main');
    expect([...witness.live]).toEqual(['test:a']);
    expect(cache.dependents.of('a.txt')).toHaveLength(1);
  });

  it('is found after the watcher has spoken', async () => {
    const { cache, ask, write } = switching(4);
    await ask();
    for (const text of ['feature', 'main']) {
      write('a.txt', text);
      cache.hint('a.txt');
      await cache.settled();
    }
    expect((await ask()).from).toBe('memory');
  });

  it('is remembered for as many states as the policy says', async () => {
    const { checkout } = switching(3);
    for (const branch of ['1', '2', '3', '4']) await checkout(branch);
    expect(await checkout('2')).toBe('memory');
    expect(await checkout('3')).toBe('memory');
    expect(await checkout('1')).toBe('computed');
    const { checkout: only } = switching(1);
    await only('1');
    await only('2');
    expect(await only('1')).toBe('computed');
  });

  it('is remembered below memory for as many states', async () => {
    const file = new FileLevel(await databaseIn(temporaryFolder()), (error) => expect.fail(error.message));
    const { cache, checkout } = switching(6, file);
    for (const branch of ['1', '2', '3', '4', '5', '6', '7']) {
      await checkout(branch);
      await cache.cache.flush();
    }
    expect(await checkout('2')).toBe('file');
    expect(await checkout('1')).toBe('computed');
  });

  it.each([
    { key: 'test:a' },
    { keys: ['test:a'] },
    { pattern: 'test:*' },
    { regex: '^test:' },
    { namespace: 'test' },
    { file: 'a.txt' },
    { createdBefore: Date.now() + 86_400_000 },
    { level: 'memory' as const },
    { all: true as const },
  ])('is gone when %o was invalidated meanwhile', async (selector) => {
    const { cache, checkout } = switching(4);
    await checkout('main');
    await checkout('feature');
    await cache.invalidate(selector);
    expect(await checkout('main')).toBe('computed');
  });

  it('is gone when the key was set or deleted meanwhile', async () => {
    const { cache, checkout, write } = switching(4);
    for (const say of [() => cache.set('test:a', 'said'), () => cache.delete('test:a')]) {
      await checkout('main');
      await checkout('feature');
      await say();
      write('a.txt', 'main');
      expect(await cache.get('test:a')).not.toBe('main');
      await cache.delete('test:a');
    }
  });

  it('gives its room to others by the same rules', async () => {
    const made = workspaceWith({ 'a.txt': '1' }, { memory: { entries: 3, bytes: 1e6, eviction: 'fifo' } });
    const ask = (key: string) =>
      made.cache.getOrCompute(key, async (context) => (await context.readFile('a.txt'))?.text());
    await ask('test:a');
    made.write('a.txt', '2');
    for (const key of ['test:a', 'test:b', 'test:c']) await ask(key);
    expect(made.cache.cache.memory.entries).toBe(3);
    made.write('a.txt', '1');
    expect((await ask('test:a')).from).toBe('computed');
  });
});
