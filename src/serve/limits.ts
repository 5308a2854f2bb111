/** What clients together may ask of the server; what is beyond is refused, never queued. */
export interface Limits {
  /** Requests per second, on average. */
  readonly perSecond: number;
  /** Requests at once, after a quiet while. */
  readonly burst: number;
  readonly connections: number;
  /** Milliseconds that a client may take for its headers, and for a whole request. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** MCP sessions, and the milliseconds after which an idle one ends. */
  readonly sessions: number;
  readonly sessionIdleMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  perSecond: 1000,
  burst: 2000,
  connections: 256,
  headersMs: 10_000,
  requestMs: 60_000,
  sessions: 100,
  sessionIdleMs: 30 * 60_000,
};

/** Largest request body, bytes. */
export const MOST_BODY = 1024 * 1024;

/** Largest answer of a tool or an analysis, bytes of JSON. */
export const MOST_ANSWER = 1024 * 1024;
