import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import type { Engine } from '../engine/engine.ts';
import type { LanguageHost } from '../tools/language-host.ts';
import { announce } from './connection-file.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { answersOf } from './mcp/answers.ts';
import { mcpDoor } from './mcp/door.ts';
import { doorAddress } from './model-doors.ts';
import { routes } from './routes.ts';
import { ToolDesk } from './tool-desk.ts';

export interface ServerOptions {
  /** On 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** The folder of the engine's file level, where word is left of the server, see {@link findServer}. */
  readonly storage: string;
  /** Absolute path of the folder that the engine is for. */
  readonly workspace: string;
  /** The editor's language servers; without them the tools that need them are not offered. */
  readonly languages?: LanguageHost;
  /** Tools of the catalog that are not offered, by name; asked at every request. */
  readonly disabledTools?: () => readonly string[];
  readonly limits?: Partial<Limits>;
}

export interface RunningServer {
  readonly url: string;
  /** Of this start. */
  readonly token: string;
  /** Where MCP is spoken. */
  readonly mcp: string;
  close(): Promise<void>;
}

/** Idle connections are kept this long, ms; how often it is looked for slow clients, ms. */
const KEEP_ALIVE_MS = 15_000;
const LOOK_MS = 1000;

/** Serves an engine on loopback with a token of this start; rejects when the port is taken. */
export async function startServer(engine: Engine, options: ServerOptions): Promise<RunningServer> {
  const { port, storage, workspace, languages, disabledTools = () => [] } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const token = randomBytes(32).toString('base64url');
  const { plain } = engine;
  const desk = new ToolDesk(engine, languages, disabledTools);
  const door = mcpDoor(answersOf(engine, desk, plain), limits);
  const { fetch } = routes({ engine, token, desk, limits, plain, mcp: door.routes });
  const { server, bound } = await listen(fetch, port, limits, (error) =>
    engine.recorder.problem('server', error),
  );
  const url = `http://127.0.0.1:${bound}`;
  const mcp = `${url}/mcp`;
  const connection = { url, token, mcp, pid: process.pid, workspace, startedAt: Date.now() };
  const withdraw = await announce(storage, connection).catch((error: Error) => {
    engine.recorder.problem('server', error); // who knows its address can use it all the same
    return async () => {};
  });
  engine.answers.servedAt((provider) => doorAddress(url, provider, token));
  const close = async () => {
    engine.answers.servedAt(undefined);
    await withdraw();
    await door.close();
    await stop(server);
  };
  return { url, token, mcp, close };
}

type Fetch = (request: Request) => Response | Promise<Response>;

/** `failed` hears of errors of a server that listens. */
function listen(
  fetch: Fetch,
  port: number,
  { connections, headersMs, requestMs }: Limits,
  failed: (error: Error) => void,
) {
  const serverOptions = {
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: Math.min(LOOK_MS, headersMs),
    keepAliveTimeout: KEEP_ALIVE_MS,
  };
  return new Promise<{ server: Server; bound: number }>((resolve, reject) => {
    const options = { fetch, port, hostname: '127.0.0.1', serverOptions };
    const server = serve(options, ({ port: bound }) => {
      server.off('error', reject);
      server.on('error', failed);
      resolve({ server, bound });
    }) as Server;
    server.maxConnections = connections;
    server.once('error', reject);
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
