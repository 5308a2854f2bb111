import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import type { Engine } from '../engine/engine.ts';
import { routes } from './routes.ts';

export interface RunningServer {
  readonly url: string;
  readonly token: string;
  close(): Promise<void>;
}

/** Milliseconds that a client may take for its headers, and for a whole request. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 60_000;

/** Serves an engine on loopback with a token of this start; rejects when the port is taken. Port 0 takes a free one. */
export function startServer(engine: Engine, port: number): Promise<RunningServer> {
  const token = randomBytes(32).toString('base64url');
  const { fetch } = routes(engine, token);
  return new Promise((resolve, reject) => {
    const serverOptions = { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS };
    const server = serve({ fetch, port, hostname: '127.0.0.1', serverOptions }, ({ port: bound }) => {
      resolve({ url: `http://127.0.0.1:${bound}`, token, close: () => close(server) });
    }) as Server;
    server.once('error', reject);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
