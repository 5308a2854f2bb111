import { describe, expect, it } from 'vitest';
import { CHAT, CHAT_ANSWER, json, provider, served, told, wait } from './provider.ts';

const PATH = '/openai/v1/chat/completions';

/** A door with an answer to {@link CHAT}, and how it answers the next. */
async function stocked() {
  const { url, calls } = await provider((response) => json(response, CHAT_ANSWER));
  const here = await served(url);
  await told(await here.post(PATH, CHAT));
  await expect.poll(() => here.engine.answers.data().stored.entries).toBe(1);
  const next = async (headers: Record<string, string> = {}, body: object = CHAT) =>
    told(await here.post(PATH, body, headers));
  return { ...here, calls, next };
}

describe('what a request wants of the cache', () => {
  it.each<[string, Record<string, string>]>([
    ['RFC 9111', { 'cache-control': 'no-store' }],
    ['ours', { 'x-agent-cache-request': '{"cache": "off"}' }],
    ['Helicone', { 'helicone-cache-enabled': 'false' }],
    ['Helicone, several answers', { 'helicone-cache-bucket-max-size': '3' }],
    ['Cloudflare', { 'cf-aig-skip-cache': 'true' }],
    ['Bifrost', { 'x-bf-cache-no-store': 'true' }],
    ['OpenRouter', { 'x-openrouter-cache': 'false' }],
  ])('is nothing, in the words of %s', async (_, headers) => {
    const { next, calls, engine } = await stocked();
    expect((await next(headers)).cache).toBe('bypass');
    expect([calls.length, engine.answers.data().stored.entries]).toEqual([2, 1]);
    expect((await next()).cache).toBe('hit');
  });

  it.each<[string, Record<string, string>]>([
    ['RFC 9111', { 'cache-control': 'no-cache' }],
    ['RFC 9111, an age', { 'cache-control': 'max-age=0' }],
    ['Portkey', { 'x-portkey-cache-force-refresh': 'true' }],
    ['OpenRouter', { 'x-openrouter-cache-clear': 'true' }],
  ])('is a new answer, kept in the place of the old one, in the words of %s', async (_, headers) => {
    const { next, calls, engine } = await stocked();
    expect((await next(headers)).cache).toBe('miss');
    await expect.poll(() => engine.answers.data().counts.misses).toBe(2);
    expect((await next()).cache).toBe('hit');
    expect([calls.length, engine.answers.data().stored.entries]).toEqual([2, 1]);
  });

  it.each<[string, Record<string, string>]>([
    ['ours', { 'x-agent-cache-apart': 'a' }],
    ['Portkey', { 'x-portkey-cache-namespace': 'a' }],
    ['Helicone', { 'helicone-cache-seed': 'a' }],
    ['Cloudflare', { 'cf-aig-cache-key': 'a' }],
    ['Bifrost', { 'x-bf-cache-key': 'a' }],
  ])('is an answer apart from others, in the words of %s', async (_, headers) => {
    const { next } = await stocked();
    expect((await next(headers)).cache).toBe('miss');
    await expect.poll(async () => (await next(headers)).cache).toBe('hit');
    const other = { ...CHAT, messages: [{ role: 'user', content: 'And this?' }] };
    // A name never stands for the question itself.
    expect((await next(headers, other)).cache).toBe('miss');
  });

  it.each<[string, Record<string, string>]>([
    ['Cloudflare', { 'cf-aig-cache-ttl': '1' }],
    ['Bifrost', { 'x-bf-cache-ttl': '1s' }],
    ['OpenRouter', { 'x-openrouter-cache-ttl': '1' }],
  ])('is a shorter lifetime, in the words of %s', async (_, headers) => {
    const { next } = await stocked();
    const body = { ...CHAT, seed: 1 };
    expect((await next(headers, body)).cache).toBe('miss');
    await expect.poll(async () => (await next(headers, body)).cache).toBe('hit');
    await wait(1100);
    expect((await next(headers, body)).reason).toMatch(/^expired/);
  });

  it('is an age', async () => {
    const { next, calls } = await stocked();
    expect((await next({ 'cache-control': 'max-age=60' })).cache).toBe('hit');
    await wait(1100);
    expect((await next({ 'cache-control': 'max-age=1' })).cache).toBe('miss');
    expect(calls.length).toBe(2);
  });

  it('is an answer from here or none', async () => {
    const { next, calls } = await stocked();
    const here = { 'cache-control': 'only-if-cached' };
    expect((await next(here)).cache).toBe('hit');
    const none = await next(here, { ...CHAT, seed: 2 });
    expect([none.status, calls.length]).toEqual([504, 1]);
    expect(JSON.parse(none.text).detail).toBe('There is no answer here: never-cached.');
  });

  it('can be said in the body, as LiteLLM has it, which is forwarded as it came', async () => {
    const { next, calls } = await stocked();
    expect((await next({}, { ...CHAT, cache: { ttl: 60 } })).cache).toBe('hit');
    expect((await next({}, { ...CHAT, cache: { 'no-cache': true } })).cache).toBe('miss');
    expect((await next({}, { ...CHAT, cache: { 'no-store': true } })).cache).toBe('bypass');
    expect((await next({}, { ...CHAT, cache: { namespace: 'a' } })).cache).toBe('miss');
    expect(JSON.parse(calls.at(-1)?.body ?? '').cache).toEqual({ namespace: 'a' });
  });

  it.each([
    { 'cache-control': 'max-age=soon' },
    { 'cf-aig-cache-ttl': 'x' },
    { 'x-bf-cache-ttl': 'x' },
    { 'x-agent-cache-pace': 'slow' },
    { 'x-agent-cache-request': '{' },
  ])('is refused when it does not fit: %o', async (headers) => {
    const { next } = await stocked();
    expect((await next(headers as unknown as Record<string, string>)).status).toBe(400);
  });
});
