import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findServer } from '../../src/serve/connection-file.ts';
import { TOOLS } from '../../src/tools/catalog.ts';
import { PREFIX } from '../../src/tools/tool.ts';
import { temporaryFolder, write } from '../support/workspace.ts';
import { ask, ERAS, type Era, project, serveHeadless, serveHere } from './agent-server.ts';
import { exampleCalls } from './tool-examples.ts';

const program = fileURLToPath(new URL('../../dist/bridge.js', import.meta.url));

beforeAll(() => {
  if (!existsSync(program)) throw new Error('dist/bridge.js is missing: npm run build');
});

/** The official client over a bridge that it has started. */
async function bridged(root: string, storage: string, era: Era = 'sessions') {
  const args = [program, '--workspace', root, '--storage', storage];
  const transport = new StdioClientTransport({ command: process.execPath, args, stderr: 'pipe' });
  let log = '';
  transport.stderr?.on('data', (text) => {
    log += text;
  });
  const versionNegotiation = { mode: era === 'sessions' ? ('legacy' as const) : { pin: '2026-07-28' } };
  const client = new Client({ name: 'Bridged Agent', version: '1' }, { versionNegotiation });
  await client.connect(transport);
  onTestFinished(() => client.close());
  const outline = async (path: string) => {
    const result = await client.callTool({ name: `${PREFIX}outline`, arguments: { path } });
    // biome-ignore lint/suspicious/noExplicitAny: each test reads the fields it is about
    return result.structuredContent as any;
  };
  return { client, transport, outline, log: () => log };
}

describe.each(ERAS)('the bridge, to an agent that speaks MCP by %s', (era) => {
  it('gives what the server gives that runs on the storage: tools, resources, errors', async () => {
    const { server, engine, root, storage } = await serveHere();
    const { client, outline } = await bridged(root, storage, era);
    expect(client.getInstructions()).toMatch(/never need to invalidate/);
    const { tools } = await client.listTools();
    const usable = TOOLS.filter(({ needsLanguageHost }) => !needsLanguageHost);
    expect(tools.map(({ name }) => name)).toEqual(usable.map(({ name }) => PREFIX + name));
    for (const { name, input } of exampleCalls()) {
      const result = await client.callTool({ name: PREFIX + name, arguments: { ...input } });
      expect([name, result.isError ?? false]).toEqual([name, false]);
    }
    await outline('src/b.ts');
    const asked = await ask(server, 'GET', '/api/v1/cache/entries?agent=bridged-agent');
    expect(asked.body.total).toBeGreaterThan(0);
    await engine.workspace.set('tool:ä', 1);
    const uri = 'agent-cache://entry/tool%3A%C3%A4';
    const { contents } = await client.readResource({ uri });
    expect(JSON.parse((contents[0] as { text: string }).text)).toMatchObject({ key: 'tool:ä', value: 1 });
    const refused = await client.callTool({ name: `${PREFIX}outline`, arguments: { path: '../x' } });
    expect(refused).toMatchObject({ isError: true, content: [{ text: expect.stringMatching(/path: /) }] });
    await expect(client.callTool({ name: 'naïve', arguments: {} })).rejects.toThrow(/There is no tool/);
  });

  it('goes on when that server ends and another one, with another token, has begun', async () => {
    const root = project();
    const storage = temporaryFolder();
    const first = await serveHeadless(root, storage);
    const { outline } = await bridged(root, storage, era);
    expect(await outline('src/a.ts')).toMatchObject({ cache: { hit: false } });
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const second = await serveHeadless(root, storage);
    expect(second.server.token).not.toBe(first.server.token);
    expect(await outline('src/a.ts')).toMatchObject({ symbols: ['1 function one'] });
    const { body } = await ask(second.server, 'GET', '/api/v1/cache/stats');
    expect(body.hits + body.misses).toBe(1);
  });

  it('serves the workspace itself when nobody does, and takes it away with it', async () => {
    const root = project();
    const storage = temporaryFolder();
    const { client, outline, log } = await bridged(root, storage, era);
    expect(await outline('src/a.ts')).toMatchObject({ symbols: ['1 function one'], cache: { hit: false } });
    expect(await outline('src/a.ts')).toMatchObject({ cache: { hit: true } });
    write(root, 'src/a.ts', 'export function two() {}\n');
    expect(await outline('src/a.ts')).toMatchObject({ symbols: ['1 function two'] });
    expect(log()).toMatch(/serving at http/);
    const other = await bridged(root, storage, era);
    expect(await other.outline('src/a.ts')).toMatchObject({ cache: { hit: true, level: 'memory' } });
    expect(other.log()).toMatch(/asking the server/);
    await client.close();
    await expect.poll(() => readdirSync(storage).filter((name) => name.startsWith('server-'))).toEqual([]);
    expect(await other.outline('src/a.ts')).toMatchObject({ symbols: ['1 function two'] });
    expect(await findServer(storage)).toBeDefined();
  });
});

describe('the bridge', () => {
  it('answers a hundred calls at once', async () => {
    const { root, storage } = await serveHere();
    const { outline } = await bridged(root, storage);
    const all = await Promise.all(Array.from({ length: 100 }, () => outline('src/a.ts')));
    expect(all.every(({ symbols }) => symbols[0] === '1 function one')).toBe(true);
  });

  it('starts one server for all calls that come at once, before there is any', async () => {
    const root = project();
    const { outline, log } = await bridged(root, temporaryFolder());
    await Promise.all(Array.from({ length: 20 }, () => outline('src/a.ts')));
    expect(log().match(/serving at/g)).toHaveLength(1);
  });

  it('is not fooled by a server of another workspace on its storage', async () => {
    const storage = temporaryFolder();
    await serveHeadless(project(), storage);
    const mine = project();
    write(mine, 'src/mine.ts', 'export function mine() {}\n');
    const { outline } = await bridged(mine, storage);
    expect(await outline('src/mine.ts')).toMatchObject({ symbols: ['1 function mine'] });
  });

  it('writes nothing but messages to standard output, and ends with standard input', async () => {
    const args = [program, '--workspace', project(), '--storage', temporaryFolder()];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const lines: string[] = [];
    createInterface(child.stdout).on('line', (line) => lines.push(line));
    const send = (message: object) =>
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    const clientInfo = { name: 'raw', version: '1' };
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
    send({ id: 0, method: 'initialize', params });
    send({ method: 'notifications/initialized' });
    child.stdin.write('this is no message\n');
    send({
      id: 1,
      method: 'tools/call',
      params: { name: `${PREFIX}outline`, arguments: { path: 'src/a.ts' } },
    });
    await expect.poll(() => lines.length).toBeGreaterThanOrEqual(2);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
    child.stdin.end();
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
  });

  it('says in one line what is wrong with its command line', async () => {
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    child.stderr.on('data', (chunk) => {
      text += chunk;
    });
    const [code] = await once(child, 'exit');
    expect([code, text]).toEqual([1, 'agent-cache-explorer: --workspace DIR is missing.\n']);
  });
});
