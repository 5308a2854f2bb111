import { describe, expect, it } from 'vitest';
import { write } from '../../support/workspace.ts';
import { CHAT, CHAT_ANSWER, CHAT_STREAM, json, provider, served, stream, told, wait } from './provider.ts';

const PATH = '/openai/v1/chat/completions';
const STREAMED = { ...CHAT, stream: true };

describe('the very same question asked while it is answered', () => {
  it.each([
    ['streamed', STREAMED, CHAT_STREAM.join('')],
    ['in one piece', CHAT, JSON.stringify(CHAT_ANSWER)],
  ])('is asked of the provider once for a hundred: %s', async (_, body, text) => {
    const { url, calls } = await provider(async (response, call) => {
      await wait(50);
      if (!call.body.includes('stream')) return json(response, CHAT_ANSWER);
      await stream(response, CHAT_STREAM, 20);
      response.end();
    });
    const { post, engine } = await served(url);
    const all = await Promise.all(Array.from({ length: 100 }, async () => told(await post(PATH, body))));
    expect(new Set(all.map((one) => one.text))).toEqual(new Set([text]));
    expect(calls.length).toBe(1);
    await expect.poll(() => engine.answers.data().counts.misses).toBe(1);
    const { requests, hits, joined } = engine.answers.data().counts;
    // On a slow machine some come when the answer is there already.
    expect([requests, hits + joined, joined > 0]).toEqual([100, 99, true]);
  });

  it('gives who comes late what was received so far, and then the rest', async () => {
    const { url, calls } = await provider(async (response) => {
      await stream(response, CHAT_STREAM, 60);
      response.end();
    });
    const { post } = await served(url);
    const first = await post(PATH, STREAMED);
    await wait(150);
    const late = await told(await post(PATH, STREAMED));
    expect([late.cache, late.text]).toEqual(['joined', CHAT_STREAM.join('')]);
    expect((await told(first)).text).toBe(CHAT_STREAM.join(''));
    expect(calls.length).toBe(1);
  });

  it('is asked anew when what it rests on has changed since it was asked', async () => {
    const { url, calls } = await provider(async (response) => {
      await wait(300);
      json(response, { ...CHAT_ANSWER, id: `call-${calls.length}` });
    });
    const { post, root } = await served(url);
    const reads = { 'x-agent-cache-reads': 'src/a.ts' };
    const first = post(PATH, CHAT, reads).then(told);
    await expect.poll(() => calls.length).toBe(1);
    write(root, 'src/a.ts', 'export const changed = 1;\n');
    const second = await told(await post(PATH, CHAT, reads));
    expect([second.cache, JSON.parse(second.text).id]).toEqual(['miss', 'call-2']);
    expect((await first).status).toBe(200);
  });

  it('goes on for the others when the one who asked first leaves', async () => {
    const { url, calls } = await provider(async (response) => {
      await stream(response, CHAT_STREAM, 60);
      response.end();
    });
    const { post, engine } = await served(url);
    const leaving = new AbortController();
    await post(PATH, STREAMED, {}, leaving.signal);
    const other = await post(PATH, STREAMED);
    leaving.abort();
    expect((await told(other)).text).toBe(CHAT_STREAM.join(''));
    expect(calls[0]?.cancelled).toBe(false);
    await expect.poll(() => engine.answers.data().stored.entries).toBe(1);
  });

  it('is given up when the last one leaves, before and within the answer', async () => {
    for (const within of [false, true]) {
      const { url, calls } = await provider(async (response) => {
        if (!within) await wait(400);
        await stream(response, CHAT_STREAM, 100);
        response.end();
      });
      const { post, engine } = await served(url);
      const leaving = new AbortController();
      const asked = post(PATH, STREAMED, {}, leaving.signal).catch(() => undefined);
      if (within) await asked;
      else await expect.poll(() => calls.length).toBe(1);
      leaving.abort();
      await expect.poll(() => calls[0]?.cancelled).toBe(true);
      await expect.poll(() => engine.answers.data().counts.failed).toBe(1);
      expect(engine.answers.data().stored.entries).toBe(0);
    }
  });

  it('is answered to its end without anybody where that is wanted', async () => {
    const { url, calls } = await provider(async (response) => {
      await stream(response, CHAT_STREAM, 50);
      response.end();
    });
    const { post, engine } = await served(url, { lingerMs: 5000 });
    const leaving = new AbortController();
    await post(PATH, STREAMED, {}, leaving.signal);
    leaving.abort();
    await expect.poll(() => engine.answers.data().stored.entries).toBe(1);
    expect(calls[0]?.cancelled).toBe(false);
    expect((await told(await post(PATH, STREAMED))).cache).toBe('hit');
  });
});

describe('an answer larger than what is kept', () => {
  it('passes through to all of it, however slowly it is taken, and is not kept', async () => {
    const big = Array.from({ length: 300 }, (_, i) => `data: {"i":${i},"pad":"${'x'.repeat(10_000)}"}\n\n`);
    const { url } = await provider(async (response) => {
      await stream(response, [...big, ...CHAT_STREAM]);
      response.end();
    });
    const { post, engine } = await served(url, { mostAnswerBytes: 1 << 20 });
    const response = await post(PATH, STREAMED);
    let bytes = 0;
    for await (const piece of response.body as ReadableStream<Uint8Array>) {
      bytes += piece.length;
      if (bytes % 7 === 0) await wait(1);
    }
    expect(bytes).toBe(Buffer.byteLength([...big, ...CHAT_STREAM].join('')));
    await expect.poll(() => engine.answers.data().recent[0]?.reason).toMatch(/larger than what is kept/);
    expect(engine.answers.data().stored.entries).toBe(0);
  });
});
