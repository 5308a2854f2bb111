import { randomBytes } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { DEFAULT_POLICY, Namespaces } from '../../src/cache/namespace.ts';
import type { Level, Policy } from '../../src/cache/policy/policy.ts';
import type { WorkspaceCacheOptions } from '../../src/freshness/workspace-options.ts';
import { workspaceWith } from './workspace.ts';

export interface OpenedLevel {
  readonly options: Partial<WorkspaceCacheOptions>;
  /** Settles when the level has what was given to it. */
  settled(): Promise<void>;
}

export interface LevelTraits {
  readonly level: Level;
  /** Whether it takes what only `v8` can encode, such as a Map. */
  readonly anyValue?: boolean;
}

/** Bytes of the largest value that the opened level is to take. */
export const LIMIT = 1 << 20;

const STRANGE_KEYS = [
  `test:${'k'.repeat(300)}`,
  `test:${'ключ/键/キー'.repeat(20)}`,
  'test:nul\0inside',
  'test:line\nbreak',
  'test:\'";--\\`%_*?[a]{b}',
  'test:🧪👩‍🚀',
  'test:__proto__',
  'test:a:b:c',
];

/** What a cache promises on whichever level it keeps its values; `open` gives an empty one of a project of its own. */
export function describeLevel(name: string, traits: LevelTraits, open: () => Promise<OpenedLevel>): void {
  const { level, anyValue = true } = traits;

  async function start(policy: Partial<Policy> = {}) {
    let now = Date.now();
    const { options, settled } = await open();
    const namespaces = new Namespaces(() => ({ ...DEFAULT_POLICY, levels: [level], ...policy }));
    const made = workspaceWith({ 'a.txt': 'a' }, { now: () => now, ...options, namespaces });
    const pass = (ms: number) => {
      now += ms;
    };
    return { ...made, settled, pass };
  }

  describe(`a cache on ${name}`, () => {
    it.each([
      ['a text', 'text'],
      ['an empty text', ''],
      ['zero', 0],
      ['false', false],
      ['null', null],
      ['an object', { a: [1, { b: null }], c: 'ü' }],
      ['a large text', 'x'.repeat(200_000)],
    ])('gives back %s', async (_, value) => {
      const { cache } = await start();
      await cache.set('test:k', value);
      expect(await cache.get('test:k')).toEqual(value);
    });

    it(anyValue ? 'gives back what JSON cannot say' : 'does not take what JSON cannot say', async () => {
      const { cache } = await start();
      const value = { map: new Map([[1, new Set(['a'])]]), at: new Date(0), bytes: new Uint8Array([1, 2]) };
      await cache.set('test:k', value);
      expect(await cache.get('test:k')).toEqual(anyValue ? value : undefined);
    });

    it('takes any key, and keeps them apart', async () => {
      const { cache } = await start();
      await cache.setMany(STRANGE_KEYS.map((key, i) => ({ key, value: i })));
      expect(await cache.getMany(STRANGE_KEYS)).toEqual(STRANGE_KEYS.map((_, i) => i));
    });

    it('refuses a value beyond its limit without an error, and serves nothing older of the key', async () => {
      const { cache } = await start();
      const within = randomBytes(LIMIT / 4).toString('base64');
      const beyond = randomBytes(2 * LIMIT).toString('base64');
      await cache.set('test:k', within);
      expect(await cache.get('test:k')).toBe(within);
      await cache.set('test:k', beyond);
      expect(await cache.get('test:k')).toBeUndefined();
      await cache.set('test:k', 'small again');
      expect(await cache.get('test:k')).toBe('small again');
    });

    it('gives the last one set, nothing once deleted', async () => {
      const { cache } = await start();
      await cache.set('test:k', 1);
      await cache.set('test:k', 2);
      expect(await cache.get('test:k')).toBe(2);
      await cache.delete('test:k');
      expect(await cache.get('test:k')).toBeUndefined();
    });

    it('does the same with many at once, in the order of the keys', async () => {
      const { cache } = await start();
      await cache.setMany([
        { key: 'test:a', value: 1 },
        { key: 'other:b', value: 2 },
        { key: 'test:c', value: 3 },
      ]);
      expect(await cache.getMany(['test:c', 'test:nothing', 'other:b', 'test:a'])).toEqual([
        3,
        undefined,
        2,
        1,
      ]);
      await cache.deleteMany(['test:a', 'other:b', 'test:nothing']);
      expect(await cache.getMany(['test:a', 'other:b', 'test:c'])).toEqual([undefined, undefined, 3]);
    });

    it('forgets when the lifetime is over', async () => {
      const { cache, pass } = await start({ ttlMs: 60_000 });
      await cache.set('test:policy', 1);
      await cache.set('test:own', 2, { ttlMs: 120_000 });
      pass(60_000);
      expect(await cache.getMany(['test:policy', 'test:own'])).toEqual([undefined, 2]);
      pass(60_000);
      expect(await cache.get('test:own')).toBeUndefined();
    });

    it.each([
      ['a tag and all below it', { tag: 'x' }, ['test:a', 'test:b']],
      ['a pattern', { pattern: 'test:[bc]' }, ['test:b', 'test:c']],
      ['a namespace', { namespace: 'other' }, ['other:d']],
      ['a key', { key: 'test:c' }, ['test:c']],
      ['everything', { all: true }, ['test:a', 'test:b', 'test:c', 'other:d']],
    ] as const)('forgets by %s, and only that', async (_, selector, gone: readonly string[]) => {
      const { cache } = await start();
      const keys = ['test:a', 'test:b', 'test:c', 'other:d'];
      await cache.set('test:a', 'test:a', { tags: ['x'] });
      await cache.set('test:b', 'test:b', { tags: ['x/y'] });
      await cache.set('test:c', 'test:c', { tags: ['xy'] });
      await cache.set('other:d', 'other:d');
      await cache.invalidate(selector);
      expect(await cache.getMany(keys)).toEqual(keys.map((key) => (gone.includes(key) ? undefined : key)));
      await cache.set('test:a', 'anew', { tags: ['x'] });
      expect(await cache.get('test:a')).toBe('anew');
    });

    it('computes once for all who ask, again when an input changed, and keeps nothing of a failure', async () => {
      const { cache, shout, write, witness, settled } = await start();
      const answers = await Promise.all(Array.from({ length: 30 }, () => shout('a.txt')));
      expect(new Set(answers.map(({ value }) => value))).toEqual(new Set(['A']));
      expect(witness.computations).toBe(1);
      await settled();
      expect(await shout('a.txt')).toMatchObject({ value: 'A', from: level });
      write('a.txt', 'b');
      expect(await shout('a.txt')).toMatchObject({ value: 'B', from: 'computed' });
      const failing = () => cache.getOrCompute('test:fails', () => Promise.reject(new Error('no')));
      await expect(failing()).rejects.toThrow('no');
      await expect(failing()).rejects.toThrow('no');
    });

    it('finds the result again when the inputs are again as they were', async () => {
      const { shout, write, settled } = await start();
      await shout('a.txt');
      await settled();
      write('a.txt', 'b');
      await shout('a.txt');
      await settled();
      write('a.txt', 'a');
      expect(await shout('a.txt')).toMatchObject({ value: 'A', from: level });
    });

    it('loses no update', { timeout: 60_000 }, async () => {
      const { cache } = await start();
      await Promise.all(Array.from({ length: 40 }, () => cache.update('test:n', { increment: 2 })));
      await vi.waitFor(async () => expect(await cache.get('test:n')).toBe(80));
      expect(await cache.update('test:n', { max: 10 })).toBe(80);
      expect(await cache.update('test:n', { replace: 'text' })).toBe('text');
    });
  });
}
