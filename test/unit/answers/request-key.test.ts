import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NoKey } from '../../../src/answers/proxy/canonical-request.ts';
import type { JsonObject, ModelRequest } from '../../../src/answers/proxy/model-request.ts';
import { lastText } from '../../../src/answers/proxy/question.ts';
import { fingerprint, type KeyParts, requestKey } from '../../../src/answers/proxy/request-key.ts';

const PARTS: KeyParts = { agent: 'a', upstream: 'https://u/v1', perCredential: true, apart: [], reads: [] };

function request(body: JsonObject, more: Partial<ModelRequest> = {}): ModelRequest {
  const headers = new Headers({ authorization: 'Bearer one' });
  const model = typeof body.model === 'string' ? body.model : '';
  return {
    provider: 'openai',
    shape: 'chat',
    path: '/chat/completions',
    headers,
    bytes: new Uint8Array(),
    body,
    model,
    ...more,
  };
}

const keyOf = (body: JsonObject, more: Partial<ModelRequest> = {}, parts: Partial<KeyParts> = {}) =>
  requestKey(request(body, more), { ...PARTS, ...parts });

/** The same value with the members of its objects in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, one]) => [name, shuffled(one)]),
  );
}

/** What JSON can say, less the numbers that make no key. */
const json = fc.jsonValue().map((value) => {
  const told = (_: string, one: unknown) => (Number.isInteger(one) && !Number.isSafeInteger(one) ? 0 : one);
  return JSON.parse(JSON.stringify(value), told) as unknown;
});
const body = fc.dictionary(
  fc.string({ maxLength: 8 }).filter((name) => name !== '__proto__'),
  json,
  { maxKeys: 6 },
);

describe('the key of a request', () => {
  it('does not heed the order of members', () =>
    fc.assert(
      fc.asyncProperty(body, async (one) => {
        expect(await keyOf(shuffled(one) as JsonObject)).toBe(await keyOf(one));
      }),
      { numRuns: 100 },
    ));

  it('is another one when anything in the body is another', () =>
    fc.assert(
      fc.asyncProperty(body, body, async (one, other) => {
        const same = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
        expect((await keyOf(one)) === (await keyOf(other))).toBe(same);
      }),
      { numRuns: 200 },
    ));

  it('is another one for each parameter that a provider has', async () => {
    const base = { model: 'm', messages: [{ role: 'user', content: 'x' }] };
    const others: JsonObject[] = [
      { temperature: 0.1 },
      { top_p: 0.5 },
      { seed: 1 },
      { n: 2 },
      { max_tokens: 5 },
      { stop: ['a'] },
      { stream: true },
      { stream_options: { include_usage: true } },
      { tools: [] },
      { tool_choice: 'none' },
      { response_format: { type: 'json_object' } },
      { logprobs: true },
      { user: 'u' },
      { safety_identifier: 'u' },
      { reasoning_effort: 'low' },
      { service_tier: 'flex' },
      { metadata: { a: 'b' } },
      { store: false },
      { temperature: null },
      { messages: [{ role: 'user', content: 'x', cache_control: {} }] },
    ];
    const keys = await Promise.all([{}, ...others].map((more) => keyOf({ ...base, ...more })));
    expect(new Set(keys).size).toBe(others.length + 1);
  });

  it('does not heed where the provider’s own cache looks', async () => {
    const base = { model: 'm', input: 'x' };
    const same = { ...base, prompt_cache_key: 'k', prompt_cache_retention: '24h', cache: { ttl: 3 } };
    expect(await keyOf(same)).toBe(await keyOf(base));
  });

  it('does not heed what Codex makes up in every run', async () => {
    const of = (run: string, more: object = {}, role = 'user') => ({
      model: 'c',
      input: [{ type: 'message', id: `msg_${run}`, role, content: [{ type: 'input_text', text: 'x' }] }],
      client_metadata: {
        ...{ session_id: run, thread_id: run, turn_id: run, root_turn_id: run },
        ...{
          'x-codex-window-id': run,
          'x-codex-turn-metadata': run,
          'x-codex-installation-id': 'i',
          ...more,
        },
      },
    });
    const codex = { path: '/responses', shape: 'responses' } as const;
    const key = await keyOf(of('1'), codex);
    expect(await keyOf(of('2'), codex)).toBe(key);
    expect(await keyOf(of('1', { other: 'x' }), codex)).not.toBe(key);
    const answer = await keyOf(of('1', {}, 'assistant'), codex);
    expect(await keyOf(of('2', {}, 'assistant'), codex)).not.toBe(answer);
  });

  it('is another one for another agent, upstream, path, credential, beta or name that keeps apart', async () => {
    const headers = (more: Record<string, string>) => ({
      headers: new Headers({ authorization: 'Bearer one', ...more }),
    });
    const keys = await Promise.all([
      keyOf({}),
      keyOf({}, {}, { agent: 'b' }),
      keyOf({}, {}, { upstream: 'https://v/v1' }),
      keyOf({}, {}, { apart: ['x'] }),
      keyOf({}, {}, { reads: ['src/a.ts'] }),
      keyOf({}, { path: '/chat/completions?x=1' }),
      keyOf({}, { provider: 'anthropic' }),
      keyOf({}, headers({ authorization: 'Bearer two' })),
      keyOf({}, headers({ 'x-api-key': 'k' })),
      keyOf({}, headers({ 'anthropic-beta': 'b' })),
      keyOf({}, headers({ 'openai-project': 'p' })),
    ]);
    expect(new Set(keys).size).toBe(keys.length);
    const shared = { perCredential: false };
    expect(await keyOf({}, headers({ authorization: 'Bearer two' }), shared)).toBe(
      await keyOf({}, {}, shared),
    );
  });

  it('tells nothing of a credential', async () => {
    const { headers } = { headers: new Headers({ authorization: 'Bearer sk-secret' }) };
    expect(await keyOf({ model: 'gpt' }, { headers })).toMatch(/^response:1:a:gpt:[\w-]{22}$/);
  });

  it('does not heed what Claude Code changes in every request and session', async () => {
    const of = (cch: string, session: string, text = 'You are') => ({
      model: 'c',
      system: [
        { type: 'text', text: `x-anthropic-billing-header: cc_version=2.1; cc_entrypoint=cli; cch=${cch};` },
        { type: 'text', text },
      ],
      metadata: { user_id: `user_abc_account_def_session_${session}` },
    });
    const claude = { provider: 'anthropic', shape: 'messages', path: '/messages' } as const;
    const key = await keyOf(of('00000', 's-1'), claude);
    expect(await keyOf(of('a1b2c', 's-2'), claude)).toBe(key);
    expect(await keyOf(of('00000', 's-1', 'You were cch=1;'), claude)).not.toBe(key);
    const inJson = (session_id: string, account: string) => ({
      metadata: { user_id: JSON.stringify({ account, session_id }) },
    });
    expect(await keyOf(inJson('1', 'a'), claude)).toBe(await keyOf(inJson('2', 'a'), claude));
    expect(await keyOf(inJson('1', 'a'), claude)).not.toBe(await keyOf(inJson('1', 'b'), claude));
  });

  it.each([
    ['a number that is not the one that was sent', { seed: JSON.parse('9007199254740993') }],
    ['lists without end', { a: JSON.parse('['.repeat(300) + ']'.repeat(300)) }],
  ])('is none for %s', (_, given) => expect(keyOf(given)).rejects.toThrow(NoKey));
});

describe('the fingerprint of a question', () => {
  const of = (given: JsonObject, shape: ModelRequest['shape'] = 'chat') => {
    const asked = request(given, { shape });
    const last = lastText(asked);
    if (!last) throw new Error('It has no last text.');
    return fingerprint(asked, PARTS, last);
  };
  const says = (...texts: string[]) => ({
    model: 'm',
    messages: texts.map((content) => ({ role: 'user', content })),
  });

  it('leaves out the last text of the user and nothing else', async () => {
    expect(await of(says('a', 'b'))).toBe(await of(says('a', 'c')));
    expect(await of(says('a', 'b'))).not.toBe(await of(says('x', 'b')));
    expect(await of(says('a', 'b'))).not.toBe(await of({ ...says('a', 'b'), temperature: 0 }));
    expect(await of({ input: 'x' }, 'responses')).toBe(await of({ input: 'y' }, 'responses'));
    expect(await of({ input: 'x' }, 'responses')).not.toBe(await of({ input: 'y', seed: 1 }, 'responses'));
  });

  it('is none when the last thing said is no text of the user', () => {
    expect(
      lastText(
        request({
          messages: [
            { role: 'user', content: 'a' },
            { role: 'tool', content: 'b' },
          ],
        }),
      ),
    ).toBeUndefined();
    expect(
      lastText(request({ messages: [{ role: 'user', content: [{ type: 'image_url' }] }] })),
    ).toBeUndefined();
    expect(lastText(request({ input: 'x' }, { shape: 'embeddings' }))).toBeUndefined();
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const ignored = ['prompt_cache_key', 'prompt_cache_retention', 'cache'];
  return Object.entries(value)
    .filter(([name]) => !ignored.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => [name, sorted(one)]);
}
