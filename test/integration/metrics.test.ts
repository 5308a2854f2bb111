import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Asked } from '../../src/insight/asked.ts';
import { freePort, isInstalled } from '../support/servers.ts';
import { temporaryFolder, write } from '../support/workspace.ts';
import { type Address, ask, openEngine, project, serveHeadless, serveHere } from './agent-server.ts';

const docs = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../docs/${name}`, import.meta.url)), 'utf8');

async function scrape({ url, token }: Address): Promise<string> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  return response.text();
}

/** Something of everything: hits and misses of several kinds, agents, a level below memory, evictions of none. */
async function traffic(server: Address): Promise<void> {
  for (const path of ['src/a.ts', 'src/a.ts', 'src/b.ts']) {
    await ask(server, 'POST', '/api/v1/analysis/outline', { path }, { 'x-agent-cache-agent': 'rev"iewer\\' });
  }
  await ask(server, 'POST', '/api/v1/tools/imports', { path: 'src/b.ts' });
  const anew = { 'cache-control': 'no-cache' };
  await ask(server, 'POST', '/api/v1/analysis/outline', { path: 'src/b.ts' }, anew);
  await ask(server, 'PUT', '/api/v1/cache/result%3Ax', { value: 1, cost: { ms: 250 } });
  await ask(server, 'GET', '/api/v1/cache/result%3Ax');
  await ask(server, 'GET', '/api/v1/cache/result%3Anone');
}

/** A hit that stood in for a call of a model. */
const MODEL_ANSWER: Asked = {
  ...{ key: 'response:a', namespace: 'response', agent: 'alice', tool: 'messages', hit: true, ms: 1 },
  ...{ level: 'memory', model: 'claude-sonnet-4-5' },
  saved: { ms: 900, tokens: { input: 1200, output: 300 }, money: { amount: 0.0081, currency: 'USD' } },
};

/** The value of a series as the text has it. */
function figure(text: string, series: string): number {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? Number.NaN : Number(line.slice(series.length + 1));
}

describe('what Prometheus is given', () => {
  it('counts what was asked, and is found clean by promtool', async () => {
    if (!isInstalled('promtool')) throw new Error('promtool is missing: apt-get install prometheus');
    const { server, engine } = await serveHere();
    await traffic(server);
    engine.recorder.asked(MODEL_ANSWER);
    engine.recorder.asked({ ...MODEL_ANSWER, saved: { ms: 5 } });
    const text = await scrape(server);
    expect(
      figure(text, 'agent_cache_hits_total{namespace="analysis",level="memory"}'),
    ).toBeGreaterThanOrEqual(1);
    expect(figure(text, 'agent_cache_misses_total{namespace="result"}')).toBe(1);
    expect(figure(text, 'agent_cache_saved_seconds_total{namespace="result"}')).toBe(0.25);
    expect(figure(text, 'agent_cache_agent_answer_duration_seconds_count{agent="rev\\"iewer\\\\"}')).toBe(3);
    expect(figure(text, 'agent_cache_tool_answer_duration_seconds_count{tool="read"}')).toBe(2);
    expect(figure(text, 'agent_cache_answer_duration_seconds_bucket{level="none",le="+Inf"}')).toBe(1);
    expect(figure(text, 'agent_cache_level_up{level="shared"}')).toBe(0);
    const model = 'model="claude-sonnet-4-5"';
    expect(figure(text, `agent_cache_saved_model_calls_total{${model}}`)).toBe(2);
    expect(figure(text, `agent_cache_saved_tokens_total{${model},direction="input"}`)).toBe(1200);
    expect(figure(text, `agent_cache_saved_tokens_total{${model},direction="output"}`)).toBe(300);
    expect(figure(text, `agent_cache_saved_dollars_total{${model}}`)).toBe(0.0081);
    expect(execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })).toBe('');
  });

  it('demands the token', async () => {
    const { server } = await serveHere();
    expect((await ask(server, 'GET', '/metrics', undefined, { authorization: '' })).status).toBe(401);
  });

  it('has series in bounds, however many agents, tools and namespaces there are', async () => {
    const { server, engine } = await serveHere();
    for (let i = 0; i < 300; i++) {
      await engine.insight.read(`n${i}:k`, `agent ${i}`);
      engine.recorder.computed(`tool:t${i}:k`, 1);
      engine.recorder.asked({
        ...{ key: `n${i}:k`, namespace: `n${i}`, agent: undefined, tool: `t${i}`, hit: false },
        ...{ level: undefined, ms: 1, saved: undefined },
      });
    }
    const lines = (await scrape(server)).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines.length).toBeLessThan(8000);
    expect(lines.filter((line) => line.includes('namespace="other"')).length).toBeGreaterThan(0);
  });

  it('is described, metric by metric, in docs/metrics.md', async () => {
    const { server, engine } = await serveHere();
    await traffic(server);
    engine.recorder.asked(MODEL_ANSWER);
    const given = new Set([...(await scrape(server)).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    const described = new Set(
      [...docs('metrics.md').matchAll(/^\| `(agent_cache_\w+)`/gm)].map(([, name]) => name),
    );
    const lawfullyAbsent = [
      'agent_cache_hit_ratio_target', // no policy here has a target
      'agent_cache_problems_total', // nothing failed
      'agent_cache_alert_firing', // no rule here
      'agent_cache_alerts_told_total',
      'agent_cache_unwritten_oldest_timestamp_seconds', // nothing waits
    ];
    expect([...described].sort()).toEqual([...new Set([...given, ...lawfullyAbsent])].sort());
  });
});

/** Queries that have nothing to show in a cache that works and is quiet. */
const MAY_BE_EMPTY: Readonly<Record<string, string>> = {
  agent_cache_problems_total: 'nothing has failed',
  agent_cache_saved_tokens_total: 'no hit stood in for a call of a model',
  agent_cache_saved_dollars_total: 'no hit stood in for a call of a model',
  agent_cache_unwritten_oldest_timestamp_seconds: 'nothing waits to be written',
};

describe('the Grafana dashboard', () => {
  it('has data for every query from a Prometheus that scrapes the headless server', async () => {
    const policies = join(temporaryFolder(), 'policies.json');
    writeFileSync(policies, JSON.stringify({ namespaces: { analysis: { hitRate: 0.8 } } }));
    const { server } = await serveHeadless(project(), temporaryFolder(), ['--policies', policies]);
    const prometheus = await startPrometheus(server);
    const dashboard = JSON.parse(docs('grafana/agent-cache-explorer.json'));
    const queries: string[] = dashboard.panels.flatMap(({ targets }: { targets: { expr: string }[] }) =>
      targets.map(({ expr }) => expr),
    );
    expect(queries.length).toBeGreaterThan(25);
    const wanted = queries.filter((query) => !Object.keys(MAY_BE_EMPTY).some((name) => query.includes(name)));
    const driven = setInterval(() => void traffic(server).catch(() => {}), 500);
    onTestFinished(() => clearInterval(driven));
    await expect
      .poll(
        async () => {
          const answers = await Promise.all(wanted.map((query) => prometheus.has(query)));
          return wanted.filter((_, i) => answers[i] !== true);
        },
        { timeout: 45_000, interval: 1000 },
      )
      .toEqual([]);
    for (const query of queries) expect([query, await prometheus.isValid(query)]).toEqual([query, true]);
  });
});

/** Prometheus itself, on a free port, scraping every second with the token from a file. */
async function startPrometheus({ url, token }: Address) {
  if (!isInstalled('prometheus')) throw new Error('prometheus is missing: apt-get install prometheus');
  const folder = temporaryFolder();
  write(folder, 'token', token);
  const [example = ''] = /```yaml\n([\s\S]*?)```/.exec(docs('metrics.md'))?.slice(1) ?? [];
  const config = example
    .replace(/scrape_interval: \S+/, 'scrape_interval: 1s')
    .replace('/home/me/.agent-cache-token', join(folder, 'token'))
    .replace('127.0.0.1:4600', url.replace('http://', ''));
  write(folder, 'prometheus.yml', config);
  const port = await freePort();
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const ready = async () => (await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => undefined))?.ok;
  await expect.poll(ready, { timeout: 20_000 }).toBe(true);
  const query = async (dashboards: string) => {
    const expr = dashboards
      .replaceAll('$__rate_interval', '10s')
      .replaceAll('$__range', '1m')
      .replaceAll('$instance', '.+');
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expr)}`);
    return (await response.json()) as { status: string; data?: { result: { value: [number, string] }[] } };
  };
  return {
    isValid: async (expr: string) => (await query(expr)).status === 'success',
    /** Whether there is any number. */
    has: async (expr: string) =>
      (await query(expr)).data?.result.some(({ value }) => !Number.isNaN(Number(value[1]))) ?? false,
  };
}

describe('what was counted', () => {
  const outline = (server: Address) =>
    ask(server, 'POST', '/api/v1/analysis/outline', { path: 'src/a.ts' }).then(({ body }) => body);
  const counted = async (server: Address) => {
    const { body } = await ask(server, 'GET', '/api/v1/metrics/series?range=30d');
    const sum = (of: (point: { misses: number; hits: Record<string, number> }) => number) =>
      body.points.reduce((total: number, point: never) => total + of(point), 0);
    return { misses: sum((p) => p.misses), hits: sum(({ hits: h }) => (h.memory ?? 0) + (h.file ?? 0)) };
  };

  it('survives a restart, and two processes lose nothing of each other', async () => {
    const root = project();
    const storage = temporaryFolder();
    const first = await serveHeadless(root, storage);
    const second = await serveHeadless(root, storage);
    await outline(first.server);
    await outline(first.server);
    await ask(second.server, 'GET', '/api/v1/cache/result%3Anone');
    for (const { child } of [first, second]) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    const third = await serveHeadless(root, storage);
    await expect.poll(() => counted(third.server)).toEqual({ misses: 2, hits: 1 });
    await outline(third.server);
    await expect.poll(() => counted(third.server)).toEqual({ misses: 2, hits: 2 });
  });

  it('survives a kill as far as it was saved', async () => {
    const root = project();
    const storage = temporaryFolder();
    const first = await serveHeadless(root, storage);
    await outline(first.server);
    await outline(first.server);
    const saved = () =>
      readdirSync(join(storage, 'insight')).filter((name) => /^series-.*\.json$/.test(name)).length;
    await expect.poll(saved).toBe(1);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const second = await serveHeadless(root, storage);
    await expect.poll(() => counted(second.server)).toMatchObject({ misses: 1 });
  });

  it('is told as it happens: who asked, from where it came, and what a hit saved', async () => {
    const { server, engine } = await serveHere();
    const told: unknown[] = [];
    engine.insight.onAsked((asked) =>
      told.push({ ...asked, ms: asked.ms >= 0, saved: asked.saved && 'yes' }),
    );
    const agent = { 'x-agent-cache-agent': 'reviewer' };
    for (let i = 0; i < 2; i++)
      await ask(server, 'POST', '/api/v1/analysis/outline', { path: 'src/a.ts' }, agent);
    await ask(server, 'POST', '/api/v1/tools/lookup', { key: 'result:x' }, agent);
    await ask(server, 'PUT', '/api/v1/cache/result%3Ax', { value: 1, cost: { ms: 250 } });
    await ask(server, 'GET', '/api/v1/cache/result%3Ax');
    await engine.warm();
    const key = engine.runner.key('outline', { path: 'src/a.ts' });
    const outline = { key, namespace: 'analysis', agent: 'reviewer', tool: 'outline', ms: true };
    const read = { key: 'result:x', namespace: 'result', tool: undefined, ms: true };
    expect(told).toEqual([
      { ...outline, hit: false, level: undefined, saved: undefined },
      { ...outline, hit: true, level: 'memory', saved: 'yes' },
      { ...read, agent: 'reviewer', hit: false, level: undefined, saved: undefined },
      { ...read, agent: undefined, hit: true, level: 'memory', saved: 'yes' },
    ]);
  });

  it('can be exported whole, also when there is much of it', async () => {
    const { server, engine } = await serveHere();
    await traffic(server);
    const keys = Array.from({ length: 5000 }, (_, i) => `result:many/${i}`);
    await engine.workspace.setMany(keys.map((key) => ({ key, value: 1 })));
    const get = async (query: string) => (await ask(server, 'GET', `/api/v1/export?${query}`)).body;
    const listed: { key: string }[] = await get('what=entries');
    expect(new Set(listed.map(({ key }) => key))).toEqual(
      new Set([...engine.workspace.cache.entries()].map(({ key }) => key)),
    );
    const csv: string = await get('what=entries&format=csv');
    expect(csv.split('\r\n')).toHaveLength(listed.length + 2);
    expect((await get('')).namespaces.map(({ name }: { name: string }) => name)).toContain('result');
    expect(await get('format=csv')).toMatch(
      /^section,name,figure,value\r\n[\s\S]*\r\nnamespaces,result,hits.memory,1\r\n/,
    );
    expect((await get('what=series')).ranges).toHaveLength(4);
    expect(await get('what=series&format=csv')).toMatch(/^range,stepMs,t,memoryHits/);
  });

  it('is in the statistics: latencies, producers, evictions, reasons, the largest tags', async () => {
    const { engine } = await openEngine();
    await engine.runner.run('outline', { path: 'src/a.ts' }, { agent: 'reviewer' });
    await engine.workspace.set('result:tagged', 'x'.repeat(5000), { tags: ['big/one'] });
    engine.workspace.cache.memory.shrink(0);
    const statistics = engine.insight.statistics();
    const { latency, levelReads, producers, missReasons, evictions, tags } = statistics;
    expect(latency.agents).toEqual([expect.objectContaining({ name: 'reviewer', count: 1 })]);
    expect(latency.levels).toEqual([expect.objectContaining({ name: 'computed', count: 1 })]);
    expect(producers.map(({ name }) => name)).toContain('analysis:outline');
    expect(missReasons).toEqual({ 'never-cached': expect.any(Number) });
    expect(evictions.memory).toBeGreaterThanOrEqual(2);
    expect(levelReads).toEqual([expect.objectContaining({ name: 'file', count: expect.any(Number) })]);
    expect(tags.map(({ tag }) => tag)).toContain('big/one');
  });
});
