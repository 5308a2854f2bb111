import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EmbeddingsClient } from '../../src/answers/semantic/embedding/embeddings-client.ts';
import { Policies } from '../../src/cache/policy/scopes.ts';
import { STAND_IN } from '../quality/semantic/measure.ts';
import { temporaryFolder } from '../support/workspace.ts';
import { ask, openEngine, project, serveHere } from './agent-server.ts';
import { json, type Request, service } from './embeddings-service.ts';

function client(url: string, now: () => number = () => 0) {
  const problems: string[] = [];
  const made = new EmbeddingsClient({
    ...{ url, model: 'm', timeoutMs: 1000 },
    key: async () => 'sk-secret',
    problem: ({ message }) => problems.push(message),
    now,
  });
  onTestFinished(() => made.close());
  return { client: made, problems };
}

describe('the client of an embeddings service', () => {
  it('asks for many texts at once, for the same one once, with the key', async () => {
    const { url, requests } = await service();
    const { client: embedder } = client(url);
    const texts = Array.from({ length: 40 }, (_, i) => `text ${i % 35}`);
    const vectors = await Promise.all(texts.map((text) => embedder.embed(text)));
    expect(requests.map(({ input }) => input.length)).toEqual([32, 3]);
    expect(requests[0]).toMatchObject({ model: 'm', authorization: 'Bearer sk-secret' });
    expect(vectors[1]).toEqual(await STAND_IN.embed('text 1'));
    expect(vectors[36]).toBe(vectors[1]);
    await embedder.embed('text 1');
    expect(requests).toHaveLength(2);
  });

  const vector = (length: number) => new Array<number>(length).fill(0.5);
  it.each<[string, (request: Request, response: ServerResponse) => void, string]>([
    ['500', (_, response) => void response.writeHead(500).end('sk-secret'), 'answered 500'],
    [
      'a redirection',
      (_, response) => void response.writeHead(307, { location: '/x' }).end(),
      'cannot be reached',
    ],
    ['garbage', (_, response) => void response.end('<html>'), 'no list of vectors'],
    [
      'no numbers',
      (_, response) => void response.end('{"data":[{"embedding":[NaN]}]}'),
      'no list of vectors',
    ],
    ['nulls', (_, response) => json(response, { data: [{ embedding: [null] }] }), 'no list of vectors'],
    [
      'infinity',
      (_, response) => void response.end('{"data":[{"embedding":[1e999]}]}'),
      'no list of vectors',
    ],
    [
      'too large for a float',
      (_, response) => json(response, { data: [{ embedding: [1e300] }] }),
      'without a direction',
    ],
    ['zeros', (_, response) => json(response, { data: [{ embedding: [0, 0] }] }), 'without a direction'],
    ['too few', (_, response) => json(response, { data: [] }), '0 vectors for 1 texts'],
    ['another index', (_, response) => json(response, { data: [{ index: 7, embedding: [1] }] }), 'left out'],
    ['nothing', () => {}, 'within 1000 ms'],
    ['half', (_, response) => void response.writeHead(200).write('{"data":['), 'within 1000 ms'],
    ['too much', (_, response) => void response.end(' '.repeat(9 * 1024 * 1024)), 'more than 8 MB'],
    ['no connection', (_, response) => void response.destroy(), 'cannot be reached'],
    [
      'a vector of 5,000',
      (_, response) => json(response, { data: [{ embedding: vector(5000) }] }),
      'no list of vectors',
    ],
  ])('takes no vector from a service that answers %s', async (_, answer, message) => {
    const { url, state } = await service();
    state.answer = answer;
    const { client: embedder, problems } = client(url);
    await expect(embedder.embed('a')).rejects.toThrow(message);
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain('sk-secret');
    expect(embedder.problem).toContain(message);
  });

  it('refuses vectors of another length than before', async () => {
    const { url, state } = await service();
    const { client: embedder } = client(url);
    state.answer = ({ input }, response) =>
      json(response, { data: input.map(() => ({ embedding: vector(input[0] === 'a' ? 4 : 5) })) });
    await embedder.embed('a');
    await expect(embedder.embed('b')).rejects.toThrow('5 dimensions instead of 4');
  });

  it('leaves a service that fails alone, longer each time, and takes it up again', async () => {
    const { url, state, requests } = await service();
    let now = 0;
    const { client: embedder, problems } = client(url, () => now);
    state.answer = (_, response) => void response.writeHead(503).end();
    for (const at of [0, 500, 999, 1000, 2000, 2999, 3000]) {
      now = at;
      await expect(embedder.embed(`text ${at}`)).rejects.toThrow('answered 503');
    }
    expect(requests).toHaveLength(3); // at 0, 1,000 and 3,000
    expect(problems).toHaveLength(3);
    state.answer = undefined;
    now = 7000;
    await embedder.embed('well');
    expect(embedder.problem).toBeUndefined();
  });

  it('lets one leave while others wait for the same text', async () => {
    const { url, requests } = await service();
    const { client: embedder } = client(url);
    const leaving = new AbortController();
    const [left, stayed] = [embedder.embed('a', leaving.signal), embedder.embed('a')];
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(await stayed).toHaveLength(256);
    expect(requests).toHaveLength(1);
  });

  it('sends nothing over an unencrypted connection to another machine', async () => {
    const { client: embedder } = client('http://example.com/v1');
    await expect(embedder.embed('a')).rejects.toThrow('leaves this machine without encryption');
  });
});

describe('semantic matching in an engine', () => {
  const semantic = () => new Policies({ global: { response: { strategy: 'semantic', similarity: 0.6 } } });
  const question = (text: string) => ({
    ...{ namespace: 'response', agent: 'tester', fingerprint: 'f' },
    text,
  });

  async function engineWith(url: string | undefined, root = project(), storage = temporaryFolder()) {
    const embeddings = {
      service: () => (url === undefined ? undefined : { url, model: 'm', timeoutMs: 5000 }),
      key: async () => undefined,
    };
    const opened = await openEngine(root, storage, { policies: semantic(), embeddings });
    const add = async (text: string, key: string, questions: number) => {
      opened.engine.matching.add(question(text), key);
      await expect.poll(() => opened.engine.matching.data().matching.questions).toBe(questions);
    };
    const find = (text: string) => opened.engine.matching.find(question(text));
    return { ...opened, add, find };
  }

  it('serves by the model of the settings, in this session and the next', async () => {
    const { url } = await service();
    const { engine, root, storage, add, find } = await engineWith(url);
    await add('How do I enable the cache?', 'response:1', 1);
    await expect.poll(async () => (await find('How to enable the cache')).match?.key).toBe('response:1');
    expect((await find('How to disable the cache')).suggestions[0]?.refused).toBe('gate');
    expect(engine.matching.data().matching).toEqual({ questions: 1, embedder: 'm' });
    await engine.close();
    const next = await engineWith(url, root, storage);
    expect((await next.find('How to enable the cache')).match?.key).toBe('response:1');
  });

  it('sends nothing anywhere without an address, and matches nothing where the strategy is exact', async () => {
    const { engine, add, find } = await engineWith(undefined);
    await add('How do I enable the cache?', 'response:1', 1);
    expect((await find('How to enable the cache')).suggestions[0]?.refused).toBe('no-embedder');
    engine.matching.add({ ...question('Explain it'), namespace: 'tool' }, 'tool:1');
    expect(await engine.matching.find({ ...question('explain it'), namespace: 'tool' })).toEqual({
      suggestions: [],
    });
    expect(engine.matching.data().matching).toEqual({ questions: 1 });
  });

  it('neither sends nor keeps a question with a secret', async () => {
    const { url, requests } = await service();
    const { engine, storage, add, find } = await engineWith(url);
    const secret = ['ghp', '_16C7e42F292c6912E7', '710c838347Ae178B4a'].join('');
    engine.matching.add(question(`Why is ${secret} refused?`), 'response:0');
    await add('Why is my token refused?', 'response:1', 1);
    expect(await find(`Why is ${secret} refused`)).toEqual({ suggestions: [] });
    await engine.close();
    expect(JSON.stringify(requests)).not.toContain(secret);
    expect(readFileSync(join(storage, 'semantic/questions.jsonl'), 'utf8')).not.toContain(secret);
  });

  it('counts a service that fails, and says so', async () => {
    const { url, state } = await service();
    state.answer = (_, response) => void response.writeHead(500).end();
    const { engine, problems, add, find } = await engineWith(url);
    await add('How do I enable the cache?', 'response:1', 1);
    expect(await find('How to enable the cache')).toEqual({ suggestions: [] });
    expect(engine.matching.data().matching.problem).toContain('answered 500');
    expect(problems.some((text) => text.startsWith('semantic: '))).toBe(true);
  });

  it('is told and marked over REST', async () => {
    const opened = await engineWith(undefined);
    const { server } = await serveHere({}, opened);
    await opened.add('Explain it', 'response:1', 1);
    await opened.find('explain it');
    const list = async () => (await ask(server, 'GET', '/api/v1/answers/matches')).body;
    expect(await list()).toMatchObject({
      questions: 1,
      matches: [{ outcome: 'served', found: 'Explain it' }],
    });
    const [{ id }] = (await list()).matches;
    const mark = (of: string) => ask(server, 'POST', `/api/v1/answers/matches/${of}`, { marked: 'wrong' });
    expect((await mark('none')).status).toBe(404);
    expect((await mark(id)).body).toEqual({ id, marked: 'wrong' });
    expect((await opened.find('explain it')).match).toBeUndefined();
    expect((await list()).matches[0]).toMatchObject({ outcome: 'marked-wrong', marked: 'wrong' });
  });
});
