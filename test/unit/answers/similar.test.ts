import { describe, expect, it } from 'vitest';
import type { Match, Matched, Matcher, Question } from '../../../src/answers/matching.ts';
import { AnswerProxy } from '../../../src/answers/proxy/proxy.ts';
import type { AnswerEvent } from '../../../src/answers/proxy/proxy-parts.ts';
import { Namespaces } from '../../../src/cache/namespace.ts';
import { Policies } from '../../../src/cache/policy/scopes.ts';
import { workspaceWith } from '../../support/workspace.ts';

/** A proxy over a cache of its own, whose provider repeats the question and whose matcher finds what it is told to. */
function stage(strategy: 'exact' | 'semantic' = 'semantic') {
  const policies = new Policies({ global: { response: { strategy } } });
  const namespaces = new Namespaces((name, agent) => policies.resolve(name, agent));
  const { cache, write } = workspaceWith({ 'a.ts': '1' }, { namespaces });
  const added: [Question, string][] = [];
  const removed: string[] = [];
  const compared: string[] = [];
  const events: AnswerEvent[] = [];
  let found: Matched = { suggestions: [] };
  const matcher: Matcher = {
    find: async ({ text }) => {
      compared.push(text);
      return found;
    },
    add: (question, key) => void added.push([question, key]),
    remove: (key) => void removed.push(key),
  };
  let asked = 0;
  const proxy = new AnswerProxy({
    workspace: cache,
    matcher,
    settings: () => ({
      upstreams: { openai: 'https://u/v1' },
      perCredential: true,
      mostRequestBytes: 1 << 20,
      mostAnswerBytes: 1 << 20,
      mostAtOnce: 10,
      lingerMs: 0,
    }),
    fetch: async () => {
      asked++;
      return Response.json({ choices: [{ finish_reason: 'stop' }], asked });
    },
    answered: (event) => void events.push(event),
    missOf: () => undefined,
    told: () => [],
    now: Date.now,
  });
  const ask = async (content: string, more: object = {}, headers: Record<string, string> = {}) => {
    const before = events.length;
    const body = JSON.stringify({
      model: 'm',
      temperature: 0,
      messages: [{ role: 'user', content }],
      ...more,
    });
    const request = new Request('http://x', { method: 'POST', body });
    const response = await proxy.answer({
      ...{ provider: 'openai', method: 'POST', path: '/chat/completions', headers: new Headers(headers) },
      ...{ body: request.body, signal: new AbortController().signal },
    });
    const answer = (await response.json()) as { asked: number };
    await expect.poll(() => events.length).toBeGreaterThan(before);
    return { cache: response.headers.get('x-agent-cache'), by: answer.asked, headers: response.headers };
  };
  const finds = (key: string) => {
    const match: Match = { key, text: 'Why?', similarity: 0.98765, by: 'near-duplicate', id: '1' };
    found = { match, suggestions: [] };
  };
  return { ask, finds, added, removed, compared, events, cache, write };
}

describe('the answer to a similar question', () => {
  it('is given where the policy says so, with its similarity, and nothing is kept of it', async () => {
    const { ask, finds, added, events, compared, cache } = stage();
    expect((await ask('Why?')).cache).toBe('miss');
    const [[question, key] = []] = added;
    expect(question).toMatchObject({ namespace: 'response', text: 'Why?' });
    finds(key as string);
    const { cache: how, by, headers } = await ask('why');
    expect([how, by, headers.get('x-agent-cache-similarity')]).toEqual(['similar', 1, '0.9877']);
    expect(headers.get('x-agent-cache-key')).toBe(key);
    expect(events.at(-1)).toMatchObject({ status: 'similar', match: { id: '1' } });
    expect([compared.length, cache.cache.size]).toEqual([2, 1]);
  });

  it('is not given when anything but the last text is another', async () => {
    const { ask, finds, added } = stage();
    await ask('Why?');
    finds(added[0]?.[1] as string);
    expect((await ask('why', { seed: 1 })).cache).toBe('miss');
    expect((await ask('why', {}, { 'x-agent-cache-agent': 'another' })).cache).toBe('miss');
    expect((await ask('why', {}, { authorization: 'Bearer another' })).cache).toBe('miss');
  });

  it('is not given when what it rests on has changed', async () => {
    const { ask, finds, added, write, removed } = stage();
    const reads = { 'x-agent-cache-reads': 'a.ts' };
    await ask('Why?', {}, reads);
    finds(added[0]?.[1] as string);
    expect((await ask('why', {}, reads)).cache).toBe('similar');
    write('a.ts', 'two');
    expect((await ask('why', {}, reads)).cache).toBe('miss');
    expect(removed).toEqual([]);
  });

  it('is forgotten by the matcher when it is gone', async () => {
    const { ask, finds, added, removed, cache } = stage();
    await ask('Why?');
    const key = added[0]?.[1] as string;
    finds(key);
    await cache.delete(key);
    expect((await ask('why')).cache).toBe('miss');
    expect(removed).toEqual([key]);
  });

  it('is not looked for where the policy or the request wants the very same question', async () => {
    const exact = stage('exact');
    await exact.ask('Why?');
    expect([exact.added, exact.compared]).toEqual([[], []]);
    const { ask, compared } = stage();
    await ask('Why?', {}, { 'x-bf-cache-type': 'direct' });
    await ask('And why?', {}, { 'cache-control': 'no-cache' });
    expect(compared).toEqual([]);
  });
});
