import { digest } from '../../cache/digest.ts';
import { segment } from '../../cache/keys/segment.ts';
import { canonicalDigest, type Left } from './canonical-request.ts';
import { isObject, type JsonObject, type ModelRequest, objectsIn } from './model-request.ts';

/** Raised when keys are made otherwise. */
const VERSION = '1';

/** What a key is made of beside the request. */
export interface KeyParts {
  readonly agent: string;
  /** Where it is forwarded to. */
  readonly upstream: string;
  /** Whether who has another credential gets another key. */
  readonly perCredential: boolean;
  /** Names by which the client keeps answers apart. */
  readonly apart: readonly string[];
  /** What the client says that the answer rests on. */
  readonly reads: readonly string[];
}

/**
 * Of the body, what does not change what the model is asked: where the provider's own cache looks,
 * and the controls of a cache like this one. See docs/proxy.md for the reason of each.
 */
const IGNORED = new Set(['prompt_cache_key', 'prompt_cache_retention', 'cache']);

const CREDENTIALS = [
  'authorization',
  'x-api-key',
  'api-key',
  'x-portkey-api-key',
  'x-portkey-virtual-key',
  'helicone-auth',
  'cf-aig-authorization',
  'cookie',
];

/** Headers by which a provider, or a gateway that is the upstream, answers otherwise. */
const COUNTING =
  /^(?:anthropic-(?:version|beta)|openai-(?:beta|organization|project)|x-portkey-(?:provider|config|custom-host)|helicone-(?:target-url|openai-api-base|model-override)|accept)$/;

/** `response:VERSION:AGENT:MODEL:HASH`; the hash is over everything, credentials included. Rejects with a NoKey. */
export async function requestKey(request: ModelRequest, parts: KeyParts): Promise<string> {
  const whole = await canonicalDigest(counting(request, parts));
  return [
    'response',
    VERSION,
    segment('agent', parts.agent),
    segment('model', request.model === '' ? 'unknown' : request.model),
    whole,
  ].join(':');
}

/** Of everything but the last text of the user. Rejects with a NoKey. */
export function fingerprint(request: ModelRequest, parts: KeyParts, last: Left): Promise<string> {
  return canonicalDigest(counting(request, parts, last), last);
}

function counting(request: ModelRequest, parts: KeyParts, last?: Left): JsonObject {
  const { provider, path, headers, body } = request;
  const { agent, upstream, perCredential, apart, reads } = parts;
  return {
    ...{ agent, provider, path, upstream },
    apart: [...apart].sort(),
    reads: [...reads].sort(),
    headers: [...headers].filter(([name]) => COUNTING.test(name)).sort(([a], [b]) => (a < b ? -1 : 1)),
    ...(perCredential && { credential: credentialOf(headers) }),
    body: {
      ...(provider === 'anthropic' ? anthropic(body) : openai(body)),
      ...(last?.holder === body && { [last.name]: '' }),
    },
  };
}

function credentialOf(headers: Headers): string {
  return digest(JSON.stringify(CREDENTIALS.map((name) => headers.get(name))));
}

function without(body: JsonObject, names: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.has(name)));
}

/** Codex names its session, its turn and its window here. */
const SESSIONS = new Set(['session_id', 'thread_id', 'turn_id', 'root_turn_id']);
const CODEX = /^x-codex-(?:window-id|turn-metadata)$/;
/** Who wrote a message of the input that no provider has named. */
const OWN_ROLES = new Set<unknown>(['user', 'developer', 'system']);

function openai(body: JsonObject): JsonObject {
  const { client_metadata: client, input, ...rest } = without(body, IGNORED);
  return {
    ...rest,
    ...(client !== undefined && { client_metadata: isObject(client) ? withoutTurn(client) : client }),
    ...(input !== undefined && { input: Array.isArray(input) ? input.map(withoutOwnId) : input }),
  };
}

function withoutTurn(client: JsonObject): JsonObject {
  const named = ([name]: readonly [string, unknown]) => !SESSIONS.has(name) && !CODEX.test(name);
  return Object.fromEntries(Object.entries(client).filter(named));
}

/** The content of such a message is in the request, so that its name refers to nothing. */
function withoutOwnId(item: unknown): unknown {
  if (!isObject(item) || item.id === undefined || item.type !== 'message' || !OWN_ROLES.has(item.role))
    return item;
  const { id: _, ...rest } = item;
  return rest;
}

/** Claude Code begins its system prompt with a line that differs in every request. */
const BILLING = /^x-anthropic-billing-header:[^\n]*(?:\n|$)/;
const CCH = /\bcch=[^;\s]*;?/g;
/** Its id of a user ends in that of the session. */
const SESSION = /_session_[\w-]+$/;

function anthropic(body: JsonObject): JsonObject {
  const { system, metadata, ...rest } = without(body, IGNORED);
  return {
    ...rest,
    ...(system !== undefined && { system: withoutBilling(system) }),
    ...(metadata !== undefined && { metadata: withoutSession(metadata) }),
  };
}

function withoutBilling(system: unknown): unknown {
  if (typeof system === 'string') return system.replace(BILLING, (line) => line.replace(CCH, ''));
  if (!Array.isArray(system) || objectsIn(system).length < system.length) return system;
  return objectsIn(system).map((block) => {
    const { text } = block;
    return typeof text === 'string' ? { ...block, text: withoutBilling(text) } : block;
  });
}

function withoutSession(metadata: unknown): unknown {
  if (!isObject(metadata) || typeof metadata.user_id !== 'string') return metadata;
  return { ...metadata, user_id: userOf(metadata.user_id) };
}

function userOf(id: string): unknown {
  if (!id.startsWith('{')) return id.replace(SESSION, '');
  try {
    const parsed: unknown = JSON.parse(id);
    return isObject(parsed) ? without(parsed, new Set(['session_id'])) : id;
  } catch {
    return id; // an id that only begins so
  }
}
