import { expect, it } from 'vitest';
import { SharedLevel } from '../../../src/cache/shared/shared-level.ts';
import { patternMatcher } from '../../../src/freshness/pattern-matcher.ts';
import { workspaceWith } from '../../support/workspace.ts';
import { MemoryServer, MemoryStore } from './memory-store.ts';

/** Braces that stand for too many alternatives. */
const UNREADABLE = '{a,b}'.repeat(30);

it.each([
  ['of a kind that is not shared', new Map([[1, 2]])],
  ['too large for the server', Array.from({ length: 400_000 }, (_, i) => Math.sin(i))],
])('a set wins over the shared value of its key also when its own is %s', async (_, value) => {
  const server = new MemoryServer();
  const open = async () => {
    const shared = new SharedLevel(new MemoryStore(server), { problem: () => {}, matches: () => false });
    await shared.lookup([]);
    return workspaceWith({}, { shared }).cache;
  };
  const one = await open();
  await one.set('test:k', 1);
  expect(await (await open()).get('test:k')).toBe(1);
  await one.set('test:k', value);
  expect(one.cache.entry('test:k')?.inShared).toBe(false);
  expect(await one.get('test:k')).toEqual(value);
  expect(await (await open()).get('test:k')).toBeUndefined();
});

it('what another instance announces and nobody can read hits everything, and ends nothing', async () => {
  const { cache, witness } = workspaceWith({});
  for (const name of [`pattern ${UNREADABLE}`, 'file ../../outside', 'nothing of the kind', '']) {
    await cache.set('test:k', 1);
    await cache.hear([{ name, cause: 'hostile' }]);
    const readable = name === '' || name.startsWith('nothing');
    expect(await cache.get('test:k')).toBe(readable ? 1 : undefined);
  }
  expect(witness.problems).toHaveLength(2);
  const matches = patternMatcher();
  const hits = [UNREADABLE, 'test:*', 'other:*'].map((pattern) => matches(pattern, 'test:k', 'pattern'));
  expect(hits).toEqual([true, true, false]);
});
