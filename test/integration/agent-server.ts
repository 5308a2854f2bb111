import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { onTestFinished } from 'vitest';
import { DEFAULT_MEMORY_LIMITS } from '../../src/cache/memory-level.ts';
import { Policies } from '../../src/cache/policy/scopes.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { EngineOptions } from '../../src/engine/options.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../src/serve/server.ts';
import { temporaryFolder, write } from '../support/workspace.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const headless = `${dist}headless.js`;

export type Address = Pick<RunningServer, 'url' | 'token' | 'mcp'>;

/** The two ways of speaking MCP: with sessions, and with every request for itself. */
export const ERAS = ['sessions', 'requests'] as const;
export type Era = (typeof ERAS)[number];

export function project(): string {
  const root = temporaryFolder();
  write(root, 'src/a.ts', 'export function one() {}\n');
  write(root, 'src/b.ts', "import { one } from './a';\none();\n");
  return root;
}

/** An engine in this process, and what was told of its problems. */
export async function openEngine(
  root = project(),
  storage = temporaryFolder(),
  more: Partial<EngineOptions> = {},
) {
  const problems: string[] = [];
  const engine = await Engine.open({
    root,
    storage,
    store: 'sqlite',
    policies: new Policies(),
    limits: () => ({
      memory: DEFAULT_MEMORY_LIMITS,
      pressure: { watch: false, percent: 90 },
      file: { maxBytes: 2 ** 30, cleanupMs: 600_000, writeBackMs: 1000 },
    }),
    bundle: dist,
    filter: () => ({ exclude: [], maxBytes: 1024 * 1024, maxFiles: 20_000 }),
    refreshAfterChange: () => false,
    report: (where, error) => void problems.push(`${where}: ${error.message}`),
    warn: () => {},
    ...more,
  });
  onTestFinished(() => engine.close());
  return { engine, root, storage, problems };
}

/** A server in this process, over an engine of its own unless one is given. */
export async function serveHere(
  options: Partial<ServerOptions> = {},
  opened?: Awaited<ReturnType<typeof openEngine>>,
) {
  const on = opened ?? (await openEngine());
  const { engine, root: workspace, storage } = on;
  const server = await startServer(engine, { port: 0, storage, workspace, ...options });
  onTestFinished(() => server.close());
  return { ...on, server };
}

/** The program itself. */
export async function serveHeadless(
  root = project(),
  storage = temporaryFolder(),
  more: readonly string[] = [],
) {
  if (!existsSync(headless)) throw new Error('dist/headless.js is missing: npm run build');
  const child: ChildProcess = spawn(
    process.execPath,
    [headless, '--workspace', root, '--storage', storage, ...more],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(createInterface(child.stdout as NodeJS.ReadableStream), 'line');
  return { child, root, storage, server: JSON.parse(line) as Address };
}

/** The official client, connected. */
export async function connect({ mcp, token }: Address, era: Era = 'sessions'): Promise<Client> {
  const versionNegotiation = { mode: era === 'sessions' ? ('legacy' as const) : { pin: '2026-07-28' } };
  const client = new Client({ name: 'Test Agent', version: '1' }, { versionNegotiation });
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(mcp), { requestInit }));
  onTestFinished(() => client.close().catch(() => {}));
  return client;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: each test reads the fields it is about
  readonly body: any;
}

/** Asks over REST; a text is sent as it is. */
export async function ask(
  { url, token }: Address,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : json(text) };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
