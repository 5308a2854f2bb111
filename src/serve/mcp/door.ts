import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server';
import { Hono } from 'hono';
import * as z from 'zod';
import { readJson } from '../body.ts';
import { described } from '../endpoint.ts';
import type { Limits } from '../limits.ts';
import { Problem } from '../problem.ts';
import { rpcError } from './rpc-error.ts';
import { type Answer, mcpServer } from './server.ts';
import { HttpSessions } from './sessions.ts';

export interface McpDoor {
  readonly routes: Hono;
  close(): Promise<void>;
}

const message = z.looseObject({ jsonrpc: z.literal('2.0') }).describe('A JSON-RPC message, as MCP says.');

/** MCP over streamable HTTP: the revision of 2026, where every request stands alone, and those with sessions. */
export function mcpDoor(answer: Answer, limits: Limits): McpDoor {
  const sessions = new HttpSessions(answer, limits);
  const alone = createMcpHandler(() => mcpServer(answer), { legacy: 'reject' });
  const post = async (request: Request) => {
    let body: unknown;
    try {
      body = await readJson(request);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return rpcError(400, -32_700, error.message);
    }
    if (await isLegacyRequest(request, body)) return sessions.handle(request, body);
    return alone.fetch(request, { parsedBody: body });
  };
  const routes = new Hono();
  const nothing = z.unknown().describe('Nothing.');
  const stream = 'text/event-stream';
  const problems = [404] as const;
  routes.post(
    '/mcp',
    described(
      {
        summary: 'A message of the Model Context Protocol, whose own errors are JSON-RPC errors',
        body: message,
        answer: message,
        types: ['application/json', stream],
        problems,
      },
      (context) => post(context.req.raw),
    ),
  );
  routes.get(
    '/mcp',
    described(
      { summary: 'What the server tells a session', answer: message, types: [stream], problems },
      (context) => sessions.handle(context.req.raw),
    ),
  );
  routes.delete(
    '/mcp',
    described({ summary: 'Ends a session', answer: nothing, problems }, (context) =>
      sessions.handle(context.req.raw),
    ),
  );
  return {
    routes,
    close: async () => {
      await sessions.close();
      await alone.close();
    },
  };
}
