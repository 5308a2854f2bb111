import { Hono } from 'hono';
import { DoorClosed, NotHere } from '../answers/proxy/proxy.ts';
import { PROVIDERS, type Provider } from '../answers/usage.ts';
import type { Engine } from '../engine/engine.ts';
import { admitHost, checkToken } from './admission.ts';
import { askingOf } from './asking.ts';
import { Problem } from './problem.ts';

const TOKEN = 'x-agent-cache-token';
/** `/openai/v1/models`, or with a token for clients that can be told no more than an address: `/openai/~TOKEN/v1/models`. */
const DOOR = /^\/([a-z]+)(?:\/~([\w-]{1,200}))?\/v1(\/.*)$/s;

/** What a client takes as the base of its addresses, the token of this start in it; Anthropic's clients add `/v1`. */
export function doorAddress(url: string, provider: Provider, token: string): string {
  return `${url}/${provider}/~${token}${provider === 'anthropic' ? '' : '/v1'}`;
}

interface Parts {
  readonly engine: Engine;
  readonly token: string;
  /** Counts a request, by whether the check lets it in; throws what the check throws. */
  readonly enter: (check: () => void) => void;
}

/**
 * Where agents send their questions to models. The usual header for a token holds that of the
 * provider here, so that ours has another.
 */
export function modelDoors({ engine, token, enter }: Parts): Hono {
  const app = new Hono();
  for (const provider of PROVIDERS) {
    app.all(`/${provider}/*`, async (context) => {
      const request = context.req.raw;
      const { pathname, search } = new URL(request.url);
      const [, , inPath, path] = DOOR.exec(pathname) ?? [];
      enter(() => {
        admitHost(request);
        if (engine.answers.settings.upstreams[provider] === undefined) throw switchedOff(provider);
        checkToken(request.headers.get(TOKEN) ?? inPath, token, HOW);
      });
      if (path === undefined)
        throw new Problem(404, 'Not found', `What is asked of ${provider} begins with /${provider}/v1/.`);
      const { signal, request: asked } = askingOf(request);
      try {
        return await engine.answers.answer({
          ...{ provider, signal, method: request.method, path: path + search },
          ...{ headers: request.headers, body: request.body },
          ...(asked && { request: asked }),
        });
      } catch (error) {
        if (error instanceof DoorClosed) throw switchedOff(provider);
        // The clients of the providers would ask again by themselves.
        if (error instanceof NotHere)
          throw new Problem(504, 'Not here', error.message, { 'x-should-retry': 'false' });
        throw error;
      }
    });
  }
  return app;
}

const HOW = `Send the token printed at start in the header "${TOKEN}", or in the address: /openai/~TOKEN/v1.`;

function switchedOff(provider: Provider): Problem {
  return new Problem(
    404,
    'The proxy is off',
    `Set agentCache.proxy.enabled in VS Code, or start headless with --proxy-${provider} URL, to let questions to ${provider} through.`,
  );
}
