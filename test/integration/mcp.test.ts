import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { describe, expect, it, vi } from 'vitest';
import { findServer } from '../../src/serve/connection-file.ts';
import { TOOLS } from '../../src/tools/catalog.ts';
import { PREFIX } from '../../src/tools/tool.ts';
import { temporaryFolder, write } from '../support/workspace.ts';
import { connect, ERAS, openEngine, serveHeadless, serveHere } from './agent-server.ts';
import { exampleCalls } from './tool-examples.ts';

const OUTLINE = `${PREFIX}outline`;
const usable = TOOLS.filter(({ needsLanguageHost }) => !needsLanguageHost).map(({ name }) => PREFIX + name);

const outline = (client: Client, path: string, meta?: object, signal?: AbortSignal) =>
  client.callTool(
    { name: OUTLINE, arguments: { path }, ...(meta && { _meta: meta as Record<string, unknown> }) },
    signal && { signal },
  );

// biome-ignore lint/suspicious/noExplicitAny: each test reads the fields it is about
const given = (result: Awaited<ReturnType<Client['callTool']>>): any => result.structuredContent;
const said = (result: Awaited<ReturnType<Client['callTool']>>) =>
  (result.content[0] as { readonly text: string }).text;

async function everything(client: Client): Promise<void> {
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(usable);
  for (const { name, input } of exampleCalls()) {
    const result = await client.callTool({ name: PREFIX + name, arguments: { ...input } });
    expect([name, result.isError ?? false, said(result)]).toEqual([name, false, expect.any(String)]);
    expect(JSON.parse(said(result))).toEqual(result.structuredContent);
  }
}

describe.each(ERAS)('MCP, by %s', (era) => {
  it('lists every tool of the catalog and answers each, over a server in this process', async () => {
    const { server, problems } = await serveHere();
    await everything(await connect(server, era));
    expect(problems).toEqual([]);
  });

  it('does the same over the headless server', async () => {
    const { server } = await serveHeadless();
    await everything(await connect(server, era));
  });

  it('says what each tool does to the cache, what goes in and what comes out', async () => {
    const { server } = await serveHere();
    const client = await connect(server, era);
    expect(client.getInstructions()).toMatch(/never need to invalidate/);
    expect(client.getServerVersion()).toMatchObject({ name: 'agent-cache-explorer' });
    const { tools } = await client.listTools();
    for (const [i, tool] of tools.entries()) {
      const { title, description, effect } =
        TOOLS.filter(({ needsLanguageHost }) => !needsLanguageHost)[i] ?? {};
      expect(tool).toMatchObject({
        title,
        description,
        inputSchema: { type: 'object' },
        outputSchema: { type: 'object' },
        annotations: {
          readOnlyHint: effect === 'reads',
          destructiveHint: effect === 'removes',
          openWorldHint: false,
        },
      });
    }
  });

  it('serves from the cache, and the new answer right after a write', async () => {
    const { server, root } = await serveHere();
    const client = await connect(server, era);
    expect(given(await outline(client, 'src/a.ts'))).toMatchObject({ cache: { hit: false } });
    expect(given(await outline(client, 'src/a.ts'))).toMatchObject({ cache: { hit: true, level: 'memory' } });
    for (let i = 0; i < 20; i++) {
      write(root, 'src/a.ts', `export function f${i}() {}\n`);
      expect(given(await outline(client, 'src/a.ts')).symbols).toEqual([`1 function f${i}`]);
    }
  });

  it('knows the agent by the name of its client', async () => {
    const { server, engine } = await serveHere();
    const client = await connect(server, era);
    await outline(client, 'src/a.ts');
    const [entry] = [...engine.workspace.cache.entries()];
    expect(entry?.stamp.marks.tags).toContain('agent:test-agent');
  });

  it('takes what one request wants of the cache, and says what of it does not fit', async () => {
    const { server, engine } = await serveHere();
    const client = await connect(server, era);
    await outline(client, 'src/a.ts', { agentCache: { tags: ['task/7'], ttl: '1 h' } });
    const [entry] = [...engine.workspace.cache.entries()];
    expect(entry?.stamp.marks.tags).toContain('task/7');
    expect(entry?.expiresAt).toBeGreaterThan(0);
    const off = { agentCache: { cache: 'off' } };
    expect(given(await outline(client, 'src/a.ts', off)).cache).toMatchObject({ reason: 'bypassed' });
    for (const [agentCache, field] of [
      [{ cache: 'on' }, /cache: /],
      [{ ttl: 'soon' }, /ttl: /],
      [{ tags: 'x' }, /tags: /],
      [{ nonsense: 1 }, /nonsense: /],
      ['off', /object/],
    ] as const) {
      const refused = await outline(client, 'src/a.ts', { agentCache });
      expect([refused.isError, said(refused)]).toEqual([true, expect.stringMatching(field)]);
    }
  });

  it('answers a hundred calls at once', async () => {
    const { server, root } = await serveHere();
    for (let i = 0; i < 100; i++) write(root, `src/f${i}.ts`, `export function f${i}() {}\n`);
    const client = await connect(server, era);
    const all = await Promise.all(Array.from({ length: 100 }, (_, i) => outline(client, `src/f${i}.ts`)));
    expect(all.map((result) => given(result).symbols)).toEqual(
      Array.from({ length: 100 }, (_, i) => [`1 function f${i}`]),
    );
  });

  it('stops computing what a client no longer wants, and goes on', async () => {
    const { server, engine, problems } = await serveHere();
    const client = await connect(server, era);
    let begun = 0;
    let aborted = 0;
    const never = vi.spyOn(engine.runner, 'run').mockImplementation((_name, _params, options = {}) => {
      begun++;
      return new Promise((_resolve, reject) => {
        options.signal?.addEventListener('abort', () => {
          aborted++;
          reject(options.signal?.reason);
        });
      });
    });
    const controllers = Array.from({ length: 10 }, () => new AbortController());
    const calls = controllers.map(({ signal }) => outline(client, 'src/a.ts', undefined, signal));
    const settled = Promise.allSettled(calls);
    await expect.poll(() => begun).toBe(10);
    for (const controller of controllers) controller.abort();
    expect((await settled).every(({ status }) => status === 'rejected')).toBe(true);
    await expect.poll(() => aborted).toBe(10);
    never.mockRestore();
    expect(given(await outline(client, 'src/a.ts')).symbols).toEqual(['1 function one']);
    expect(problems).toEqual([]);
  });

  it('tells bad arguments as a result that names the field, and the caller reads why', async () => {
    const { server, root, problems } = await serveHere();
    const client = await connect(server, era);
    const outside = temporaryFolder();
    write(outside, 'secret.ts', 'export function secret() {}\n');
    symlinkSync(join(outside, 'secret.ts'), join(root, 'src/link.ts'));
    symlinkSync(outside, join(root, 'linked'));
    for (const [input, why] of [
      [{}, /path: /],
      [{ path: 7 }, /path: /],
      [{ path: 'src/a.ts', maxTokens: 1 }, /maxTokens: /],
      [{ path: 'src/a.ts', nonsense: 1 }, /nonsense/],
      [{ path: '../x.ts' }, /path: .*\.\./],
      [{ path: '/etc/passwd' }, /path: .*absolute/],
      [{ path: 'src/none.ts' }, /No such file/],
      [{ path: 'src/link.ts' }, /leads out of the workspace/],
      [{ path: 'linked/secret.ts' }, /leads out of the workspace/],
    ] as const) {
      const result = await client.callTool({ name: OUTLINE, arguments: input });
      expect([input, result.isError, said(result)]).toEqual([input, true, expect.stringMatching(why)]);
      expect(said(result)).not.toContain(root);
    }
    expect(problems).toEqual([]);
  });

  it('refuses an unknown tool and says which there are', async () => {
    const { server } = await serveHere();
    const client = await connect(server, era);
    for (const name of ['nonsense', 'outline', '__proto__', `${PREFIX}toString`])
      await expect(client.callTool({ name, arguments: {} })).rejects.toThrow(
        /There is no tool .*agent_cache_outline/,
      );
  });

  it('gives nothing away of what went wrong inside', async () => {
    const { server, engine, problems } = await serveHere();
    const client = await connect(server, era);
    vi.spyOn(engine.runner, 'run').mockRejectedValueOnce(new Error('password=hunter2 in /root/x'));
    const result = await outline(client, 'src/a.ts');
    expect([result.isError, said(result)]).toEqual([true, 'The server failed to answer; its log says why.']);
    expect(problems).toEqual(['server: password=hunter2 in /root/x']);
    expect(given(await outline(client, 'src/a.ts')).symbols).toEqual(['1 function one']);
    vi.spyOn(engine.insight, 'statistics').mockImplementationOnce(() => {
      throw new Error('token=hunter3');
    });
    const statistics = client.readResource({ uri: 'agent-cache://statistics' });
    await expect(statistics).rejects.toThrow(/^(?!.*hunter).*The server failed to answer; its log says why/);
    expect(problems).toEqual(['server: password=hunter2 in /root/x', 'server: token=hunter3']);
  });

  it('does not flood a model: a result too large says how to ask for less', async () => {
    const { server, engine } = await serveHere();
    const client = await connect(server, era);
    await engine.workspace.set('tool:large', 'x'.repeat(1024 * 1024));
    const lookup = { name: `${PREFIX}lookup`, arguments: { key: 'tool:large' } };
    if (!usable.includes(lookup.name)) return;
    const result = await client.callTool(lookup);
    expect([result.isError, said(result)]).toEqual([true, expect.stringMatching(/ask for less/)]);
  });

  it('offers no tool that a setting has switched off, from the next request on', async () => {
    let disabled: string[] = [];
    const { server } = await serveHere({ disabledTools: () => disabled });
    const client = await connect(server, era);
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(usable);
    disabled = ['outline'];
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(
      usable.filter((name) => name !== OUTLINE),
    );
    await expect(outline(client, 'src/a.ts')).rejects.toThrow(/There is no tool "agent_cache_outline"/);
  });

  it('offers the tools of language servers where there are some', async () => {
    const languages = {
      definition: async () => [],
      references: async () => [],
      diagnostics: async () => [],
    };
    const { server } = await serveHere({ languages });
    const client = await connect(server, era);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(TOOLS.map(({ name }) => PREFIX + name));
  });

  it('has statistics, entries and each entry as resources', async () => {
    const { server, engine } = await serveHere();
    const client = await connect(server, era);
    await outline(client, 'src/a.ts');
    await outline(client, 'src/a.ts');
    await engine.workspace.set('tool:a/b c', { a: 1 }, { tags: ['t/1'] });
    const { resources } = await client.listResources();
    const entry = `agent-cache://entry/${encodeURIComponent('tool:a/b c')}`;
    expect(resources.map(({ uri }) => uri)).toEqual(
      expect.arrayContaining(['agent-cache://statistics', 'agent-cache://entries', entry]),
    );
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'agent-cache://entries{?namespace,tag,pattern}',
      'agent-cache://entry/{key}',
    ]);
    const read = async (uri: string) => {
      const { contents } = await client.readResource({ uri });
      return JSON.parse((contents[0] as { readonly text: string }).text);
    };
    expect(await read('agent-cache://statistics')).toMatchObject({ hits: 1, misses: 1, entries: 2 });
    expect((await read('agent-cache://entries')).total).toBe(2);
    expect(await read('agent-cache://entries?tag=t')).toMatchObject({
      total: 1,
      entries: [{ key: 'tool:a/b c' }],
    });
    expect(await read('agent-cache://entries?namespace=analysis')).toMatchObject({ total: 1 });
    expect(await read('agent-cache://entries?pattern=tool:*')).toMatchObject({ total: 1 });
    expect(await read(entry)).toMatchObject({ key: 'tool:a/b c', cached: true, value: { a: 1 } });
    for (const uri of [
      'agent-cache://entry/tool%3Anone',
      'agent-cache://entry/%E0%A4%A',
      'agent-cache://entries?nonsense=1',
      'agent-cache://nonsense',
      'file:///etc/passwd',
      '../x',
    ])
      await expect(client.readResource({ uri })).rejects.toThrow();
  });

  it('lists a bounded number of entries', async () => {
    const { server, engine } = await serveHere();
    for (let i = 0; i < 500; i++) await engine.workspace.set(`tool:${i}`, i);
    const client = await connect(server, era);
    expect((await client.listResources()).resources.length).toBeLessThan(60);
  });

  it('goes on after the server has started again, where its storage says', async () => {
    const opened = await openEngine();
    const first = await serveHere({}, opened);
    const client = await connect(first.server, era);
    await outline(client, 'src/a.ts');
    await first.server.close();
    expect(await findServer(opened.storage)).toBeUndefined();
    await expect(outline(client, 'src/a.ts')).rejects.toThrow();
    const second = await serveHere({}, opened);
    const found = await findServer(opened.storage);
    expect(found).toMatchObject({ url: second.server.url, token: second.server.token });
    expect(found?.token).not.toBe(first.server.token);
    const again = await connect(found ?? second.server, era);
    expect(given(await outline(again, 'src/a.ts'))).toMatchObject({ cache: { hit: true } });
  });
});

describe('a session of MCP', () => {
  it('that the server has ended is told as such, and a new one goes on', async () => {
    const { server } = await serveHere({ limits: { sessions: 2 } });
    const lost = await connect(server);
    await outline(lost, 'src/a.ts');
    const others = [await connect(server), await connect(server)];
    for (const client of others) expect(given(await outline(client, 'src/a.ts')).cache.hit).toBe(true);
    await expect(outline(lost, 'src/a.ts')).rejects.toMatchObject({
      message: expect.stringMatching(/404|ended/),
    });
    const again = await connect(server);
    expect(given(await outline(again, 'src/a.ts')).cache.hit).toBe(true);
  });

  it('ends when its client says so', async () => {
    const { server } = await serveHere();
    const { mcp, token } = server;
    const client = new Client({ name: 'leaving', version: '1' });
    const requestInit = { headers: { authorization: `Bearer ${token}` } };
    const transport = new StreamableHTTPClientTransport(new URL(mcp), { requestInit });
    await client.connect(transport);
    const headers = { ...requestInit.headers, 'mcp-session-id': transport.sessionId ?? '' };
    await transport.terminateSession();
    expect((await fetch(mcp, { method: 'DELETE', headers })).status).toBe(404);
    await client.close();
  });

  it('lets nobody wait for a call that was cancelled', async () => {
    const { server, engine } = await serveHere();
    const headers = {
      authorization: `Bearer ${server.token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    };
    const post = (message: object, session?: string) =>
      fetch(server.mcp, {
        method: 'POST',
        headers: { ...headers, ...(session && { 'mcp-session-id': session }) },
        body: JSON.stringify({ jsonrpc: '2.0', ...message }),
      });
    const clientInfo = { name: 'raw', version: '1' };
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
    const begun = await post({ id: 0, method: 'initialize', params });
    const session = begun.headers.get('mcp-session-id') ?? '';
    await begun.text();
    let running = 0;
    vi.spyOn(engine.runner, 'run').mockImplementationOnce((_name, _params, options = {}) => {
      running++;
      return new Promise((_resolve, reject) =>
        options.signal?.addEventListener('abort', () => reject(options.signal?.reason)),
      );
    });
    const call = { name: OUTLINE, arguments: { path: 'src/a.ts' } };
    const called = post({ id: 7, method: 'tools/call', params: call }, session);
    await expect.poll(() => running).toBe(1);
    await post({ method: 'notifications/cancelled', params: { requestId: 7 } }, session);
    const { status } = await called;
    expect(status).toBe(202);
  });
});
