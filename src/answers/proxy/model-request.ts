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

const SHAPES: Readonly<Record<Provider, Readonly<Record<string, Shape>>>> = {
  openai: { '/chat/completions': 'chat', '/responses': 'responses', '/embeddings': 'embeddings' },
  anthropic: { '/messages': 'messages' },
};

/** Undefined for whatever is not a question that could be cached; `path` without the query. */
export function shapeOf(provider: Provider, method: string, path: string): Shape | undefined {
  return method === 'POST' && Object.hasOwn(SHAPES[provider], path) ? SHAPES[provider][path] : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The members of a list that are objects; none of what is no list. */
export function objectsIn(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
