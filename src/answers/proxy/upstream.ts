/** Where the questions of a provider's door go. */
export interface Upstream {
  /** Its base, with the version, without a slash at its end: `https://api.openai.com/v1`. */
  readonly url: string;
}

/** Not reachable, or not a place that may be asked; the text is for clients. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
}

/**
 * Of one connection, of ours, or about the bytes, which are asked for as they are: what is compressed
 * could not be read.
 */
const NOT_FORWARDED =
  /^(?:host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|content-length|accept-encoding|origin|referer|x-agent-cache-.*)$/;

/** Of one connection, or about bytes that fetch has decoded. */
const NOT_RETURNED =
  /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|content-encoding)$/;

/** What every client that shares an answer is told, now and later. */
const KEPT = ['content-type', 'request-id', 'x-request-id', 'openai-version'];

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Forwards a request as it is. Rejects with an {@link UpstreamError}, and as the signal says once it is aborted. */
export async function forward(
  { url }: Upstream,
  fetch: Fetch,
  asked: {
    readonly method: string;
    readonly path: string;
    readonly headers: Headers;
    readonly body: Uint8Array | ReadableStream | null;
    readonly signal: AbortSignal;
  },
): Promise<Response> {
  const { method, path, headers, body, signal } = asked;
  const target = `${url}${path}`;
  // A path cannot leave the upstream: dots in it would be resolved.
  if (!new URL(target).href.startsWith(`${url}/`)) throw new UpstreamError('This path is not forwarded.');
  const forwarded = new Headers([...headers].filter(([name]) => !NOT_FORWARDED.test(name)));
  forwarded.set('accept-encoding', 'identity');
  const init: RequestInit & { duplex?: 'half' } = { method, headers: forwarded, signal, redirect: 'manual' };
  if (body !== null) {
    init.body = body as NonNullable<RequestInit['body']>;
    if (body instanceof ReadableStream) init.duplex = 'half';
  }
  try {
    return await fetch(target, init);
  } catch (error) {
    signal.throwIfAborted();
    const { cause } = error as { cause?: { code?: unknown } };
    const code = typeof cause?.code === 'string' ? ` (${cause.code})` : '';
    throw new UpstreamError(`The provider cannot be reached${code}.`, { cause: error });
  }
}

/** For the client whose request was forwarded. */
export function returned(response: Response): Headers {
  const decoded = response.headers.has('content-encoding');
  return new Headers(
    [...response.headers].filter(
      ([name]) => !NOT_RETURNED.test(name) && !(decoded && name === 'content-length'),
    ),
  );
}

export function keptHeaders(response: Response): Record<string, string> {
  return Object.fromEntries(
    KEPT.flatMap((name) => {
      const value = response.headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}
