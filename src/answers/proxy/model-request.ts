import type { Provider } from '../usage.ts';

/** What of a provider's interface is understood; the rest passes through. */
export type Shape = 'chat' | 'responses' | 'embeddings' | 'messages';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A question to a model, as a client has sent it. */
export interface ModelRequest {
  readonly provider: Provider;
  readonly shape: Shape;
  /** Below the door, with the query: `/chat/completions`. */
  readonly path: string;
  readonly headers: Headers;
  /** As they came, and as they are forwarded. */
  readonly bytes: Uint8Array;
  readonly body: JsonObject;
  /** As the request names it; `''` when it does not. */
  readonly model: string;
}

/** A longer request makes no key: reading it would hold the thread for too long. */
const MOST_KEYED = 8 * 1024 * 1024;

const SHAPES: Readonly<Record<Provider, Readonly<Record<string, Shape>>>> = {
  openai: { '/chat/completions': 'chat', '/responses': 'responses', '/embeddings': 'embeddings' },
  anthropic: { '/messages': 'messages' },
};

/** Undefined for whatever is not a question that could be cached; `path` without the query. */
export function shapeOf(provider: Provider, method: string, path: string): Shape | undefined {
  return method === 'POST' && Object.hasOwn(SHAPES[provider], path) ? SHAPES[provider][path] : undefined;
}

/** Undefined for what is no JSON object, of which the provider says what is wrong, and for what is too long. */
export function modelRequest(
  of: Pick<ModelRequest, 'provider' | 'shape' | 'path' | 'headers' | 'bytes'>,
): ModelRequest | undefined {
  const { provider, shape, path, headers, bytes } = of;
  const body = bytes.length <= MOST_KEYED ? parsed(bytes) : undefined;
  if (!body) return undefined;
  const model = typeof body.model === 'string' ? body.model.slice(0, 200) : '';
  return { provider, shape, path, headers, bytes, body, model };
}

function parsed(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // the provider says what is wrong with it
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The members of a list that are objects; none of what is no list. */
export function objectsIn(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
