import { expect, it } from 'vitest';
import { bypassedBecause } from '../../../src/answers/proxy/cacheable.ts';
import type { JsonObject, ModelRequest } from '../../../src/answers/proxy/model-request.ts';

const of = (body: JsonObject, shape: ModelRequest['shape'] = 'chat'): ModelRequest => {
  const headers = new Headers();
  return { provider: 'openai', shape, path: '/', headers, bytes: new Uint8Array(), body, model: '' };
};
const because = (body: JsonObject, sampled = true) => bypassedBecause(of(body), sampled);

it.each<[JsonObject, RegExp]>([
  [{ previous_response_id: 'r' }, /previous_response_id/],
  [{ conversation: { id: 'c' } }, /conversation/],
  [{ background: true }, /background/],
  [{ store: true }, /store/],
  [{ web_search_options: {} }, /web/],
  [{ tools: [{ type: 'web_search' }] }, /web_search/],
  [{ tools: [{ type: 'function' }, { type: 'mcp' }] }, /mcp/],
  [{ tools: [{ type: 'web_fetch_20250910', name: 'web_fetch' }] }, /web_fetch/],
  [{ tools: [{ type: 'namespace', tools: [{ type: 'function' }, { type: 'mcp' }] }] }, /mcp/],
  [{ tools: [{ type: 'namespace', tools: ['what'] }] }, /namespace/],
  [{ container: 'c' }, /container/],
  [{ prompt: { id: 'p' } }, /prompt/],
  [{ input: [{ type: 'item_reference', id: 'i' }] }, /item_reference/],
  [{ input: [{ content: [{ type: 'input_file', file_id: 'f' }] }] }, /file_id/],
  [{ messages: [{ content: [{ type: 'image_url', image_url: { url: 'https://x/y.png' } }] }] }, /image_url/],
  [{ messages: [{ content: [{ type: 'document', source: { type: 'url', url: 'https://x' } }] }] }, /url/],
])('passes by the cache what rests on what others keep: %o', (body, why) =>
  expect(because(body)).toMatch(why),
);

it.each<JsonObject>([
  {},
  {
    tools: [
      { type: 'function' },
      { type: 'custom' },
      { name: 'of Anthropic' },
      { type: 'bash_20250124' },
      { type: 'text_editor_20250728' },
      { type: 'namespace', name: 'mcp', tools: [{ type: 'function' }] },
    ],
  },
  { previous_response_id: null, background: false, store: false },
  { messages: [{ content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } }] }] },
  { messages: [{ content: [{ type: 'image', source: { type: 'base64', data: 'AA' } }] }] },
])('lets the rest be kept: %o', (body) => expect(because(body)).toBeUndefined());

it('keeps what is sampled only where it is told to, and embeddings always', () => {
  for (const [body, kept] of [
    [{}, false],
    [{ temperature: 1 }, false],
    [{ temperature: 0 }, true],
  ] as const)
    expect(because(body, false) === undefined).toBe(kept);
  expect(because({ temperature: 0.7 }, false)).toBe(
    'Its temperature is 0.7, and such answers are kept only with "sampled": true for response (agentCache.namespaces, or agentCache.agents for one agent).',
  );
  expect(because({}, false)).toMatch(/^Its temperature is not set, and .*"sampled": true/);
  expect(bypassedBecause(of({ input: 'x' }, 'embeddings'), false)).toBeUndefined();
});
