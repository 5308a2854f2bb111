import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Policies } from '../../src/cache/policy/scopes.ts';
import { readRules } from '../../src/insight/alerts/rules.ts';
import type { Asked } from '../../src/insight/asked.ts';
import { temporaryFolder, write } from '../support/workspace.ts';
import { ask, openEngine, serveHere } from './agent-server.ts';

const asked = (key: string, agent?: string): Asked => ({
  key,
  namespace: 'analysis',
  agent,
  tool: 'outline',
  hit: true,
  level: 'memory',
  ms: 1,
  saved: undefined,
});

function files(count: number): string {
  const root = temporaryFolder();
  for (let i = 0; i < count; i++) write(root, `src/f${i}.ts`, `export function f${i}() {}\n`);
  return root;
}

describe('warming over REST', () => {
  it('has the keys of analyses ready that nobody has asked for here, and lists those it does not know', async () => {
    const { server, engine } = await serveHere();
    const keys = ['src/a.ts', 'src/b.ts'].map((path) => engine.runner.key('outline', { path }) ?? '');
    const gone = engine.runner.key('outline', { path: 'src/gone.ts' }) ?? '';
    const warm = () =>
      ask(server, 'POST', '/api/v1/cache/warm', { keys: [...keys, gone, 'result:mine', 'analysis:no:1:x'] });
    const first = await warm();
    expect(first.body).toMatchObject({ files: 0, keys: 5, hits: 0, computed: 2, refused: 1 });
    expect(first.body.unknown).toEqual(['result:mine', 'analysis:no:1:x']);
    expect((await warm()).body).toMatchObject({ hits: 2, computed: 0, refused: 1 });
    const { body } = await ask(server, 'POST', '/api/v1/analysis/outline', { path: 'src/a.ts' });
    expect(body).toMatchObject({ hit: true, level: 'memory' });
  });

  it('has ready what was asked before, of one agent or in all', async () => {
    const { server, engine } = await serveHere();
    const key = (path: string) => engine.runner.key('outline', { path }) ?? '';
    engine.recorder.asked(asked(key('src/a.ts'), 'reviewer'));
    for (let i = 0; i < 3; i++) engine.recorder.asked(asked(key('src/b.ts')));
    const warm = (body: object) => ask(server, 'POST', '/api/v1/cache/warm', body);
    expect((await warm({ strategy: 'frequency', agent: 'reviewer' })).body).toMatchObject({ computed: 1 });
    expect(engine.workspace.cache.entry(key('src/a.ts'))).toBeDefined();
    expect((await warm({ strategy: 'frequency', count: 1 })).body).toMatchObject({ keys: 1, computed: 1 });
    expect(engine.workspace.cache.entry(key('src/b.ts'))).toBeDefined();
  });

  it.each([
    [{ keys: ['a:b'], strategy: 'recency' }, 'choose one'],
    [{ glob: '**', keys: ['a:b'] }, 'choose one'],
    [{ count: 5 }, 'name one'],
    [{ keys: [] }, 'keys'],
    [{ strategy: 'everything' }, 'strategy'],
  ])('refuses %j with what fits', async (body, why) => {
    const { server } = await serveHere();
    const answer = await ask(server, 'POST', '/api/v1/cache/warm', body);
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain(why);
  });

  it('is refused while a person has paused it, and shown', async () => {
    const { server, engine } = await serveHere();
    engine.warmer.pause();
    expect(engine.warmer.state).toEqual({ state: 'paused', done: 0, total: 0 });
    const answer = await ask(server, 'POST', '/api/v1/cache/warm', {});
    expect(answer.status).toBe(422);
    expect(answer.body.detail).toContain('Resume Warming');
    engine.warmer.resume();
    expect((await ask(server, 'POST', '/api/v1/cache/warm', {})).body).toMatchObject({ files: 2 });
  });
});

describe('warming in the background', () => {
  it('lets a question through at once, though much is left to do', async () => {
    const { engine } = await openEngine(files(300));
    const warming = engine.warming.inBackground('startup');
    await expect.poll(() => engine.warmer.state).toMatchObject({ state: 'running', total: 300 });
    const answer = await engine.runner.run('outline', { path: 'src/f299.ts' });
    expect(answer.hit).toBe(false);
    const { state } = engine.warmer;
    expect(state.state === 'running' && state.done).toBeLessThan(100);
    engine.warmer.cancel();
    expect(await warming).toMatchObject({ cancelled: true });
  });

  it('is noted with its cause, and does nothing while it is paused', async () => {
    const { engine } = await openEngine();
    engine.warmer.pause();
    expect(await engine.warming.inBackground('schedule')).toBeUndefined();
    engine.warmer.resume();
    expect(await engine.warming.inBackground('schedule')).toMatchObject({ files: 2, computed: 6 });
    expect(engine.recorder.activities[0]?.text).toBe('Warmed on schedule: 6 computed, 0 already fresh');
  });
});

describe('after a save', () => {
  it('what was asked before is ready again before the next ask', async () => {
    const { engine, root } = await openEngine(undefined, undefined, { refreshAfterChange: () => true });
    const outline = () => engine.runner.run('outline', { path: 'src/a.ts' });
    await outline();
    await outline();
    writeFileSync(join(root, 'src/a.ts'), 'export function other() {}\n');
    engine.workspace.hint('src/a.ts');
    const key = engine.runner.key('outline', { path: 'src/a.ts' }) ?? '';
    await expect.poll(() => engine.recorder.activities[0]?.kind).toBe('change');
    await expect.poll(() => engine.workspace.cache.entry(key)).toBeDefined();
    expect(await outline()).toMatchObject({ hit: true, value: { symbols: [{ name: 'other' }] } });
  });
});

describe('before a lifetime ends', () => {
  it('what was asked for again is computed anew, under the same tags, and the next ask is a hit', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const policies = new Policies();
    policies.update({ global: { analysis: { ttl: '10 min' } } });
    const { engine } = await openEngine(undefined, undefined, { policies });
    const outline = (path: string) => engine.runner.run('outline', { path }, { agent: 'reviewer' });
    const entry = (path: string) =>
      engine.workspace.cache.entry(engine.runner.key('outline', { path }) ?? '');
    await outline('src/a.ts');
    await outline('src/b.ts');
    await outline('src/a.ts');
    const before = entry('src/a.ts');
    vi.setSystemTime(Date.now() + 9.5 * 60_000);
    await expect.poll(() => engine.warming.refreshed.expiry.computed, { timeout: 10_000 }).toBe(1);
    expect(entry('src/a.ts')?.createdAt).toBeGreaterThan(before?.createdAt ?? Number.POSITIVE_INFINITY);
    expect(entry('src/a.ts')?.stamp.marks.tags).toEqual(before?.stamp.marks.tags);
    const { misses } = engine.overview();
    vi.setSystemTime(Date.now() + 60_000);
    expect(await outline('src/a.ts')).toMatchObject({ hit: true });
    expect(engine.overview().misses).toBe(misses);
    expect(await outline('src/b.ts')).toMatchObject({ hit: false, reason: 'expired' });
  });
});

/** What a webhook was sent. */
async function receiver() {
  const texts: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    texts.push(JSON.parse(body).text);
    response.end('ok');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { texts, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

describe('alerts', () => {
  it('watch the engine itself, tell who is to be told, and are listed over REST', async () => {
    const rule = (metric: string, operator: string, more: object = {}) => {
      return { name: metric, metric, operator, threshold: 0, window: '5 s', ...more };
    };
    const { rules = [], problems } = readRules([
      rule('memory', '>', { actions: ['webhook', 'notification'] }),
      ...['latency', 'hitRate', 'misses'].map((metric) => rule(metric, '>')),
      ...['disk', 'errors', 'failing', 'evictions'].map((metric) => rule(metric, '>=')),
      rule('disk', '>', { name: 'too much', threshold: 1 }),
    ]);
    expect(problems).toEqual([]);
    const { texts, url } = await receiver();
    const logged: string[] = [];
    const notified: string[] = [];
    const opened = await openEngine(files(1000), undefined, {
      alerts: {
        rules: () => rules,
        webhook: async () => url,
        log: (text) => void logged.push(text),
        notify: (_text, name) => void notified.push(name),
      },
    });
    const { server, engine, problems: failures } = await serveHere({}, opened);
    let next = 0; // misses and hits go on until the end
    const asking = setInterval(() => {
      for (const path of [`src/f${next++ % 1000}.ts`, 'src/f0.ts', 'src/f0.ts'])
        void engine.runner.run('outline', { path });
    }, 50);
    onTestFinished(() => clearInterval(asking));
    const states = async () => {
      const { body } = await ask(server, 'GET', '/api/v1/alerts');
      return Object.fromEntries(body.alerts.map(({ name, state }: Record<string, string>) => [name, state]));
    };
    const firing = Object.fromEntries(rules.map(({ name }) => [name, name === 'too much' ? 'ok' : 'firing']));
    await expect.poll(states, { timeout: 30_000 }).toEqual(firing);
    await expect.poll(() => texts.length).toBe(1);
    expect(texts[0]).toMatch(/^Agent Cache: memory in use is [\d.]+ %, above 0 %, over 5 s\.$/);
    expect(notified).toEqual(['memory']);
    expect(logged.map((text) => text.split(':')[0]).sort()).toEqual(
      ['disk', 'errors', 'evictions', 'failing', 'hitRate', 'latency', 'misses'].sort(),
    );
    expect(failures).toEqual([]);
  });
});
