import { describe, expect, it } from 'vitest';
import { eventsOf } from '../../../src/answers/proxy/events.ts';
import { judge } from '../../../src/answers/proxy/judgement.ts';
import type { Shape } from '../../../src/answers/proxy/model-request.ts';

const judged = (shape: Shape, text: string, type = 'application/json', status = 200) =>
  judge({ shape, status, type, body: new TextEncoder().encode(text), model: 'asked' });

describe('usage', () => {
  it.each<[string, Shape, object, object]>([
    [
      'chat',
      'chat',
      {
        choices: [{ finish_reason: 'stop' }],
        usage: {
          prompt_tokens: 10,
          completion_tokens: 4,
          prompt_tokens_details: { cached_tokens: 8 },
          completion_tokens_details: { reasoning_tokens: 3 },
        },
      },
      { provider: 'openai', input: 10, output: 4, cacheRead: 8, reasoning: 3 },
    ],
    [
      'responses',
      'responses',
      {
        status: 'completed',
        usage: {
          input_tokens: 10,
          output_tokens: 4,
          input_tokens_details: { cached_tokens: 8 },
          output_tokens_details: { reasoning_tokens: 3 },
        },
      },
      { provider: 'openai', input: 10, output: 4, cacheRead: 8, reasoning: 3 },
    ],
    [
      'embeddings',
      'embeddings',
      { data: [{ embedding: [1] }], usage: { prompt_tokens: 10, total_tokens: 10 } },
      { provider: 'openai', input: 10 },
    ],
    [
      'messages',
      'messages',
      {
        stop_reason: 'end_turn',
        usage: {
          input_tokens: 2,
          cache_read_input_tokens: 50,
          cache_creation_input_tokens: 30,
          cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
          output_tokens: 9,
        },
      },
      { provider: 'anthropic', input: 82, output: 9, cacheRead: 50, cacheWrite5m: 10, cacheWrite1h: 20 },
    ],
    [
      'messages without lifetimes',
      'messages',
      {
        stop_reason: 'end_turn',
        usage: { input_tokens: 2, cache_creation_input_tokens: 30, output_tokens: 9 },
      },
      { provider: 'anthropic', input: 32, output: 9, cacheWrite5m: 30 },
    ],
  ])('is what the provider says: %s', async (_, shape, answer, usage) => {
    const { refused, usage: told } = await judged(shape, JSON.stringify({ model: 'told', ...answer }));
    expect([refused, told]).toEqual([undefined, { model: 'told', ...usage }]);
  });

  it('is unknown, not 0, where the provider says nothing', async () => {
    const answer = { choices: [{ finish_reason: 'stop' }] };
    expect(await judged('chat', JSON.stringify(answer))).toEqual({ refused: undefined, usage: undefined });
  });
});

describe('an answer is whole', () => {
  const stream = 'text/event-stream; charset=utf-8';
  const end = 'data: {"choices":[{"finish_reason":"stop"}]}\n\n';
  it.each([
    ['with its last word', `${end}data: [DONE]\n\n`, undefined],
    ['with other ends of lines', `${end}data: [DONE]\n\n`.replaceAll('\n', '\r\n'), undefined],
    ['with comments between', `: ping\n\n${end}: ping\n\ndata: [DONE]\n\n`, undefined],
    ['not without its last word', end, 'The answer is not complete.'],
    ['not without an end', 'data: {"choices":[{}]}\n\ndata: [DONE]\n\n', 'The answer is not complete.'],
    ['not within an event', `${end}data: [DONE]\n\ndata: {"choices"`, 'The stream ends within an event.'],
    [
      'not with a part that is no JSON',
      `data: {\n\n${end}data: [DONE]\n\n`,
      'The answer has a part that is no JSON object.',
    ],
    ['not when it is empty', '', 'The stream ends within an event.'],
  ])('%s', async (_, text, refused) => expect((await judged('chat', text, stream)).refused).toBe(refused));

  it('not without a status of success, or of another kind', async () => {
    expect((await judged('chat', '{}', 'application/json', 201)).refused).toMatch(/201/);
    expect((await judged('chat', '<html>', 'text/html')).refused).toMatch(/no JSON/);
  });
});

it('reads events as the standard says', () => {
  const text =
    '\uFEFFevent: a\ndata: 1\ndata:2\n\nid: 3\nretry: 5\n\ndata\n\n: no\ndata:  x\r\n\r\ndata: lost';
  expect([...eventsOf(text)]).toEqual([
    { name: 'a', data: '1\n2' },
    { name: '', data: '' },
    { name: '', data: ' x' },
  ]);
});
