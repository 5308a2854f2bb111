import type { ProxySettings } from '../answers/proxy/proxy-parts.ts';
import type { Bounds } from '../engine/bounds.ts';
import { proxySettings, upstreamUrl } from '../engine/proxy-settings.ts';

export interface ProxyArguments {
  readonly proxy: ProxySettings;
}

export const PROXY_FLAGS = {
  'proxy-openai': { type: 'string' },
  'proxy-anthropic': { type: 'string' },
  'proxy-share-credentials': { type: 'boolean', default: false },
} as const;

export const PROXY_OPTIONS = `  --proxy-openai URL, --proxy-anthropic URL
                   let questions to models through /openai/v1 and /anthropic/v1 to this address, such as
                   https://api.openai.com/v1 and https://api.anthropic.com/v1, and keep their answers
  --proxy-share-credentials
                   let clients of one agent share answers whatever their credentials are`;

/** Throws an Error with one clear sentence for what does not fit. */
export function readProxyArguments(
  values: {
    readonly 'proxy-openai'?: string | undefined;
    readonly 'proxy-anthropic'?: string | undefined;
    readonly 'proxy-share-credentials': boolean;
  },
  bounds: Bounds,
): ProxyArguments {
  const openai = upstream('--proxy-openai', values['proxy-openai']);
  const anthropic = upstream('--proxy-anthropic', values['proxy-anthropic']);
  const proxy = proxySettings(bounds, {
    upstreams: { ...(openai !== undefined && { openai }), ...(anthropic !== undefined && { anthropic }) },
    perCredential: !values['proxy-share-credentials'],
  });
  return { proxy };
}

function upstream(option: string, given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const parsed = upstreamUrl().safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Error(`${option}: ${parsed.error.issues[0]?.message}`);
}
