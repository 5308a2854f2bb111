import { CLIENT_INFO_META_KEY, type Result, Server, type ServerContext } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { IDENTITY } from '../identity.ts';

const INSTRUCTIONS =
  'Answers about this workspace from a cache that is never out of date: every answer is true for the files as they are now, so you never need to invalidate after an edit. Ask these tools where things are before you read whole files, and read only the lines that they name. Look up and store expensive results of your own with agent_cache_lookup and agent_cache_store, naming the files that they rest on.';

/** The requests that are answered from the cache; the others are the protocol's own. */
const METHODS = [
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/templates/list',
  'resources/read',
] as const;

export type Method = (typeof METHODS)[number];

/** Who sent a request. */
export interface Caller {
  readonly client: { readonly name: string; readonly version: string } | undefined;
  readonly id: string | number;
  /** What the request said beside its parameters. */
  readonly meta: Readonly<Record<string, unknown>>;
  /** Aborted when the client no longer wants the answer. */
  readonly signal: AbortSignal;
}

/** Answers one request as its method says. Rejects with a ProtocolError. */
export type Answer = (
  method: Method,
  params: Readonly<Record<string, unknown>>,
  caller: Caller,
) => Promise<Result>;

/** One connection's server; what it answers is somebody else's affair. */
export function mcpServer(answer: Answer): Server {
  const capabilities = { tools: {}, resources: {} };
  const server = new Server(IDENTITY, { capabilities, instructions: INSTRUCTIONS });
  for (const method of METHODS) {
    server.setRequestHandler(method as 'tools/call', async ({ params = {} }, context) => {
      // The types of the five results have nothing in common; what `answer` gives is checked in tests.
      return (await answer(method, params, callerOf(server, context))) as never;
    });
  }
  return server;
}

const clientSchema = z.object({ name: z.string(), version: z.string() });

/** Each request of the newer revisions says whose it is; of the older ones the first of a session did. */
function callerOf(server: Server, { mcpReq: { id, signal, envelope, _meta } }: ServerContext): Caller {
  const told = (envelope as Record<string, unknown> | undefined)?.[CLIENT_INFO_META_KEY];
  const client = clientSchema.safeParse(told ?? server.getClientVersion()).data;
  return { client, id, signal, meta: _meta ?? {} };
}
