import { narrow, type RequestInput } from '../cache/policy/narrow.ts';
import { LEVELS } from '../cache/policy/policy.ts';
import { Policies } from '../cache/policy/scopes.ts';
import { parsed } from './body.ts';
import { Problem } from './problem.ts';

/** Who asks, and what the request wants of the cache. */
export interface Asking {
  readonly signal: AbortSignal;
  readonly agent?: string;
  readonly request?: RequestInput;
}

const AGENT = 'x-agent-cache-agent';
const REQUEST = 'x-agent-cache-request';
const LONGEST_AGENT = 100;

/** Any namespace's, on all levels: the one that is narrowed in the end is that of the key. */
const WIDEST = { ...new Policies().resolve('tool'), levels: LEVELS };

/** Headers of requests that ask for something, for the document. */
export const ASKING_HEADERS = {
  'X-Agent-Cache-Agent': 'Who asks: its own policies apply, and what it stores carries the tag agent:NAME.',
  'X-Agent-Cache-Request':
    'What the request wants of the cache, as JSON: {"cache": "off", "ttl": "10 min", "levels": ["memory"], "tags": ["task/7"]}, each of them optional.',
  'Cache-Control':
    '"no-cache" computes anew and keeps the result; "no-store" computes anew and keeps nothing.',
};

/** What the headers of a request say; throws a 400 or a RequestError for what does not fit. */
export function askingOf({ headers, signal }: Request): Asking {
  const agent = headers.get(AGENT);
  if (agent !== null && (agent === '' || agent.length > LONGEST_AGENT)) {
    const detail = `X-Agent-Cache-Agent has 1 to ${LONGEST_AGENT} characters.`;
    throw new Problem(400, 'The agent does not fit', detail);
  }
  const given = headers.get(REQUEST);
  const asked = given === null ? undefined : requestOf(parsed(given, 'header X-Agent-Cache-Request'));
  const request = /\bno-store\b/i.test(headers.get('cache-control') ?? '')
    ? { ...asked, cache: 'off' as const }
    : asked;
  return { signal, ...(agent !== null && { agent }), ...(request && { request }) };
}

/** Checks what a request wants of the cache; throws a RequestError. */
export function requestOf(given: unknown): RequestInput {
  narrow(WIDEST, given as RequestInput);
  return given as RequestInput;
}
