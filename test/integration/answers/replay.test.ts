import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import type { Asked } from '../../../src/insight/asked.ts';
import {
  CHAT,
  CHAT_ANSWER,
  CHAT_STREAM,
  json,
  MESSAGE,
  MESSAGE_STREAM,
  provider,
  RESPONSE_STREAM,
  served,
  stream,
  told,
  wait,
} from './provider.ts';

describe('an answer that was given before', () => {
  it.each([
    ['chat', '/openai/v1/chat/completions', { ...CHAT, stream: true }, CHAT_STREAM],
    [
      'responses',
      '/openai/v1/responses',
      { model: 'gpt-x', temperature: 0, input: 'Why?', stream: true },
      RESPONSE_STREAM,
    ],
    ['messages', '/anthropic/v1/messages', { ...MESSAGE, stream: true }, MESSAGE_STREAM],
  ])('is given again byte for byte: %s, streamed', async (_, path, body, events) => {
    const { url, calls } = await provider(async (response) => {
      await stream(response, events, 5);
      response.end();
    });
    const { post, engine } = await served(url);
    const first = await told(await post(path, body));
    expect([first.status, first.cache, first.text]).toEqual([200, 'miss', events.join('')]);
    await expect.poll(() => engine.answers.data().counts.misses).toBe(1);
    for (const headers of [{}, { 'x-agent-cache-pace': 'recorded' }]) {
      const again = await told(await post(path, body, headers));
      expect([again.status, again.cache, again.text]).toEqual([200, 'hit', events.join('')]);
    }
    expect(calls.length).toBe(1);
    expect(engine.answers.data().counts).toMatchObject({ requests: 3, hits: 2, misses: 1 });
  });

  it('is given again in one piece, and tells what it saved', async () => {
    const { url, calls } = await provider((response) =>
      json(response, CHAT_ANSWER, 200, { 'x-request-id': 'r1' }),
    );
    const { post, engine } = await served(url);
    const asked: Asked[] = [];
    engine.insight.onAsked((one) => void asked.push(one));
    const first = await post('/openai/v1/chat/completions', CHAT);
    expect(await first.json()).toEqual(CHAT_ANSWER);
    await expect.poll(() => engine.answers.data().stored.entries).toBe(1);
    // Members in another order, and other blanks between them: the same question.
    const { messages, ...rest } = CHAT;
    const again = await post('/openai/v1/chat/completions', JSON.stringify({ messages, ...rest }, null, 2));
    expect(await again.text()).toBe(JSON.stringify(CHAT_ANSWER));
    expect(Object.fromEntries(again.headers)).toMatchObject({
      'x-agent-cache': 'hit',
      'x-agent-cache-key': first.headers.get('x-agent-cache-key'),
      'x-request-id': 'r1',
      age: expect.stringMatching(/^\d+$/),
    });
    expect(calls.length).toBe(1);
    const { recent } = engine.answers.data();
    expect(recent[0]).toMatchObject({ status: 'hit', agent: 'tester', tokens: { input: 100, output: 7 } });
    await expect.poll(() => engine.answers.data().recent[0]?.question).toBe('Why?');
    await expect.poll(() => asked.length).toBe(2); // the price comes from another thread
    expect(asked).toMatchObject([
      { hit: false, namespace: 'response', agent: 'tester', model: 'gpt-x-2026' },
      { hit: true, level: 'memory', model: 'gpt-x-2026', saved: { tokens: { input: 100, output: 7 } } },
    ]);
  });

  it('is understood by the official clients', async () => {
    const { url, calls } = await provider(async (response, { path }) => {
      await stream(response, path.includes('messages') ? MESSAGE_STREAM : CHAT_STREAM);
      response.end();
    });
    const { server, engine } = await served(url);
    const openai = new OpenAI({
      apiKey: 'sk-test',
      baseURL: `${server.url}/openai/~${server.token}/v1`,
    });
    const anthropic = new Anthropic({
      apiKey: 'sk-ant',
      baseURL: `${server.url}/anthropic`,
      defaultHeaders: { 'x-agent-cache-token': server.token },
    });
    const chat = async () => {
      const parts = [];
      for await (const part of await openai.chat.completions.create({
        ...CHAT,
        messages: [{ role: 'user', content: 'Why?' }],
        stream: true,
      }))
        parts.push(part);
      return parts;
    };
    const message = () => anthropic.messages.stream(MESSAGE).finalMessage();
    const [said, thought] = [await chat(), await message()];
    await expect.poll(() => engine.answers.data().stored.entries).toBe(2);
    expect(await chat()).toEqual(said);
    expect(await message()).toEqual(thought);
    expect(said.at(-1)?.usage).toMatchObject({ completion_tokens: 5 });
    expect(thought.content.map(({ type }) => type)).toEqual(['thinking', 'tool_use']);
    expect(calls.length).toBe(2);
    expect(
      engine.answers
        .data()
        .recent.slice(0, 2)
        .map(({ status, tokens }) => [status, tokens]),
    ).toEqual([
      ['hit', { input: 30, output: 30 }],
      ['hit', { input: 10, output: 5 }],
    ]);
  });

  it('comes at the pace of the recording where that is wanted, and can be left', async () => {
    const { url } = await provider(async (response) => {
      await stream(response, CHAT_STREAM, 40);
      response.end();
    });
    const { post, engine } = await served(url);
    const body = { ...CHAT, stream: true };
    await told(await post('/openai/v1/chat/completions', body));
    await expect.poll(() => engine.answers.data().stored.entries).toBe(1);
    const paced = await post('/openai/v1/chat/completions', body, { 'x-agent-cache-pace': 'recorded' });
    let pieces = 0;
    for await (const _ of paced.body as ReadableStream) pieces++;
    expect(pieces).toBeGreaterThan(2);
    const left = new AbortController();
    await post('/openai/v1/chat/completions', body, { 'x-agent-cache-pace': 'recorded' }, left.signal);
    left.abort();
    await wait(20);
    expect((await told(await post('/openai/v1/chat/completions', body))).cache).toBe('hit');
  });

  it('is there after a restart', async () => {
    const { url, calls } = await provider((response) => json(response, CHAT_ANSWER));
    const first = await served(url);
    await told(await first.post('/openai/v1/chat/completions', CHAT));
    await expect.poll(() => first.engine.answers.data().stored.entries).toBe(1);
    await first.server.close();
    await first.engine.close();
    const { post } = await served(url, {}, first.root, first.storage);
    const again = await told(await post('/openai/v1/chat/completions', CHAT));
    expect([again.cache, again.text]).toEqual(['hit', JSON.stringify(CHAT_ANSWER)]);
    expect(calls.length).toBe(1);
  });
});
