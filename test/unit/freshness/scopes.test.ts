import { describe, expect, it } from 'vitest';
import { Namespaces } from '../../../src/cache/namespace.ts';
import { RequestError } from '../../../src/cache/policy/narrow.ts';
import { Policies, type PoliciesInput } from '../../../src/cache/policy/scopes.ts';
import { NamedCache } from '../../../src/freshness/named-cache.ts';
import { ToolCache } from '../../../src/freshness/tool-cache.ts';
import { workspaceWith } from '../../support/workspace.ts';

function open(input: PoliciesInput = {}) {
  let now = 1_000_000;
  const policies = new Policies(input);
  const made = workspaceWith(
    {},
    {
      namespaces: new Namespaces((name, agent) => policies.resolve(name, agent)),
      now: () => now,
    },
  );
  const pass = (ms: number) => {
    now += ms;
  };
  return { ...made, pass, tools: new ToolCache(made.cache) };
}

const MINUTE = 60_000;

describe('policies at three scopes', () => {
  it('a namespace has the lifetime of its preset, a setting, its agent, its request: the nearest counts', async () => {
    const { cache, pass } = open({
      global: { result: { ttl: '30 min' } },
      agents: { reviewer: { result: { ttl: '10 min' } } },
    });
    await cache.set('prompt:k', 1); // 24 h
    await cache.set('result:k', 1);
    await cache.set('result:agent', 1, { agent: 'reviewer' });
    await cache.set('result:request', 1, { agent: 'reviewer', request: { ttl: '1 min' } });
    const keys = ['prompt:k', 'result:k', 'result:agent', 'result:request'];
    const left = async () => (await cache.getMany(keys)).filter((value) => value === 1).length;
    pass(MINUTE);
    expect(await left()).toBe(3);
    pass(9 * MINUTE);
    expect(await left()).toBe(2);
    pass(20 * MINUTE);
    expect(await left()).toBe(1);
  });

  it('an agent for which caching is off computes each time, others do not', async () => {
    const { cache, witness } = open({ agents: { auditor: { '*': { enabled: false } } } });
    const ask = (agent: string) => cache.getOrCompute('result:k', async () => 1, { agent });
    for (const agent of ['writer', 'auditor', 'writer', 'auditor']) await ask(agent);
    expect(witness.misses.map(({ miss }) => miss.reason)).toEqual(['never-cached', 'bypassed', 'bypassed']);
  });

  it('what an agent stored can be invalidated by the agent', async () => {
    const { cache } = open();
    await cache.set('result:a', 1, { agent: 'reviewer' });
    await cache.set('result:b', 1, { agent: 'writer' });
    expect(await cache.invalidate({ tag: 'agent:reviewer' })).toMatchObject({ entries: 1 });
    expect(await cache.getMany(['result:a', 'result:b'])).toEqual([undefined, 1]);
  });

  it('a request can bring tags, and cannot ask for more than it may', async () => {
    const { cache } = open();
    await cache.set('result:a', 1, { request: { tags: ['task/7'] } });
    expect(await cache.invalidate({ tag: 'task' })).toMatchObject({ entries: 1 });
    const wrong = { cache: 'on' } as unknown as { cache: 'off' };
    expect(() => cache.set('result:a', 1, { request: wrong })).toThrow(RequestError);
  });

  it('the presets have rooms of their own: one that is full leaves the others alone', async () => {
    const { cache } = open({ global: { prompt: { size: '64 KB' } } });
    await cache.set('result:k', 'kept');
    for (let i = 0; i < 200; i++) await cache.set(`prompt:${i}`, 'x'.repeat(500));
    expect(cache.cache.memory.room('prompt').bytes).toBeLessThanOrEqual(64 * 1024);
    expect(cache.peek('prompt:199')).toBeDefined();
    expect(cache.peek('prompt:0')).toBeUndefined();
    expect(cache.peek('result:k')).toBe('kept');
  });
});

describe('the tool cache', () => {
  it('answers the same call of a tool once, whatever the order of its parameters', async () => {
    const { tools } = open();
    const run = (input: unknown) => tools.run('web_search', input, async () => 'found');
    expect((await run({ query: 'a', limit: 3 })).from).toBe('computed');
    expect((await run({ limit: 3, query: 'a' })).from).toBe('memory');
    expect((await run({ limit: 4, query: 'a' })).from).toBe('computed');
  });

  it('each tool has its own policy: lifetime, key parameters, or none at all', async () => {
    const { tools, pass } = open({
      global: {
        tool: { ttl: '30 min' },
        'tool:web_search': { ttl: '5 min', keyParams: { ignore: ['trace'] } },
        'tool:now': { strategy: 'none' },
      },
    });
    const run = (tool: string, input: unknown = {}) => tools.run(tool, input, async () => tool);
    await run('web_search', { q: 'a', trace: 1 });
    expect((await run('web_search', { q: 'a', trace: 2 })).from).toBe('memory');
    await run('read');
    await run('now');
    expect((await run('now')).from).toBe('computed');
    pass(6 * MINUTE);
    expect((await run('web_search', { q: 'a', trace: 1 })).from).toBe('computed');
    expect((await run('read')).from).toBe('memory');
  });

  it('forgets a tool by its tag', async () => {
    const { tools, cache } = open();
    await tools.run('read', {}, async () => 1, { tags: ['more'] });
    expect(await cache.invalidate({ tag: 'tool:read' })).toMatchObject({ entries: 1 });
  });
});

describe('a named cache', () => {
  it('is one call away: a namespace, and what becomes of its values', async () => {
    const { cache } = open();
    const sessions = new NamedCache(cache, 'session', 'memory');
    await sessions.set('1', { state: 'open' });
    expect(await sessions.get('1')).toEqual({ state: 'open' });
    expect(await cache.get('session:1')).toEqual({ state: 'open' });
    await sessions.setMany([
      { id: '2', value: 2 },
      { id: '3', value: 3 },
    ]);
    expect(await sessions.getMany(['2', '3', '4'])).toEqual([2, 3, undefined]);
    expect(await sessions.update('2', { increment: 5 })).toBe(7);
    expect(await sessions.deleteMany(['2', '4'])).toEqual([true, false]);
    expect((await sessions.clear()).entries).toBe(2);
    expect((await sessions.getOrCompute('1', async () => 'anew')).value).toBe('anew');
    expect(await sessions.delete('1')).toBe(true);
  });

  it('of the sensitive kind shows nothing of its ids', async () => {
    const { cache } = open();
    const secrets = new NamedCache(cache, 'tool', 'sensitive');
    await secrets.set('user@example.org', 1);
    expect(await secrets.get('user@example.org')).toBe(1);
    for (const { key } of cache.cache.entries()) expect(key).not.toContain('example');
  });
});
