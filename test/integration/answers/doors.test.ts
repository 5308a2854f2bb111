import { describe, expect, it } from 'vitest';
import { freePort } from '../../support/servers.ts';
import { ask, serveHere } from '../agent-server.ts';
import { CHAT, CHAT_ANSWER, json, provider, served, told } from './provider.ts';

const PATH = '/openai/v1/chat/completions';

describe('the doors', () => {
  it('are closed until somebody opens them, and say how', async () => {
    const { server, engine } = await serveHere();
    for (const path of [PATH, '/anthropic/v1/messages', '/openai/v1/models', '/openai']) {
      const { status, body } = await ask(server, 'POST', path, CHAT, { 'x-agent-cache-token': server.token });
      expect([path, status]).toEqual([path, 404]);
      if (path !== '/openai') expect(body.detail).toMatch(/agentCache\.proxy\.enabled.*--proxy-/);
    }
    expect(engine.answers.data()).toMatchObject({ proxy: 'off', doors: [] });
  });

  it.each<[string, Record<string, string>, string, number]>([
    ['without a token', { 'x-agent-cache-token': '' }, PATH, 401],
    ['with a wrong one', { 'x-agent-cache-token': 'wrong' }, PATH, 401],
    ['with a wrong one in the address', { 'x-agent-cache-token': '' }, '/openai/~wrong/v1/models', 401],
    ['from a foreign page', { origin: 'https://evil.example' }, PATH, 403],
    ['where nothing is', {}, '/openai/v2/models', 404],
  ])('let nobody in %s', async (_, headers, path, status) => {
    const { url, calls } = await provider((response) => json(response, CHAT_ANSWER));
    const { post } = await served(url);
    const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
    const answer =
      headers['x-agent-cache-token'] === ''
        ? await fetch((await served(url)).server.url + path, { method: 'POST', body: '{}' })
        : await post(path, CHAT, given);
    expect([answer.status, calls.length]).toEqual([status, 0]);
  });

  it('take no token of ours in the place of the provider’s', async () => {
    const { url, calls } = await provider((response) => json(response, CHAT_ANSWER));
    const { server } = await served(url);
    const answer = await ask(server, 'POST', PATH, CHAT);
    expect([answer.status, calls.length]).toEqual([401, 0]);
  });

  it('let everything else through as it is', async () => {
    const { url, calls } = await provider((response, { method }) =>
      json(response, { object: 'list', method }, method === 'DELETE' ? 418 : 200, { 'x-of-provider': 'yes' }),
    );
    const { server, engine } = await served(url);
    const headers = {
      'x-agent-cache-token': server.token,
      'anthropic-version': '2023-06-01',
      'x-api-key': 'sk-ant',
    };
    for (const [method, path] of [
      ['GET', '/openai/v1/models?limit=2'],
      ['DELETE', '/openai/v1/files/f%20x'],
      ['POST', '/anthropic/v1/messages/count_tokens'],
      ['GET', PATH],
    ] as const) {
      const response = await fetch(server.url + path, {
        method,
        headers,
        ...(method === 'POST' && { body: '{"a": 1}' }),
      });
      expect([response.headers.get('x-agent-cache'), response.headers.get('x-of-provider')]).toEqual([
        'bypass',
        'yes',
      ]);
      expect(await response.json()).toEqual({ object: 'list', method });
      expect(response.status).toBe(method === 'DELETE' ? 418 : 200);
    }
    expect(calls.map(({ method, path, body }) => [method, path, body])).toEqual([
      ['GET', '/v1/models?limit=2', ''],
      ['DELETE', '/v1/files/f%20x', ''],
      ['POST', '/v1/messages/count_tokens', '{"a": 1}'],
      ['GET', '/v1/chat/completions', ''],
    ]);
    expect(calls[2]?.headers).toMatchObject({ 'x-api-key': 'sk-ant', 'anthropic-version': '2023-06-01' });
    expect(engine.answers.data().counts.requests).toBe(0);
  });

  it('forward the very bytes, also of what is not understood', async () => {
    const { url, calls } = await provider((response) => json(response, { error: 'no' }, 400));
    const { post } = await served(url);
    const odd = '{ "temperature":0,\n "messages" : [{"role":"user","content":"caf\\u00e9 é"}] , "x":1e2 }';
    for (const body of [odd, 'not json', '[]']) await told(await post(PATH, body));
    expect(calls.map(({ body }) => body)).toEqual([odd, 'not json', '[]']);
  });

  it('refuse a question that is too large, and take one that is larger than the rest of the server takes', async () => {
    const { url, calls } = await provider((response) => json(response, CHAT_ANSWER));
    const { post } = await served(url, { mostRequestBytes: 3 << 20 });
    const of = (bytes: number) => ({ ...CHAT, messages: [{ role: 'user', content: 'x'.repeat(bytes) }] });
    expect((await told(await post(PATH, of(4 << 20)))).status).toBe(413);
    expect((await told(await post(PATH, of(2 << 20)))).status).toBe(200);
    expect(calls.length).toBe(1);
  });

  it('say when the provider is not there', async () => {
    const { post, engine } = await served(`http://127.0.0.1:${await freePort()}/v1`);
    const answer = await told(await post(PATH, CHAT));
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.text).detail).toMatch(/cannot be reached \(ECONNREFUSED\)/);
    expect(engine.answers.data().counts.failed).toBe(1);
  });

  it('are told of over REST', async () => {
    const { url } = await provider((response) => json(response, CHAT_ANSWER));
    const { post, server, engine } = await served(url);
    await told(await post(PATH, CHAT));
    await expect.poll(() => engine.answers.data().counts.requests).toBe(1);
    const { status, body } = await ask(server, 'GET', '/api/v1/answers');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      proxy: 'on',
      doors: [
        { provider: 'openai', url: `${server.url}/openai/~${server.token}/v1`, upstream: url },
        { provider: 'anthropic', url: `${server.url}/anthropic/~${server.token}`, upstream: url },
      ],
      counts: { requests: 1 },
    });
  });
});
