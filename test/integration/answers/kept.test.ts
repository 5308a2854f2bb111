import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { write } from '../../support/workspace.ts';
import { ask } from '../agent-server.ts';
import {
  CHAT,
  CHAT_ANSWER,
  CHAT_STREAM,
  data,
  event,
  json,
  MESSAGE,
  MESSAGE_STREAM,
  provider,
  served,
  stream,
  told,
  wait,
} from './provider.ts';

const PATH = '/openai/v1/chat/completions';

async function ends(
  response: ServerResponse,
  events: readonly string[],
  how: 'end' | 'reset',
): Promise<void> {
  await stream(response, events, 5);
  if (how === 'end') response.end();
  else response.destroy();
}

describe('an answer that is not whole', () => {
  const cut = (finish: string) => [{ ...CHAT_ANSWER.choices[0], finish_reason: finish }];
  it.each<[string, string, object, (response: ServerResponse) => unknown]>([
    ['a reset stream', PATH, { ...CHAT, stream: true }, (r) => ends(r, CHAT_STREAM.slice(0, 2), 'reset')],
    [
      'a stream without its last word',
      PATH,
      { ...CHAT, stream: true },
      (r) => ends(r, CHAT_STREAM.slice(0, -1), 'end'),
    ],
    [
      'a stream with an error',
      PATH,
      { ...CHAT, stream: true },
      (r) =>
        ends(
          r,
          [...CHAT_STREAM.slice(0, 1), data({ error: { message: 'no' } }), ...CHAT_STREAM.slice(1)],
          'end',
        ),
    ],
    [
      'an overloaded provider',
      '/anthropic/v1/messages',
      { ...MESSAGE, stream: true },
      (r) =>
        ends(
          r,
          [
            ...MESSAGE_STREAM.slice(0, 3),
            event({ type: 'error', error: { type: 'overloaded_error' } } as never),
          ],
          'end',
        ),
    ],
    [
      'a message without its stop',
      '/anthropic/v1/messages',
      { ...MESSAGE, stream: true },
      (r) => ends(r, MESSAGE_STREAM.slice(0, -1), 'end'),
    ],
    [
      'an incomplete response',
      '/openai/v1/responses',
      { model: 'm', temperature: 0, input: 'x', stream: true },
      (r) =>
        ends(r, [event({ type: 'response.incomplete', response: { status: 'incomplete' } } as never)], 'end'),
    ],
    ['a truncated text', PATH, CHAT, (r) => json(r, { ...CHAT_ANSWER, choices: cut('length') })],
    ['a filtered text', PATH, CHAT, (r) => json(r, { ...CHAT_ANSWER, choices: cut('content_filter') })],
    [
      'a short body',
      PATH,
      CHAT,
      (r) => {
        r.writeHead(200, { 'content-type': 'application/json', 'content-length': 999 });
        r.write(JSON.stringify(CHAT_ANSWER));
        setTimeout(() => r.destroy(), 20);
      },
    ],
    [
      'no JSON',
      PATH,
      CHAT,
      (r) => r.writeHead(200, { 'content-type': 'application/json' }).end('{"choices": ['),
    ],
    ['a limit', PATH, CHAT, (r) => json(r, { error: { message: 'slow down' } }, 429, { 'retry-after': '7' })],
    ['a failure', PATH, CHAT, (r) => json(r, { error: { message: 'oops' } }, 500)],
    ['an error with 200', PATH, CHAT, (r) => json(r, { ...CHAT_ANSWER, error: { message: 'oops' } })],
  ])('is given as it came, and not kept: %s', async (_, path, body, answer) => {
    const { url, calls } = await provider(async (response) => void (await answer(response)));
    const { post, engine } = await served(url);
    for (let times = 1; times <= 2; times++) {
      const response = await post(path, body);
      const [whole] = await Promise.allSettled([response.text()]);
      if (response.status === 429) expect(response.headers.get('retry-after')).toBe('7');
      expect(response.headers.get('x-agent-cache')).toBe('miss');
      if (whole.status === 'fulfilled') expect(whole.value.length).toBeGreaterThan(5);
      await expect.poll(() => engine.answers.data().recent.length).toBe(times);
    }
    expect(calls.length).toBe(2);
    expect(engine.answers.data().stored.entries).toBe(0);
    expect(engine.answers.data().recent[0]?.reason).toMatch(/\.$/);
  });

  it('tells a client that the connection broke', async () => {
    const { url } = await provider((response) => ends(response, CHAT_STREAM.slice(0, 2), 'reset'));
    const { post } = await served(url);
    const response = await post(PATH, { ...CHAT, stream: true });
    await expect(response.text()).rejects.toThrow();
  });
});

describe('what an answer rests on', () => {
  it('is looked at before it is given again: a file that the client names', async () => {
    const { url, calls } = await provider((response) => json(response, CHAT_ANSWER));
    const { post, root, engine } = await served(url);
    const reads = { 'x-agent-cache-reads': 'src/a.ts, src%2Fb.ts' };
    await told(await post(PATH, CHAT, reads));
    await expect.poll(() => engine.answers.data().stored.entries).toBe(1);
    expect((await told(await post(PATH, CHAT, reads))).cache).toBe('hit');
    write(root, 'src/b.ts', 'export const other = 1;\n');
    const after = await told(await post(PATH, CHAT, reads));
    expect([after.cache, after.reason]).toEqual(['miss', 'changed: src/b.ts changed']);
    expect(calls.length).toBe(2);
    // Who declares something else asks something else.
    expect((await told(await post(PATH, CHAT))).cache).toBe('miss');
  });

  it('is not kept when it changes while the model answers', async () => {
    const { url, calls } = await provider(async (response) => {
      write(here.root, 'src/a.ts', `export const t = ${calls.length};\n`);
      await wait(20);
      json(response, CHAT_ANSWER);
    });
    const here = await served(url);
    const { post, engine } = here;
    expect((await told(await post(PATH, CHAT, { 'x-agent-cache-reads': 'src/a.ts' }))).status).toBe(200);
    await expect
      .poll(() => engine.answers.data().recent[0]?.reason)
      .toMatch(/changed while the model answered/);
    expect([engine.answers.data().stored.entries, calls.length]).toEqual([0, 1]);
  });

  it.each([
    ['no/such.ts', 422],
    ['../outside.ts', 422],
    ['/etc/passwd', 422],
    ['src/*.ts', 422],
    ['%E0%A4%A', 400],
  ])('is refused when it is none: %s', async (reads, status) => {
    const { url, calls } = await provider((response) => json(response, CHAT_ANSWER));
    const { post } = await served(url);
    const answer = await told(await post(PATH, CHAT, { 'x-agent-cache-reads': reads }));
    expect([answer.status, calls.length]).toEqual([status, 0]);
  });

  it('is a note too', async () => {
    const { url } = await provider((response) => json(response, CHAT_ANSWER));
    const { post, server, engine } = await served(url);
    const reads = { 'x-agent-cache-reads': 'note:plan' };
    const note = (text: string) => ask(server, 'POST', '/api/v1/notes', { key: 'plan', text });
    expect((await note('one')).status).toBeLessThan(300);
    await told(await post(PATH, CHAT, reads));
    await expect.poll(() => engine.answers.data().stored.entries).toBe(1);
    expect((await told(await post(PATH, CHAT, reads))).cache).toBe('hit');
    await note('two');
    expect((await told(await post(PATH, CHAT, reads))).cache).toBe('miss');
  });

  it('is what the tools of the cache have served to the same agent', async () => {
    const { url, calls } = await provider((response) => json(response, CHAT_ANSWER));
    const { post, server, root, engine } = await served(url);
    const mine = { 'x-agent-cache-agent': 'reviewer' };
    const outline = (headers: Record<string, string>) =>
      ask(server, 'POST', '/api/v1/tools/outline', { path: 'src/a.ts' }, headers);
    await outline(mine);
    for (const agent of ['reviewer', 'other']) {
      await told(await post(PATH, CHAT, { 'x-agent-cache-agent': agent }));
    }
    await expect.poll(() => engine.answers.data().stored.entries).toBe(2);
    expect((await told(await post(PATH, CHAT, mine))).cache).toBe('hit');
    write(root, 'src/a.ts', 'export function another() {}\n');
    expect((await told(await post(PATH, CHAT, { 'x-agent-cache-agent': 'other' }))).cache).toBe('hit');
    const after = await told(await post(PATH, CHAT, mine));
    expect([after.cache, after.reason]).toMatchObject(['miss', expect.stringMatching(/^changed: /)]);
    expect(calls.length).toBe(3);
    // What it knows of the file is out of date: nothing that comes of it is kept until it looks again.
    await expect.poll(() => engine.answers.data().recent[0]?.reason).toMatch(/has changed since/);
    await outline(mine);
    await told(await post(PATH, CHAT, mine));
    await expect.poll(async () => (await told(await post(PATH, CHAT, mine))).cache).toBe('hit');
  });
});

describe('a note that an agent was told', () => {
  const mine = { 'x-agent-cache-agent': 'reviewer' };

  /** A server with notes, and what the reviewer is told of them and asks its model. */
  async function notebook() {
    const { url, calls } = await provider((response) => json(response, CHAT_ANSWER));
    const { post, server, root, storage, engine } = await served(url);
    const tool = async (name: string, input: object, headers: Record<string, string> = mine) => {
      const { status, body } = await ask(server, 'POST', `/api/v1/tools/${name}`, input, headers);
      expect(status).toBe(200);
      return body;
    };
    const asked = async (headers: Record<string, string> = mine) => {
      const { cache, reason } = await told(await post(PATH, CHAT, headers));
      return reason === null ? cache : `${cache}: ${reason}`;
    };
    const { answers } = engine;
    const isKept = (entries: number) => expect.poll(() => answers.data().stored.entries).toBe(entries);
    const remember = (key: string, text: string, files: readonly string[] = []) =>
      tool('remember', { key, text, files }, { 'x-agent-cache-agent': 'other' });
    const reasons = () => answers.data().recent.map(({ reason }) => reason);
    return { tool, asked, isKept, remember, reasons, calls, server, root, storage };
  }

  it.each([
    ['the tool, by its key', 'tool', { key: 'plan' }],
    ['the tool, by a search', 'tool', { query: 'steps' }],
    ['the tool, by a list', 'tool', {}],
    ['REST, by its key', 'rest', '/plan'],
    ['REST, by a search', 'rest', '?query=steps'],
  ])('is what the answer rests on: %s', async (_, door, question) => {
    const { tool, asked, isKept, remember, reasons, server, calls } = await notebook();
    await remember('plan', 'two steps');
    const recall = async () =>
      door === 'tool'
        ? tool('recall', question as object)
        : (await ask(server, 'GET', `/api/v1/notes${question}`, undefined, mine)).body;
    expect(JSON.stringify(await recall())).toContain('two steps');
    const others = { 'x-agent-cache-agent': 'stranger' };
    await asked();
    await asked(others);
    await isKept(2);
    await remember('else', 'nothing to do with it');
    expect([await asked(), await asked(others)]).toEqual(['hit', 'hit']);
    await remember('plan', 'three steps');
    expect([await asked(), await asked(others)]).toEqual([
      'miss: invalidated: the note plan was remembered',
      'hit',
    ]);
    expect(calls.length).toBe(3);
    // What the agent knows of the note is out of date: nothing that comes of it is kept until it looks again.
    await expect.poll(reasons).toContain('What was served to the agent has changed since (note plan).');
    await recall();
    await asked();
    await expect.poll(() => asked()).toBe('hit');
    await tool('forget', { key: 'plan' }, others);
    expect(await asked()).toBe('miss: invalidated: the note plan was forgotten');
  });

  it('is what the answer rests on, also when there was none', async () => {
    const { tool, asked, isKept, remember } = await notebook();
    expect(await tool('recall', { key: 'plan' })).toEqual({ notes: [] });
    await asked();
    await isKept(1);
    expect(await asked()).toBe('hit');
    await remember('plan', 'now there is one');
    expect(await asked()).toBe('miss: invalidated: the note plan was remembered');
  });

  it('was told as true: the files under it count, and that one was missing', async () => {
    const { tool, asked, isKept, remember, root, reasons } = await notebook();
    await remember('plan', 'two steps', ['src/a.ts', 'src/new.ts']);
    await tool('recall', { key: 'plan' });
    await asked();
    await isKept(1);
    expect(await asked()).toBe('hit');
    write(root, 'src/a.ts', 'export const other = 1;\n');
    expect(await asked()).toBe('miss: changed: src/a.ts changed');
    await expect.poll(reasons).toContain('What was served to the agent has changed since (note plan).');
    // Told that it is out of date, the agent knows what is.
    expect(await tool('recall', { key: 'plan' })).toMatchObject({ notes: [{ stale: true }] });
    await asked();
    await expect.poll(() => asked()).toBe('hit');
    write(root, 'src/new.ts', 'export const fresh = 1;\n');
    expect(await asked()).toMatch(/^miss: changed: src\/new\.ts/);
  });

  it('is known as it is when the agent itself has written it meanwhile', async () => {
    const { tool, asked, isKept, remember } = await notebook();
    await tool('recall', { key: 'plan' });
    await tool('remember', { key: 'plan', text: 'mine' });
    await tool('remember', { key: 'never read', text: 'mine' });
    await asked();
    await isKept(1);
    expect(await asked()).toBe('hit');
    await tool('remember', { key: 'never read', text: 'mine again' });
    expect(await asked()).toBe('hit');
    await remember('plan', 'of another');
    expect(await asked()).toBe('miss: invalidated: the note plan was remembered');
  });

  it('names itself in the panel when another process has changed it, without a word', async () => {
    const { tool, asked, isKept, remember, reasons, storage } = await notebook();
    await remember('plan', 'two steps');
    await tool('recall', { key: 'plan' });
    await asked();
    await isKept(1);
    const [file] = readdirSync(join(storage, 'notes')).filter((name) => name.endsWith('.json'));
    const path = join(storage, 'notes', file ?? '');
    writeFileSync(path, readFileSync(path, 'utf8').replace('two steps', 'ten steps'));
    expect(await asked()).toMatch(/^miss: changed: .*plan/);
    await expect.poll(reasons).toContain('What was served to the agent has changed since (note plan).');
  });
});

describe('credentials', () => {
  it('reach the provider and nothing else', async () => {
    const secret = 'sk-proj-Zq8vK3mWn5xR7tYb2cLd9fGh4jPs6uAe';
    const { url, calls } = await provider((response) => json(response, CHAT_ANSWER));
    const { post, engine, storage, problems, server } = await served(url);
    await told(await post(PATH, CHAT, { authorization: `Bearer ${secret}` }));
    await expect.poll(() => engine.answers.data().stored.entries).toBe(1);
    expect(calls[0]?.headers).toMatchObject({
      authorization: `Bearer ${secret}`,
      'accept-encoding': 'identity',
    });
    expect(JSON.stringify(calls[0])).not.toContain(server.token);
    expect(JSON.stringify(calls[0]?.headers)).not.toContain('x-agent-cache');
    await engine.workspace.cache.flush();
    const files = readdirSync(storage, { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    );
    expect(files.length).toBeGreaterThan(1);
    for (const { parentPath, name } of files) {
      if (name.startsWith('server-')) continue; // which holds our own token, for its owner
      const bytes = readFileSync(join(parentPath, name));
      expect([name, bytes.includes(secret), bytes.includes(server.token)]).toEqual([name, false, false]);
    }
    expect(problems.join()).not.toContain(secret);
    expect(JSON.stringify(engine.answers.data())).not.toContain(secret);
  });

  it('and agents keep answers apart', async () => {
    const { url, calls } = await provider((response) => json(response, CHAT_ANSWER));
    const { post } = await served(url);
    const cacheOf = async (headers: Record<string, string>) =>
      (await told(await post(PATH, CHAT, headers))).cache;
    expect(await cacheOf({})).toBe('miss');
    expect(await cacheOf({ authorization: 'Bearer sk-other' })).toBe('miss');
    expect(await cacheOf({ 'user-agent': 'Another/2' })).toBe('miss');
    await expect.poll(() => cacheOf({})).toBe('hit');
    const shared = await served(url, { perCredential: false });
    await told(await shared.post(PATH, CHAT));
    await expect.poll(() => shared.engine.answers.data().stored.entries).toBe(1);
    expect((await told(await shared.post(PATH, CHAT, { authorization: 'Bearer sk-other' }))).cache).toBe(
      'hit',
    );
    expect(calls.length).toBe(4);
  });

  it('in a question are not shown, and keep an answer off the disk that repeats them', async () => {
    const secret = `ghp_${'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'.slice(0, 36)}`;
    const answer = {
      ...CHAT_ANSWER,
      choices: [{ ...CHAT_ANSWER.choices[0], message: { role: 'assistant', content: secret } }],
    };
    const { url } = await provider((response) => json(response, answer));
    const { post, engine, storage } = await served(url);
    const asked = { ...CHAT, messages: [{ role: 'user', content: `What is ${secret}?` }] };
    await told(await post(PATH, asked));
    await expect.poll(() => engine.answers.data().recent[0]?.question).toMatch(/^What is \[redacted/);
    expect((await told(await post(PATH, asked))).text).toContain(secret);
    await engine.workspace.cache.flush();
    for (const { parentPath, name } of readdirSync(storage, { recursive: true, withFileTypes: true }).filter(
      (one) => one.isFile(),
    ))
      expect([name, readFileSync(join(parentPath, name)).includes(secret)]).toEqual([name, false]);
  });
});
