import { AjvJsonSchemaValidator } from '@modelcontextprotocol/server/validators/ajv';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { Policies } from '../../src/cache/policy/scopes.ts';
import { descriptionOf } from '../../src/serve/endpoint.ts';
import { DEFAULT_LIMITS } from '../../src/serve/limits.ts';
import { routes } from '../../src/serve/routes.ts';
import { ToolDesk } from '../../src/serve/tool-desk.ts';
import { TOOLS } from '../../src/tools/catalog.ts';
import { type Address, type Answer, ask, openEngine, serveHere } from './agent-server.ts';
import { exampleCalls } from './tool-examples.ts';

interface Call {
  /** As in the document. */
  readonly route: string;
  readonly path: string;
  readonly body?: unknown;
}

const key = encodeURIComponent('result:a/b');

/** A call of every route, in an order in which each succeeds. */
function calls(match = 'none'): Call[] {
  const tools = exampleCalls().map(({ name, input }): Call => {
    return { route: `POST /api/v1/tools/${name}`, path: `/api/v1/tools/${name}`, body: input };
  });
  return [
    { route: 'GET /healthz', path: '/healthz' },
    { route: 'GET /api/v1/openapi.json', path: '/api/v1/openapi.json' },
    { route: 'POST /api/v1/analysis/{name}', path: '/api/v1/analysis/outline', body: { path: 'src/a.ts' } },
    { route: 'POST /api/v1/analysis/{name}', path: '/api/v1/analysis/outline', body: { path: 'src/a.ts' } },
    { route: 'POST /api/v1/cache/warm', path: '/api/v1/cache/warm', body: {} },
    { route: 'POST /api/v1/cache/warm', path: '/api/v1/cache/warm', body: { glob: 'src/a.*' } },
    { route: 'POST /api/v1/cache/warm', path: '/api/v1/cache/warm', body: { analysis: 'outline' } },
    { route: 'GET /api/v1/alerts', path: '/api/v1/alerts' },
    { route: 'GET /api/v1/answers', path: '/api/v1/answers' },
    { route: 'GET /api/v1/provider-cache', path: '/api/v1/provider-cache' },
    { route: 'POST /api/v1/cache/warm', path: '/api/v1/cache/warm', body: { keys: ['result:of-others'] } },
    { route: 'GET /api/v1/cache/stats', path: '/api/v1/cache/stats' },
    { route: 'GET /metrics', path: '/metrics' },
    { route: 'GET /api/v1/insight/savings', path: '/api/v1/insight/savings?period=30d' },
    { route: 'GET /api/v1/insight/advice', path: '/api/v1/insight/advice' },
    { route: 'GET /api/v1/insight/diagnosis', path: '/api/v1/insight/diagnosis' },
    { route: 'GET /api/v1/insight/miss-ratio', path: '/api/v1/insight/miss-ratio' },
    { route: 'GET /api/v1/metrics/series', path: '/api/v1/metrics/series?range=5m' },
    { route: 'GET /api/v1/export', path: '/api/v1/export?what=entries&format=csv' },
    { route: 'GET /api/v1/export', path: '/api/v1/export' },
    {
      route: 'PUT /api/v1/cache/{key}',
      path: `/api/v1/cache/${key}`,
      body: { value: [1], tags: ['t'], ttl: '1 h', dependsOn: ['src/a.ts', { glob: 'src/*.ts' }] },
    },
    { route: 'GET /api/v1/cache/{key}', path: `/api/v1/cache/${key}` },
    { route: 'POST /api/v1/cache/lookup', path: '/api/v1/cache/lookup', body: { key: 'result:a/b' } },
    { route: 'POST /api/v1/cache/lookup', path: '/api/v1/cache/lookup', body: { key: 'result:none' } },
    { route: 'GET /api/v1/cache/{key}/why', path: `/api/v1/cache/${key}/why` },
    { route: 'GET /api/v1/cache/{key}/why', path: '/api/v1/cache/result%3Anone/why' },
    { route: 'GET /api/v1/cache/entries', path: '/api/v1/cache/entries?limit=1&sort=hits' },
    {
      route: 'POST /api/v1/cache/invalidate',
      path: '/api/v1/cache/invalidate',
      body: { key: 'result:a/b', preview: true },
    },
    { route: 'POST /api/v1/cache/invalidate', path: '/api/v1/cache/invalidate', body: { key: 'result:a/b' } },
    { route: 'GET /api/v1/cache/undo', path: '/api/v1/cache/undo' },
    { route: 'POST /api/v1/cache/undo', path: '/api/v1/cache/undo', body: {} },
    { route: 'DELETE /api/v1/cache/{key}', path: `/api/v1/cache/${key}` },
    {
      route: 'POST /api/v1/notes',
      path: '/api/v1/notes',
      body: { key: 'n', text: 'x', files: ['src/a.ts'] },
    },
    { route: 'GET /api/v1/notes', path: '/api/v1/notes?query=x&stale=true' },
    { route: 'GET /api/v1/notes/{key}', path: '/api/v1/notes/n' },
    { route: 'DELETE /api/v1/notes/{key}', path: '/api/v1/notes/n' },
    { route: 'POST /api/v1/notes/{key}/restore', path: '/api/v1/notes/n/restore' },
    { route: 'POST /api/v1/sessions', path: '/api/v1/sessions', body: { id: 's', state: { a: 1 } } },
    { route: 'GET /api/v1/sessions', path: '/api/v1/sessions' },
    {
      route: 'POST /api/v1/sessions/{id}/messages',
      path: '/api/v1/sessions/s/messages',
      body: { messages: [{ role: 'user', content: 'x' }] },
    },
    { route: 'GET /api/v1/sessions/{id}', path: '/api/v1/sessions/s?last=10' },
    { route: 'PUT /api/v1/sessions/{id}/state', path: '/api/v1/sessions/s/state', body: { patch: { b: 2 } } },
    { route: 'DELETE /api/v1/sessions/{id}', path: '/api/v1/sessions/s' },
    { route: 'GET /api/v1/answers/matches', path: '/api/v1/answers/matches' },
    {
      route: 'POST /api/v1/answers/matches/{id}',
      path: `/api/v1/answers/matches/${match}`,
      body: { marked: 'wrong' },
    },
    { route: 'GET /api/v1/tools', path: '/api/v1/tools' },
    ...tools,
  ];
}

/** These speak MCP: `mcp.test.ts` calls them as its clients do. */
const MCP = ['POST /mcp', 'GET /mcp', 'DELETE /mcp'];

// biome-ignore lint/suspicious/noExplicitAny: a document of JSON
async function documentOf(server: Address): Promise<any> {
  return (await ask(server, 'GET', '/api/v1/openapi.json')).body;
}

/** Each as `METHOD /path`. */
// biome-ignore lint/suspicious/noExplicitAny: a document of JSON
function operations(document: any): Map<string, any> {
  return new Map(
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods as object).map(([method, operation]) => [
        `${method.toUpperCase()} ${path}`,
        operation,
      ]),
    ),
  );
}

const ajv = new AjvJsonSchemaValidator();
function violation(schema: object, value: unknown): string | undefined {
  const result = ajv.getValidator(schema as never)(value);
  return result.valid ? undefined : result.errorMessage;
}

/** Throws unless the answer is one that the document promises. */
// biome-ignore lint/suspicious/noExplicitAny: a document of JSON
function expectPromised(document: any, route: string, { status, headers, body }: Answer): void {
  const promised = operations(document).get(route)?.responses[status];
  expect([route, status, promised]).toEqual([route, status, expect.anything()]);
  const name = promised.$ref?.split('/').at(-1);
  const { content } = name === undefined ? promised : document.components.responses[name];
  const type = headers.get('content-type')?.split(';')[0] ?? '';
  const { schema } = content[type] ?? {};
  const problem = document.components.schemas.Problem;
  const violated = violation(schema?.$ref === undefined ? schema : problem, body);
  expect([route, status, violated]).toEqual([route, status, undefined]);
}

describe('the OpenAPI document', () => {
  it('has every route that is answered, and no other', async () => {
    const { engine } = await openEngine();
    const mcp = new Hono();
    const desk = new ToolDesk(engine, undefined, () => []);
    const parts = { engine, token: 't', desk, limits: DEFAULT_LIMITS, plain: (text: string) => text, mcp };
    const app = routes(parts);
    // What goes on to a provider is described by the provider.
    const elsewhere = ['/*', '/openai/*', '/anthropic/*'];
    const undescribed = app.routes.filter(
      ({ handler, path }) => !descriptionOf(handler) && !elsewhere.includes(path),
    );
    expect(undescribed.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
    const { server } = await serveHere();
    const answered = app.routes.flatMap(({ method, path, handler }) =>
      descriptionOf(handler) ? [`${method} ${path.replace(/:(\w+)/g, '{$1}')}`] : [],
    );
    expect([...operations(await documentOf(server)).keys()].sort()).toEqual([...answered, ...MCP].sort());
  });

  it('is kept: each route answers as it says', async () => {
    const policies = new Policies({ global: { response: { strategy: 'semantic' } } });
    const { server, problems, engine } = await serveHere(
      {},
      await openEngine(undefined, undefined, { policies }),
    );
    const question = { namespace: 'response', agent: 'tester', fingerprint: 'f', text: 'Explain it' };
    engine.matching.add(question, 'response:a');
    await expect.poll(() => engine.matching.data().matching.questions).toBe(1);
    const { match } = await engine.matching.find({ ...question, text: 'explain it' });
    const document = await documentOf(server);
    const called = new Set(MCP);
    for (const { route, path, body } of calls(match?.id)) {
      const [method = ''] = route.split(' ');
      const answer = await ask(server, method, path, body);
      expect([route, path, answer.status, answer.body]).toEqual([route, path, 200, expect.anything()]);
      expectPromised(document, route, answer);
      called.add(route);
    }
    const needsEditor = TOOLS.filter((tool) => tool.needsLanguageHost).map(
      ({ name }) => `POST /api/v1/tools/${name}`,
    );
    expect([...called, ...needsEditor].sort()).toEqual([...operations(document).keys()].sort());
    expect(problems).toEqual([]);
  });

  it('is kept in what goes wrong too', async () => {
    const { server } = await serveHere({ limits: { perSecond: 1000, burst: 1000 } });
    const document = await documentOf(server);
    for (const { route, path, body } of calls()) {
      const [method = ''] = route.split(' ');
      const refused = [
        await ask(server, method, path, body, { authorization: '' }),
        await ask(server, method, path, body, { origin: 'https://evil.example' }),
        await ask(server, method, `${path.split('?')[0]}?nonsense=1`, body),
        ...(body === undefined ? [] : [await ask(server, method, path, '{')]),
        ...(body === undefined ? [] : [await ask(server, method, path, ' '.repeat(1024 * 1024 + 1))]),
      ];
      const statuses = refused.map(({ status }) => status);
      const wanted = [401, 403, 400, ...(body === undefined ? [] : [400, 413])];
      if (!path.endsWith('openapi.json')) expect([route, statuses]).toEqual([route, wanted]);
      for (const answer of refused.slice(0, 2)) expectPromised(document, route, answer);
      for (const answer of refused.slice(2))
        if (answer.status !== 200) expectPromised(document, route, answer);
    }
  });

  it('describes what goes in well enough to be refused by it', async () => {
    const { server } = await serveHere();
    const document = await documentOf(server);
    for (const { route, body } of calls()) {
      const { requestBody } = operations(document).get(route);
      expect([route, requestBody !== undefined]).toEqual([route, body !== undefined]);
      if (!requestBody) continue;
      const { schema } = requestBody.content['application/json'];
      expect([route, violation(schema, body)]).toEqual([route, undefined]);
      if (!route.includes('/analysis/'))
        expect([route, violation(schema, { nonsense: 1 })]).toEqual([route, expect.any(String)]);
    }
  });

  it('tells no token and no path of this machine', async () => {
    const { server, root, storage } = await serveHere();
    const text = JSON.stringify(await documentOf(server));
    for (const secret of [server.token, root, storage, process.env.HOME ?? root])
      expect(text).not.toContain(secret);
  });
});

describe('what a request wants of the cache', () => {
  const outline = (server: Address, headers: Record<string, string>) =>
    ask(server, 'POST', '/api/v1/analysis/outline', { path: 'src/a.ts' }, headers);

  it('is said in headers: who asks, for how long, under which tags', async () => {
    const { server } = await serveHere();
    const request = JSON.stringify({ ttl: '1 h', tags: ['task/7'] });
    const headers = { 'x-agent-cache-agent': 'reviewer', 'x-agent-cache-request': request };
    expect((await outline(server, headers)).body).toMatchObject({ hit: false });
    const { body } = await ask(server, 'GET', '/api/v1/cache/entries?agent=reviewer');
    expect(body.entries).toMatchObject([
      { tags: expect.arrayContaining(['agent:reviewer', 'task/7']), expiresAt: expect.any(Number) },
    ]);
  });

  it('can be not to be kept, or to be computed anew', async () => {
    const { server } = await serveHere();
    const noStore = { 'cache-control': 'no-store' };
    expect((await outline(server, noStore)).body).toMatchObject({ hit: false });
    expect((await ask(server, 'GET', '/api/v1/cache/entries')).body.total).toBe(0);
    expect((await outline(server, {})).body).toMatchObject({ hit: false });
    expect((await outline(server, {})).body).toMatchObject({ hit: true });
    expect((await outline(server, { 'cache-control': 'no-cache' })).body).toMatchObject({ hit: false });
    expect((await outline(server, noStore)).body).toMatchObject({ hit: false, reason: 'bypassed' });
  });

  it('is refused in a sentence when it does not fit', async () => {
    const { server } = await serveHere();
    for (const [headers, why] of [
      [{ 'x-agent-cache-request': '{' }, /JSON/],
      [{ 'x-agent-cache-request': '{"ttl":"soon"}' }, /ttl: /],
      [{ 'x-agent-cache-request': '7' }, /object/],
      [{ 'x-agent-cache-agent': 'x'.repeat(101) }, /1 to 100/],
    ] as const) {
      const { status, body } = await outline(server, headers);
      expect([headers, status, body.detail]).toEqual([headers, 400, expect.stringMatching(why)]);
    }
  });

  it('is heard by the tools as well', async () => {
    const { server } = await serveHere();
    const tool = (headers: Record<string, string>) =>
      ask(server, 'POST', '/api/v1/tools/outline', { path: 'src/a.ts' }, headers);
    expect((await tool({ 'cache-control': 'no-store' })).body.cache).toMatchObject({ reason: 'bypassed' });
    await tool({ 'x-agent-cache-agent': 'reviewer' });
    expect((await ask(server, 'GET', '/api/v1/cache/entries?agent=reviewer')).body.total).toBe(1);
  });
});

it('a tool that is switched off is gone from REST too', async () => {
  const { server } = await serveHere({ disabledTools: () => ['outline'] });
  const { body } = await ask(server, 'GET', '/api/v1/tools');
  expect(body.tools.map(({ name }: { name: string }) => name)).not.toContain('outline');
  const gone = await ask(server, 'POST', '/api/v1/tools/outline', { path: 'src/a.ts' });
  expect(gone).toMatchObject({ status: 404, body: { detail: expect.stringMatching(/switched off/) } });
});
