import { Agent, type IncomingMessage, request } from 'node:http';
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  PROTOCOL_VERSION_META_KEY,
  ProtocolError,
  type Result,
} from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { Connection } from '../connection-file.ts';
import { IDENTITY } from '../identity.ts';
import type { Caller, Method } from './server.ts';

/** The revision in which every request stands alone: there is no session to lose when a server ends. */
const REVISION = '2026-07-28';

/** Side by side; the others wait. A server takes 256. */
const CONNECTIONS = 32;

/** The server is gone, or is another one by now. */
export class Unreached extends Error {
  override readonly name = 'Unreached';
  /** Whether the request may have been carried out all the same. */
  readonly perhapsDone: boolean;

  constructor(message: string, perhapsDone: boolean) {
    super(message);
    this.perhapsDone = perhapsDone;
  }
}

/** Carries one request to a server's `/mcp`. Rejects with an Unreached, or with the server's ProtocolError. */
export type Wire = (
  server: Connection,
  method: Method,
  params: Readonly<Record<string, unknown>>,
  caller: Caller,
) => Promise<Result>;

const reply = z.union([
  z.object({ result: z.looseObject({}) }),
  z.object({ error: z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() }) }),
]);

export function httpWire(): Wire {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  return async ({ mcp, token }, method, params, { client, id, meta, signal }) => {
    const name = params.name ?? params.uri;
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': REVISION,
      'mcp-method': method,
      ...(typeof name === 'string' && { 'mcp-name': asHeader(name) }),
    };
    const _meta = {
      ...meta,
      [PROTOCOL_VERSION_META_KEY]: REVISION,
      [CLIENT_INFO_META_KEY]: client ?? IDENTITY,
      [CLIENT_CAPABILITIES_META_KEY]: {},
    };
    const body = JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, _meta } });
    const { status, text } = await send(mcp, { method: 'POST', agent, headers, signal }, body);
    if (status === 401) throw new Unreached('another server has taken its place.', false);
    const parsed = reply.safeParse(json(text));
    if (!parsed.success) throw new Error(`it answered ${status}.`);
    if ('result' in parsed.data) return parsed.data.result;
    const { code, message, data } = parsed.data.error;
    throw ProtocolError.fromError(code, message, data);
  };
}

function send(url: string, options: object, body: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const gone = (error: NodeJS.ErrnoException) => {
      reject(new Unreached(`${error.code ?? error.message}.`, error.code !== 'ECONNREFUSED'));
    };
    const asked = request(url, options, async (response: IncomingMessage) => {
      try {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk as Buffer);
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
      } catch (error) {
        gone(error as NodeJS.ErrnoException);
      }
    });
    asked.on('error', gone);
    asked.end(body);
  });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A header's value; what has no form as one is encoded as MCP says. */
function asHeader(text: string): string {
  const plain = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !/^=\?base64\?.*\?=$/.test(text);
  return plain ? text : `=?base64?${Buffer.from(text).toString('base64')}?=`;
}
