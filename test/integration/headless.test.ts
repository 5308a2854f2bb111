import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { redisCli, Servers } from '../support/servers.ts';
import { temporaryFolder, write } from '../support/workspace.ts';

const program = fileURLToPath(new URL('../../dist/headless.js', import.meta.url));

interface Headless {
  readonly url: string;
  readonly token: string;
  readonly child: ChildProcess;
  readonly errors: () => string;
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: each test reads the fields it is about
  readonly body: any;
}

async function start(
  workspace: string,
  storage: string,
  more: readonly string[] = [],
  password?: string,
): Promise<Headless> {
  const args = [program, '--workspace', workspace, '--storage', storage, ...more];
  const env = { ...process.env, ...(password && { AGENT_CACHE_PASSWORD: password }) };
  const child = spawn(process.execPath, args, { env });
  onTestFinished(() => void child.kill('SIGKILL'));
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const [line] = await once(createInterface(child.stdout), 'line');
  const { url, token } = JSON.parse(line);
  const ask: Headless['ask'] = (method, path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const asked = request(
        url + path,
        { method, agent: false, headers: { authorization: `Bearer ${token}`, ...headers } },
        async (response) => {
          let text = '';
          for await (const chunk of response) text += chunk;
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) });
        },
      );
      asked.on('error', reject);
      asked.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
    });
  return { url, token, child, ask, errors: () => errors };
}

beforeAll(() => {
  if (!existsSync(program)) throw new Error('dist/headless.js is missing: npm run build');
});

const project = () => {
  const root = temporaryFolder();
  write(root, 'src/a.ts', 'export function one() {}\n');
  write(root, 'src/b.ts', "import { one } from './a';\none();\n");
  return root;
};
const outline = (server: Headless, path: string, headers?: Record<string, string>) =>
  server.ask('POST', '/api/v1/analysis/outline', { path }, headers);

describe('the headless server', () => {
  it('answers an outline by computing, then from memory, and after a restart from the file level', async () => {
    const root = project();
    const storage = temporaryFolder();
    const first = await start(root, storage);
    expect((await outline(first, 'src/a.ts')).body).toMatchObject({ hit: false, reason: 'never-cached' });
    expect((await outline(first, 'src/a.ts')).body).toMatchObject({ hit: true, level: 'memory' });
    first.child.kill('SIGTERM');
    const [code] = await once(first.child, 'exit');
    expect(code).toBe(0);
    const second = await start(root, storage);
    expect((await outline(second, 'src/a.ts')).body).toMatchObject({ hit: true, level: 'file' });
  });

  it('gives the new answer right after a write, each of a hundred times', async () => {
    const root = project();
    const server = await start(root, temporaryFolder());
    for (let i = 0; i < 100; i++) {
      writeFileSync(join(root, 'src/a.ts'), `export function f${i % 10}() {}\n`);
      const { body } = await outline(server, 'src/a.ts');
      expect(body.value.symbols[0].name).toBe(`f${i % 10}`);
    }
  });

  it('reads transcripts of agents when it is told to, and else none', async () => {
    const home = temporaryFolder();
    const usage = { input_tokens: 10, cache_read_input_tokens: 30, output_tokens: 1 };
    const message = { id: 'm', model: 'claude-opus-4-5', usage };
    const told = { type: 'assistant', sessionId: 's', timestamp: '2026-03-02T09:00:00Z', message };
    write(home, '.claude/projects/p/s.jsonl', `${JSON.stringify(told)}\n`);
    vi.stubEnv('HOME', home);
    vi.stubEnv('CLAUDE_CONFIG_DIR', '');
    onTestFinished(() => void vi.unstubAllEnvs());
    const get = async (...more: string[]) => {
      const server = await start(project(), temporaryFolder(), more);
      return (await server.ask('GET', '/api/v1/provider-cache')).body;
    };
    expect(await get()).toMatchObject({ state: 'off', rows: [] });
    const { state, rows, assumptions } = await get('--provider-transcripts');
    expect(state).toBe('ready');
    expect(rows).toMatchObject([{ agent: 'claude-code', session: 's', hitRate: 0.75 }]);
    expect(assumptions.join(' ')).not.toContain(home);
  });

  it('keeps imports true when a better candidate appears', async () => {
    const root = project();
    const server = await start(root, temporaryFolder());
    const target = async () => {
      const { body } = await server.ask('POST', '/api/v1/analysis/imports', { path: 'src/b.ts' });
      return body.value.imports[0].targets;
    };
    expect(await target()).toEqual(['src/a.ts']);
    expect(await target()).toEqual(['src/a.ts']);
    write(root, 'src/a/index.ts', '');
    expect(await target()).toEqual(['src/a.ts']);
    const other = project();
    write(other, 'src/b.ts', "import './c';\n");
    const again = await start(other, temporaryFolder());
    const c = async () =>
      (await again.ask('POST', '/api/v1/analysis/imports', { path: 'src/b.ts' })).body.value.imports[0]
        .targets;
    expect(await c()).toBeUndefined();
    write(other, 'src/c/index.ts', '');
    expect(await c()).toEqual(['src/c/index.ts']);
    write(other, 'src/c.ts', '');
    expect(await c()).toEqual(['src/c.ts']);
  });

  it('invalidates and counts, and recomputes when told not to use the cache', async () => {
    const server = await start(project(), temporaryFolder());
    await outline(server, 'src/a.ts');
    expect((await outline(server, 'src/a.ts', { 'cache-control': 'no-cache' })).body).toMatchObject({
      hit: false,
    });
    const { body } = await server.ask('POST', '/api/v1/cache/invalidate', { tag: 'analysis' });
    expect(body).toMatchObject({ entries: 1, levels: { memory: 1, file: 1 } });
    expect((await outline(server, 'src/a.ts')).body).toMatchObject({ hit: false, reason: 'invalidated' });
    const stats = await server.ask('GET', '/api/v1/cache/stats');
    expect(stats.body).toMatchObject({ hits: 0, misses: 3, entries: 1, unwritten: { entries: 0 } });
    expect((await server.ask('GET', '/healthz')).body).toMatchObject({ status: 'ok', reasons: [] });
  });

  it('survives kill -9 with what it had written', async () => {
    const root = project();
    const storage = temporaryFolder();
    const first = await start(root, storage);
    await outline(first, 'src/a.ts');
    await expect
      .poll(async () => (await first.ask('GET', '/api/v1/cache/stats')).body.levels[1].entries)
      .toBe(1);
    await outline(first, 'src/b.ts');
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const second = await start(root, storage);
    expect((await outline(second, 'src/a.ts')).body.value.symbols[0].name).toBe('one');
    expect((await outline(second, 'src/b.ts')).status).toBe(200);
  });
});

describe('standard output', () => {
  it('has one line, which says where the server is, and no other whatever clients do', async () => {
    const args = [program, '--workspace', project(), '--storage', temporaryFolder()];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const lines: string[] = [];
    const reader = createInterface(child.stdout).on('line', (line) => lines.push(line));
    await once(reader, 'line');
    const { url, token, mcp } = JSON.parse(lines[0] ?? '');
    expect(mcp).toBe(`${url}/mcp`);
    for (let i = 0; i < 20; i++) {
      const asked = request(`${url}/api/v1/openapi.json`, { headers: { authorization: `Bearer ${token}` } });
      asked.on('error', () => {}).on('response', () => asked.destroy());
      asked.end();
      await once(asked, 'close');
    }
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(lines).toHaveLength(1);
  });
});

describe('whoever has no business here', () => {
  it.each([
    ['without a token', { authorization: '' }, 401],
    ['with a wrong token', { authorization: 'Bearer wrong' }, 401],
    ['by a foreign name', { host: 'evil.example' }, 403],
    ['from a foreign page', { origin: 'https://evil.example' }, 403],
    ['from a page without an origin', { origin: 'null' }, 403],
  ])('is refused %s', async (_, headers, status) => {
    const server = await start(project(), temporaryFolder());
    for (const path of ['/api/v1/cache/stats', '/healthz', '/nowhere']) {
      const answer = await server.ask('GET', path, undefined, headers);
      expect(answer).toMatchObject({ status, body: { status } });
      expect(answer.body.detail).toMatch(/\.$/);
    }
  });
});

describe('bad input', () => {
  it('gets a clear problem, and the server goes on', async () => {
    const root = project();
    write(root, 'big.ts', `// ${'x'.repeat(2_000_000)}`);
    const server = await start(root, temporaryFolder());
    const ask = (path: string, body: unknown) => server.ask('POST', path, body);
    const cases: [string, unknown, number, RegExp][] = [
      ['/api/v1/analysis/outline', '{"path":', 400, /JSON/],
      ['/api/v1/analysis/outline', {}, 422, /path/],
      ['/api/v1/analysis/outline', { path: '../../etc/passwd' }, 422, /clean|\.\./],
      ['/api/v1/analysis/outline', { path: '/etc/passwd' }, 422, /relative|absolute/],
      ['/api/v1/analysis/outline', { path: 'a\0b' }, 422, /NUL/],
      ['/api/v1/analysis/outline', { path: 'src/none.ts' }, 422, /No such file/],
      ['/api/v1/analysis/outline', { path: 'src' }, 422, /./],
      ['/api/v1/analysis/outline', { path: 'big.ts' }, 422, /large|size|MiB|bytes/],
      ['/api/v1/analysis/nonsense', { path: 'a' }, 422, /There are: outline, imports/],
      ['/api/v1/cache/invalidate', { tag: '' }, 400, /./],
      ['/api/v1/cache/invalidate', { tag: 'a', key: 'b' }, 400, /./],
      ['/api/v1/cache/invalidate', [], 400, /./],
      ['/api/v1/cache/invalidate', { file: '../x' }, 422, /clean/],
      ['/api/v1/cache/invalidate', { pattern: '{a,b}'.repeat(20) }, 422, /256 alternatives/],
      ['/api/v1/nowhere', {}, 404, /POST/],
    ];
    for (const [path, body, status, detail] of cases) {
      const answer = await ask(path, body);
      expect([path, answer.status, answer.body.detail]).toEqual([
        path,
        status,
        expect.stringMatching(detail),
      ]);
    }
    // The rest of a body that is refused may meet a closed connection before the answer is read.
    const tooLarge = await ask('/api/v1/cache/invalidate', 'x'.repeat(2_000_000)).catch(() => undefined);
    if (tooLarge) expect(tooLarge).toMatchObject({ status: 413, body: { status: 413 } });
    expect((await outline(server, 'src/a.ts')).status).toBe(200);
    expect(server.errors()).not.toMatch(/server:/);
  });

  it.each([
    [['--workspace', '/nowhere/at/all'], /does not exist/],
    [[], /--workspace DIR is missing/],
    [['--workspace', '.', '--port', '99999'], /is no port/],
    [['--workspace', 'package.json'], /is no folder/],
    [['--nonsense'], /nonsense/],
  ])('on the command line %j is one clear line', async (args, message) => {
    const child = spawn(process.execPath, [program, ...args]);
    let text = '';
    child.stderr.on('data', (chunk) => {
      text += chunk;
    });
    const [code] = await once(child, 'exit');
    expect(code).toBe(1);
    expect(text).toMatch(message);
    expect(text.trim().split('\n')).toHaveLength(1);
  });
});

describe('policies and the shared level, without VS Code', () => {
  const servers = new Servers();
  afterAll(() => servers.stop());

  it('two servers on one Redis share what one has computed, and what one invalidates is gone on both', async () => {
    const redis = await servers.redis(['--requirepass', 'open sesame']);
    const shared = ['--shared', `redis://127.0.0.1:${redis.port}`];
    const of = async () => {
      const root = temporaryFolder();
      write(root, '.git/config', '[remote "origin"]\n\turl = https://example.org/team/project.git\n');
      write(root, 'src/a.ts', 'export function one() {}\n');
      const server = await start(root, temporaryFolder(), shared, 'open sesame');
      const state = async () => (await server.ask('GET', '/api/v1/cache/stats')).body.levels[2].state;
      await expect.poll(state).toBe('on');
      return server;
    };
    const [one, other] = [await of(), await of()];
    const records = async () =>
      Number(await redisCli(['-p', String(redis.port), '-a', 'open sesame', '--no-auth-warning', 'dbsize']));
    const before = await records();
    expect((await outline(one, 'src/a.ts')).body).toMatchObject({ hit: false });
    await expect.poll(records).toBeGreaterThan(before);
    expect((await outline(other, 'src/a.ts')).body).toMatchObject({ hit: true, level: 'shared' });
    await one.ask('POST', '/api/v1/cache/invalidate', { tag: 'analysis' });
    await expect.poll(async () => (await other.ask('GET', '/api/v1/cache/stats')).body.entries).toBe(0);
    expect(one.errors() + other.errors()).not.toContain('sesame');
  });

  it.each([
    [
      'a policy that does not fit',
      '{"namespaces": {"tool": {"ttl": "soon"}}}',
      'agentCache.namespaces.tool.ttl',
    ],
    [
      'a word where an agent is to say yes or no',
      '{"agents": {"evaluator": {"response": {"sampled": "yes"}}}}',
      'agentCache.agents.evaluator.response.sampled: "yes" does not fit. Fits: true or false.',
    ],
    ['another object', '{"policies": {}}', 'an object with "namespaces", "agents" or both'],
    ['no JSON', 'ttl: soon', 'cannot be read as JSON'],
  ])('does not start under %s, and says why in one line', async (_, text, why) => {
    const folder = temporaryFolder();
    write(folder, 'policies.json', text);
    const args = [program, '--workspace', folder, '--policies', join(folder, 'policies.json')];
    const child = spawn(process.execPath, args);
    let errors = '';
    child.stderr.on('data', (data) => {
      errors += data;
    });
    const [code] = await once(child, 'exit');
    expect(code).toBe(1);
    expect(errors).toContain(why);
    expect(errors.trim().split('\n')).toHaveLength(1);
  });

  it('does not start under limits that do not fit, and says which in one line', async () => {
    const folder = temporaryFolder();
    write(folder, 'limits.json', '{"agentCache.notes.maxNotes": -1, "undo.maxHours": "a day", "cheese": 3}');
    const args = [program, '--workspace', folder, '--limits', join(folder, 'limits.json')];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(
        /notes\.maxNotes: -1 does not fit\..*undo\.maxHours: "a day" does not fit\..*There is no "cheese"\./,
      ),
    ]);
  });

  it('keeps to the policies of its file', async () => {
    const root = project();
    write(root, 'policies.json', '{"namespaces": {"analysis": {"strategy": "none"}}}');
    const server = await start(root, temporaryFolder(), ['--policies', join(root, 'policies.json')]);
    await outline(server, 'src/a.ts');
    expect((await outline(server, 'src/a.ts')).body).toMatchObject({ hit: false, reason: 'bypassed' });
  });
});
