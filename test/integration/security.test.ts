import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect as open, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { TOOLS } from '../../src/tools/catalog.ts';
import { PREFIX } from '../../src/tools/tool.ts';
import { temporaryFolder, write } from '../support/workspace.ts';
import { type Address, ask, connect, project, serveHeadless, serveHere } from './agent-server.ts';

const JSON_TYPES = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

/** As `fetch` will not: with any `Host`, and a body in pieces until the server has had enough. */
function raw(
  { url, token }: Address,
  method: string,
  path: string,
  headers: Record<string, string | undefined> = {},
  body: Iterable<string | Buffer> = [],
): Promise<{ status: number | undefined; text: string; sent: number }> {
  return new Promise((resolve) => {
    const all = { authorization: `Bearer ${token}`, ...headers };
    const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    let sent = 0;
    const asked = request(url + path, { method, agent: false, headers: given }, async (response) => {
      let text = '';
      try {
        for await (const chunk of response) text += chunk;
      } finally {
        resolve({ status: response.statusCode, text, sent });
        asked.destroy();
      }
    });
    asked.on('error', () => resolve({ status: undefined, text: '', sent }));
    const pieces = body[Symbol.iterator]();
    const more = () => {
      for (;;) {
        const { done, value } = pieces.next();
        if (done) return void asked.end();
        sent += value.length;
        if (!asked.write(value)) return void asked.once('drain', more);
      }
    };
    more();
  });
}

/** A connection, and all that came over it until the server ended it. */
function dial({ url }: Address): { socket: Socket; ended: Promise<string> } {
  const socket = open(Number(new URL(url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', () => {});
  return { socket, ended: new Promise((resolve) => void socket.once('close', () => resolve(text))) };
}

/** What a process holds, MB. */
function residentMb(pid: number | undefined): number {
  const [, kb = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) / 1024;
}

async function answers(server: Address): Promise<void> {
  const { status, body } = await ask(server, 'POST', '/api/v1/tools/outline', { path: 'src/a.ts' });
  expect([status, body.symbols]).toEqual([200, ['1 function one']]);
}

describe('whoever has no business here', () => {
  it.each<[string, Record<string, string | undefined>, number]>([
    ['without a token', { authorization: undefined }, 401],
    ['with a wrong token', { authorization: 'Bearer wrong' }, 401],
    ['with another scheme', { authorization: 'Basic eDp5' }, 401],
    ['by a foreign name', { host: 'evil.example' }, 403],
    ['by a name that begins as ours', { host: '127.0.0.1.evil.example' }, 403],
    ['from a foreign page', { origin: 'https://evil.example' }, 403],
    ['from a page without an origin', { origin: 'null' }, 403],
    ['from a page of another scheme', { origin: 'file://127.0.0.1' }, 403],
  ])('is refused %s, wherever', async (_, headers, status) => {
    const { server, root, storage } = await serveHere();
    const initialize = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params: {} });
    for (const [method, path, body] of [
      ['GET', '/healthz', []],
      ['GET', '/api/v1/openapi.json', []],
      ['GET', '/nowhere', []],
      ['POST', '/api/v1/tools/outline', ['{"path":"src/a.ts"}']],
      ['PUT', '/api/v1/cache/result%3Ax', ['{"value":1}']],
      ['POST', '/mcp', [initialize]],
      ['GET', '/mcp', []],
      ['DELETE', '/mcp', []],
    ] as const) {
      const answer = await raw(server, method, path, { ...JSON_TYPES, ...headers }, body);
      expect([method, path, answer.status]).toEqual([method, path, status]);
      for (const secret of [server.token, root, storage]) expect(answer.text).not.toContain(secret);
    }
    expect((await ask(server, 'GET', '/api/v1/cache/entries')).body.total).toBe(0);
    await answers(server);
  });

  it.each([
    ['without a name', 'HTTP/1.1\r\nhost:', 403],
    ['in a manner that needs no name', 'HTTP/1.0', 403],
    ['without what every request has', 'HTTP/1.1', 400],
    ['by two names', 'HTTP/1.1\r\nhost: 127.0.0.1\r\nhost: evil.example', 403],
    ['by an address that names another', 'HTTP/1.1\r\nhost: evil.example', 403, 'http://127.0.0.1'],
  ])('is refused %s', async (_, rest, status, before = '') => {
    const { server } = await serveHere();
    const { socket, ended } = dial(server);
    const token = `authorization: Bearer ${server.token}`;
    socket.write(`GET ${before}/healthz ${rest}\r\n${token}\r\nconnection: close\r\n\r\n`);
    expect(await ended).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it('finds no word of the server that only its owner should read', async () => {
    const { child, storage, server } = await serveHeadless();
    const [file = ''] = readdirSync(storage).filter((name) => name.startsWith('server-'));
    expect(statSync(join(storage, file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(join(storage, file), 'utf8'))).toMatchObject({
      ...server,
      pid: child.pid,
    });
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(readdirSync(storage).filter((name) => name.startsWith('server-'))).toEqual([]);
  });
});

describe('files outside the workspace', () => {
  const SECRET = 'unlikelySecretName';

  it('are read by no tool, no analysis and no declaration, whichever way they are named', async () => {
    const root = project();
    const outside = temporaryFolder();
    write(outside, 'secret.ts', `export function ${SECRET}() {}\n`);
    symlinkSync(join(outside, 'secret.ts'), join(root, 'src/link.ts'));
    symlinkSync('link.ts', join(root, 'src/chain.ts'));
    symlinkSync(outside, join(root, 'linked'));
    const { server } = await serveHeadless(root);
    const paths = [
      `${outside}/secret.ts`,
      `../${outside.split('/').at(-1)}/secret.ts`,
      `src/../../${outside.split('/').at(-1)}/secret.ts`,
      'src/link.ts',
      'src/chain.ts',
      'linked/secret.ts',
      'src\\..\\..\\secret.ts',
      'src/a.ts\0.png',
      '%2e%2e/secret.ts',
    ];
    const client = await connect(server);
    for (const path of paths) {
      const asked = [
        await ask(server, 'POST', '/api/v1/analysis/outline', { path }),
        await ask(server, 'POST', '/api/v1/analysis/imports', { path }),
        await ask(server, 'POST', '/api/v1/tools/outline', { path }),
        await ask(server, 'PUT', '/api/v1/cache/result%3Ax', { value: 1, dependsOn: [path] }),
        await ask(server, 'PUT', '/api/v1/cache/result%3Ax', { value: 1, dependsOn: [{ file: path }] }),
      ];
      for (const { status, body } of asked) {
        expect([path, status, body.detail]).toEqual([path, expect.any(Number), expect.stringMatching(/\w/)]);
        expect([400, 422]).toContain(status);
        expect(JSON.stringify(body)).not.toContain(SECRET);
      }
      for (const { name, input, needsLanguageHost } of TOOLS) {
        if (needsLanguageHost || !input.safeParse({ path: 'src/a.ts' }).success) continue;
        const result = await client.callTool({ name: PREFIX + name, arguments: { path } });
        expect([name, path, JSON.stringify(result).includes(SECRET)]).toEqual([name, path, false]);
      }
    }
    const folder = { value: 1, dependsOn: [{ folder: 'linked' }] };
    expect((await ask(server, 'PUT', '/api/v1/cache/result%3Ax', folder)).status).toBe(422);
    const warm = await ask(server, 'POST', '/api/v1/cache/warm', { glob: '**/*.ts' });
    expect(warm.status).toBe(200);
    const { body } = await ask(server, 'GET', '/api/v1/cache/entries?limit=1000');
    // Nothing that is read from a file is kept of any of them.
    const kept = JSON.stringify(body).match(/analysis:(?:outline|imports):\d+:[^"]*(?:link|chain)[^"]*/);
    expect(kept).toBeNull();
    await answers(server);
  });
});

describe('what is not as it should be', () => {
  it('is a clear answer, and the server goes on as before', async () => {
    const { server, problems } = await serveHere();
    const nested = (text: string) => text.repeat(100_000);
    const deep = [nested('['), nested('[') + nested(']'), nested('{"a":'), `{"path":${nested('[')}`];
    const malformed = ['', '{', '{"path":', 'undefined', '\0', '[1,]', '{"a":1}}', '\ud800'];
    for (const body of [...malformed, ...deep]) {
      for (const path of ['/api/v1/tools/outline', '/api/v1/cache/lookup', '/api/v1/cache/invalidate']) {
        const { status, body: problem } = await ask(server, 'POST', path, body);
        expect([body.slice(0, 20), path, status, problem.detail.length < 500]).toEqual([
          body.slice(0, 20),
          path,
          400,
          true,
        ]);
      }
      const mcp = await ask(server, 'POST', '/mcp', body, JSON_TYPES);
      expect([body.slice(0, 20), mcp.status, mcp.body.error?.code]).toEqual([
        body.slice(0, 20),
        400,
        -32_700,
      ]);
    }
    for (const message of [[], {}, { jsonrpc: '1.0' }, { jsonrpc: '2.0', id: 1 }, 7, null, [[]]]) {
      const { status } = await ask(server, 'POST', '/mcp', JSON.stringify(message), JSON_TYPES);
      expect([message, status]).toEqual([message, 400]);
    }
    const plain = await ask(server, 'POST', '/mcp', '{}', { ...JSON_TYPES, 'content-type': 'text/plain' });
    expect(plain.status).toBe(415);
    await answers(server);
    expect(problems).toEqual([]);
  });

  it('pollutes no prototype', async () => {
    const { server, engine } = await serveHere();
    const polluting =
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"path":"src/a.ts"}';
    for (const path of [
      'tools/outline',
      'analysis/outline',
      'cache/lookup',
      'cache/invalidate',
      'cache/undo',
    ])
      await ask(server, 'POST', `/api/v1/${path}`, polluting);
    await ask(server, 'PUT', '/api/v1/cache/result%3Ap', `{"value":${polluting}}`);
    await ask(
      server,
      'POST',
      '/api/v1/cache/lookup',
      '{"namespace":"tool","parts":{"__proto__":{"polluted":1}}}',
    );
    await ask(server, 'GET', '/api/v1/cache/entries?__proto__=1&constructor=2');
    const asking = { 'x-agent-cache-request': '{"__proto__":{"polluted":1}}' };
    await ask(server, 'POST', '/api/v1/tools/outline', { path: 'src/a.ts' }, asking);
    const client = await connect(server);
    const hostile = JSON.parse(polluting);
    await client.callTool({ name: `${PREFIX}outline`, arguments: hostile, _meta: { agentCache: hostile } });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
    const stored = await engine.workspace.get<object>('result:p');
    expect(Object.getPrototypeOf(stored)).toBe(Object.prototype);
    await answers(server);
  });

  it('may be long: addresses and headers of ten thousand characters and more', async () => {
    const { server } = await serveHere();
    const long = 'x'.repeat(10_000);
    for (const path of [
      `/${long}`,
      `/api/v1/cache/${long}`,
      `/api/v1/cache/result%3A${long}`,
      `/api/v1/cache/entries?tag=${long}`,
      `/api/v1/analysis/${long}`,
      `/healthz?${long}`,
    ]) {
      const { status, body } = await ask(server, path.includes('analysis') ? 'POST' : 'GET', path);
      expect([path.slice(0, 40), status >= 400 && status < 500]).toEqual([path.slice(0, 40), true]);
      expect(body.detail.length).toBeLessThanOrEqual(1000);
    }
    // Who goes on sending may meet the closed connection before the answer is read.
    const address = await raw(server, 'GET', `/${'x'.repeat(100_000)}`);
    const header = await raw(server, 'GET', '/healthz', { 'x-long': 'x'.repeat(100_000) });
    for (const { status } of [address, header]) expect([431, undefined]).toContain(status);
    await answers(server);
  });

  it('is told without a word of where on this machine', async () => {
    const { server, engine, root, storage } = await serveHere();
    engine.recorder.problem('file', new Error(`ENOSPC: no space left, write '${storage}/cache.sqlite'`));
    engine.recorder.problem('shared', new Error(`EACCES: ${root}/.git/config`));
    const told = [await ask(server, 'GET', '/healthz'), await ask(server, 'GET', '/api/v1/cache/stats')].map(
      ({ body }) => JSON.stringify(body),
    );
    expect(told[0]).toContain('(storage)/cache.sqlite');
    for (const text of told)
      for (const path of [root, storage, server.token]) expect(text).not.toContain(path);
  });
});

describe('a client that goes away', () => {
  it('has its computation stopped, and is no problem of the server', async () => {
    const { server, engine, problems } = await serveHere();
    let aborted = 0;
    vi.spyOn(engine.runner, 'run').mockImplementation((_name, _params, options = {}) => {
      return new Promise((_resolve, reject) =>
        options.signal?.addEventListener('abort', () => {
          aborted++;
          reject(new Error('given up'));
        }),
      );
    });
    for (const path of ['/api/v1/analysis/outline', '/api/v1/tools/outline']) {
      const was = aborted;
      const { socket } = dial(server);
      const body = '{"path":"src/a.ts"}';
      const head = `host: 127.0.0.1\r\nauthorization: Bearer ${server.token}\r\ncontent-length: ${body.length}`;
      socket.write(`POST ${path} HTTP/1.1\r\n${head}\r\n\r\n${body}`);
      await expect.poll(() => vi.mocked(engine.runner.run).mock.calls.length).toBe(was + 1);
      socket.destroy();
      await expect.poll(() => aborted).toBe(was + 1);
    }
    vi.mocked(engine.runner.run).mockRestore();
    await answers(server);
    expect(problems).toEqual([]);
  });
});

describe('too much', () => {
  it.each([
    ['announced', { 'content-length': String(100 * 1024 * 1024) }],
    ['in pieces that nobody counted', { 'transfer-encoding': 'chunked' }],
  ])('of a body, %s, is cut off early and kept nowhere', async (_, headers) => {
    const { server, child } = await serveHeadless();
    await answers(server);
    const before = residentMb(child.pid);
    const piece = Buffer.alloc(64 * 1024, ' ');
    for (const path of ['/api/v1/cache/lookup', '/mcp', '/api/v1/tools/outline']) {
      const pieces = Array<Buffer>(1600).fill(piece);
      const answer = await raw(server, 'POST', path, { ...JSON_TYPES, ...headers }, pieces);
      // Who goes on sending may meet the closed connection before the answer is read.
      expect([413, undefined]).toContain(answer.status);
      expect(answer.sent).toBeLessThan(80 * 1024 * 1024);
    }
    expect(residentMb(child.pid) - before).toBeLessThan(150);
    await answers(server);
  });

  it('is told to whoever sent it, each time, and the next request is answered', async () => {
    const { server } = await serveHere();
    const large = ' '.repeat(1024 * 1024 + 1);
    for (let i = 0; i < 20; i++) {
      const refused = await ask(server, 'POST', '/api/v1/cache/undo', large);
      expect([refused.status, refused.headers.get('connection')]).toEqual([413, 'close']);
      const unread = await ask(server, 'POST', '/nowhere', large.slice(1));
      expect([unread.status, unread.headers.get('connection')]).toEqual([404, 'close']);
      const fine = await ask(server, 'GET', '/healthz');
      expect([fine.status, fine.headers.get('connection')]).toEqual([200, 'keep-alive']);
    }
  });

  it('at once is refused until it is less, and says when to come again', async () => {
    const { server } = await serveHere({ limits: { perSecond: 1, burst: 50 } });
    const all = await Promise.all(Array.from({ length: 120 }, () => ask(server, 'GET', '/healthz')));
    const refused = all.filter(({ status }) => status === 429);
    expect(all.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(50);
    expect(refused.length).toBeGreaterThan(20);
    for (const { headers, body } of refused) {
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(body).toMatchObject({ status: 429, detail: expect.stringMatching(/^Try again in \d+ s\.$/) });
    }
  });

  it('from those who are refused anyway keeps nobody else out', async () => {
    const { server } = await serveHere({ limits: { perSecond: 1, burst: 50 } });
    const wrong = { authorization: 'Bearer wrong' };
    const all = await Promise.all(
      Array.from({ length: 120 }, () => ask(server, 'GET', '/healthz', undefined, wrong)),
    );
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([401, 429]));
    await answers(server);
  });

  it('for seconds on end is survived: thousands of requests, as fast as they come', async () => {
    const { server, child } = await serveHeadless();
    await answers(server);
    const agent = new Agent({ keepAlive: true, maxSockets: 32 });
    onTestFinished(() => agent.destroy());
    const headers = { authorization: `Bearer ${server.token}` };
    const one = () =>
      new Promise<number>((resolve, reject) => {
        const asked = request(`${server.url}/healthz`, { agent, headers }, (response: IncomingMessage) => {
          response.resume().on('end', () => resolve(response.statusCode ?? 0));
        });
        asked.on('error', reject).end();
      });
    const counts = new Map<number, number>();
    const flood = async (requests: number) => {
      let left = requests;
      const work = async () => {
        while (left-- > 0) {
          const status = await one();
          counts.set(status, (counts.get(status) ?? 0) + 1);
        }
      };
      await Promise.all(Array.from({ length: 32 }, work));
    };
    await flood(2000);
    const before = residentMb(child.pid);
    await flood(6000);
    expect([...counts.keys()].filter((status) => status !== 200 && status !== 429)).toEqual([]);
    expect(counts.get(200)).toBeGreaterThan(2000);
    expect(residentMb(child.pid) - before).toBeLessThan(200);
    await expect.poll(one).toBe(200);
    await answers(server);
  });

  it('of sessions ends the oldest, and their number stays', async () => {
    const { server } = await serveHere({ limits: { sessions: 5 } });
    const params = {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'x', version: '1' },
    };
    const initialize = { jsonrpc: '2.0', id: 0, method: 'initialize', params };
    const ids: string[] = [];
    for (let i = 0; i < 50; i++) {
      const { headers } = await ask(server, 'POST', '/mcp', initialize, JSON_TYPES);
      ids.push(headers.get('mcp-session-id') ?? '');
    }
    const ping = async (id: string) => {
      const headers = { ...JSON_TYPES, 'mcp-session-id': id };
      return (await ask(server, 'POST', '/mcp', { jsonrpc: '2.0', id: 1, method: 'ping' }, headers)).status;
    };
    const statuses = await Promise.all(ids.map(ping));
    expect(statuses.filter((status) => status === 200)).toHaveLength(5);
    expect(statuses.filter((status) => status === 404)).toHaveLength(45);
  });
});

describe('a client that takes its time', () => {
  it.each([
    ['says nothing', () => ['']],
    ['drips its headers', () => ['GET /healthz HTTP/1.1\r\n', ...Array<string>(1000).fill('x-a: 1\r\n')]],
    [
      'drips its body',
      (token: string) => [
        `POST /api/v1/cache/lookup HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\ncontent-length: 1000\r\n\r\n`,
        ...Array<string>(1000).fill(' '),
      ],
    ],
    [
      'drips its body to MCP, in chunks',
      (token: string) => [
        `POST /mcp HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
        ...Array<string>(1000).fill('1\r\n \r\n'),
      ],
    ],
  ])('is ended when it %s, and others are served meanwhile', async (_, pieces) => {
    const { server } = await serveHere({ limits: { headersMs: 300, requestMs: 600 } });
    const { socket, ended } = dial(server);
    const drip = (async () => {
      for (const piece of pieces(server.token)) {
        if (socket.destroyed) return;
        socket.write(piece);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    await answers(server);
    expect(await ended).toMatch(/^$|408/);
    await drip;
    await answers(server);
  });

  it('is one of a bounded number', async () => {
    const { server } = await serveHere({ limits: { connections: 10 } });
    const idle = Array.from({ length: 30 }, () => dial(server));
    await Promise.race(idle.map(({ ended }) => ended)); // there is no room for all
    await expect.poll(() => idle.filter(({ socket }) => socket.destroyed).length).toBeGreaterThanOrEqual(20);
    expect(idle.filter(({ socket }) => !socket.destroyed).length).toBeGreaterThan(0);
    for (const { socket } of idle) socket.destroy();
    await expect
      .poll(() =>
        answers(server).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
  });
});
