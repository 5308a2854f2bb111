import { randomUUID } from 'node:crypto';
import {
  isInitializeRequest,
  isJSONRPCRequest,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import type { Limits } from '../limits.ts';
import { rpcError } from './rpc-error.ts';
import { type Answer, type Caller, mcpServer } from './server.ts';

/** How often it is looked for sessions that nobody uses. */
const SWEEP_MS = 60_000;

interface Session {
  readonly transport: WebStandardStreamableHTTPServerTransport;
  /** Calls under way, and streams on which the client listens. */
  calls: number;
  streams: number;
  usedAt: number;
  /** Ends the exchange of a request that nobody waits for any more. */
  readonly releases: Map<Caller['id'], () => void>;
}

/**
 * The sessions of clients that speak a revision of MCP with sessions (2025 and before). A session
 * that has ended, for whatever reason, answers 404, upon which a client begins a new one.
 */
export class HttpSessions {
  readonly #answer: Answer;
  readonly #limits: Pick<Limits, 'sessions' | 'sessionIdleMs'>;
  readonly #now: () => number;
  readonly #sessions = new Map<string, Session>();
  readonly #sweep: NodeJS.Timeout;

  constructor(
    answer: Answer,
    limits: Pick<Limits, 'sessions' | 'sessionIdleMs'>,
    now: () => number = Date.now,
  ) {
    this.#answer = answer;
    this.#limits = limits;
    this.#now = now;
    this.#sweep = setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  /** `body` is that of a POST. */
  async handle(request: Request, body?: unknown): Promise<Response> {
    const id = request.headers.get('mcp-session-id');
    if (id !== null) return this.#continue(id, request, body);
    if (!isInitializeRequest(body)) return rpcError(400, -32_000, 'Begin a session with "initialize".');
    if (!this.#makeRoom())
      return rpcError(
        503,
        -32_000,
        `There are ${this.#limits.sessions} sessions, all at work: try again later.`,
      );
    return this.#begin(request, body);
  }

  /** Ends what nobody has used for long. */
  sweep(): void {
    const since = this.#now() - this.#limits.sessionIdleMs;
    for (const [id, { calls, streams, usedAt }] of this.#sessions)
      if (calls === 0 && streams === 0 && usedAt < since) this.#end(id);
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    for (const id of this.#sessions.keys()) this.#end(id);
  }

  async #continue(id: string, request: Request, body: unknown): Promise<Response> {
    const session = this.#sessions.get(id);
    if (!session) return rpcError(404, -32_001, 'This session has ended: begin a new one with "initialize".');
    this.#use(id, session);
    const response = await exchange(session, request, body);
    if (request.method === 'GET' && response.ok) {
      session.streams++;
      request.signal.addEventListener('abort', () => {
        session.streams--;
        session.usedAt = this.#now();
      });
    }
    return response;
  }

  async #begin(request: Request, body: unknown): Promise<Response> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      enableJsonResponse: true, // nothing is told before the result, and a stream costs both sides as much again
      onsessioninitialized: (id) => {
        this.#makeRoom(); // others may have begun meanwhile
        this.#sessions.set(id, session);
      },
      onsessionclosed: (id) => void this.#sessions.delete(id),
    });
    const session: Session = { transport, calls: 0, streams: 0, usedAt: this.#now(), releases: new Map() };
    const server = mcpServer(async (method, params, caller) => {
      session.calls++;
      const release = () => session.releases.get(caller.id)?.();
      caller.signal.addEventListener('abort', release, { once: true });
      try {
        return await this.#answer(method, params, caller);
      } finally {
        caller.signal.removeEventListener('abort', release);
        session.calls--;
        session.usedAt = this.#now();
      }
    });
    await server.connect(transport);
    return transport.handleRequest(request, { parsedBody: body });
  }

  /** Makes it the one used last. */
  #use(id: string, session: Session): void {
    session.usedAt = this.#now();
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
  }

  /** Whether one more fits, the longest unused gone if need be. */
  #makeRoom(): boolean {
    if (this.#sessions.size < this.#limits.sessions) return true;
    const idle = [...this.#sessions].filter(([, { calls }]) => calls === 0);
    const [id] = idle.find(([, { streams }]) => streams === 0) ?? idle[0] ?? [];
    if (id !== undefined) this.#end(id);
    return id !== undefined;
  }

  #end(id: string): void {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    void session?.transport.close();
  }
}

/**
 * The protocol answers a cancelled request with nothing, and whoever waits would wait for ever: they
 * are answered 202, as one is who asks nothing.
 */
async function exchange(
  { transport, releases }: Session,
  request: Request,
  body: unknown,
): Promise<Response> {
  const ids = [body].flat().flatMap((message) => (isJSONRPCRequest(message) ? [message.id] : []));
  const { promise: released, resolve } = Promise.withResolvers<Response>();
  for (const id of ids)
    releases.set(id, () => {
      transport.closeSSEStream(id);
      resolve(new Response(null, { status: 202 }));
    });
  try {
    return await Promise.race([transport.handleRequest(request, { parsedBody: body }), released]);
  } finally {
    for (const id of ids) releases.delete(id);
  }
}
