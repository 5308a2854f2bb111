import { describe, expect, it } from 'vitest';
import { narrow, RequestError, type RequestInput } from '../../../src/cache/policy/narrow.ts';
import { Policies } from '../../../src/cache/policy/scopes.ts';

const policies = new Policies({ global: { mine: { write: 'back' } } });
const prompt = policies.resolve('prompt');

describe('one request', () => {
  it('that asks for nothing has the policy itself', () => {
    expect(narrow(prompt, {})).toEqual({ policy: prompt, tags: [] });
    expect(narrow(prompt, {}).policy).toBe(prompt);
    expect(narrow(prompt, { levels: ['shared', 'file', 'memory'], ttl: '48h' }).policy).toBe(prompt);
  });

  it('can do without the cache', () => {
    expect(narrow(prompt, { cache: 'off' }).policy).toEqual({ ...prompt, enabled: false });
  });

  it('can have a shorter lifetime, never a longer one', () => {
    const ttl = (request: string | number, namespace = 'prompt') =>
      narrow(policies.resolve(namespace), { ttl: request }).policy.ttlMs;
    expect([ttl('1h'), ttl(5), ttl('25h'), ttl('none')]).toEqual([3_600_000, 5, 86_400_000, 86_400_000]);
    expect([ttl('1h', 'analysis'), ttl(0, 'analysis')]).toEqual([3_600_000, 0]);
  });

  it('can be kept on fewer levels, and then has no room or write policy without effect', () => {
    expect(narrow(prompt, { levels: ['file'] }).policy).toMatchObject({ levels: ['file'] });
    expect(narrow(prompt, { levels: ['file'] }).policy.memory).toBeUndefined();
    const mine = policies.resolve('mine');
    expect(narrow(mine, { levels: ['memory'] }).policy).toEqual({
      ...mine,
      levels: ['memory'],
      write: 'through',
    });
    expect(narrow(mine, { levels: ['file', 'memory'] }).policy).toMatchObject({ write: 'back' });
  });

  it('can name its entry, each name once', () => {
    expect(narrow(prompt, { tags: ['a:b', 'c', 'a:b'] }).tags).toEqual(['a:b', 'c']);
  });

  it.each<[unknown, string]>([
    [{ cache: 'on' }, 'cache: "on" does not fit. Fits: "off", or nothing.'],
    [
      { ttl: 'soon' },
      'ttl: "soon" is no duration. Fits: "250ms", "30 s", "5 min", "24h", "7 d", "none", or a number of milliseconds; ten years at the most.',
    ],
    [{ levels: ['memory', 'disk'] }, 'levels[1]: "disk" does not fit. Fits: "memory", "file" or "shared".'],
    [{ levels: [] }, 'levels: [] names no level. Fits: a list of "memory", "file" or "shared".'],
    [{ tags: [''] }, 'tags[0]: "" does not fit. Fits: a tag of 1 to 256 characters.'],
    [{ tags: 'a' }, 'tags: "a" does not fit. Fits: a list of 64 tags at the most.'],
    [{ tags: Array.from({ length: 65 }, String) }, 'Fits: a list of 64 tags at the most.'],
    [{ size: '1 MB' }, 'size: There is no such field. There are: cache, ttl, levels, tags.'],
    [[], 'request: [] does not fit. Fits: an object.'],
    [null, 'request: null does not fit. Fits: an object.'],
    [{ cache: 1, ttl: true }, 'nothing. ttl: true'],
  ])('%j is refused', (request, message) => {
    expect(() => narrow(prompt, request as RequestInput)).toThrow(message);
    expect(() => narrow(prompt, request as RequestInput)).toThrow(RequestError);
  });

  it('cannot have a level that the namespace is not kept on', () => {
    expect(() => narrow(policies.resolve('tool'), { levels: ['memory', 'shared'] })).toThrow(
      'levels: The namespace is not kept on shared. Fits: memory, file.',
    );
    const local = narrow(policies.resolve('tool'), { levels: ['memory'] }).policy;
    expect(() => narrow(local, { levels: ['file'] })).toThrow('Fits: memory.');
  });
});
