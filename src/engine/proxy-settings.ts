import * as z from 'zod';
import type { ProxySettings } from '../answers/proxy/proxy-parts.ts';
import { whole } from './setting-numbers.ts';

const MEGABYTE = 1024 * 1024;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

const FITS = 'It does not fit. Fits: https://…, or http://… on this machine, without credentials or a query.';

/** Where questions may be sent to; the error does not repeat the value, lest it holds a credential. */
export function upstreamUrl() {
  return z
    .string({ error: FITS })
    .max(2000, { error: FITS })
    .refine((text) => isUpstream(text), { error: FITS })
    .transform((text) => text.replace(/\/+$/, ''));
}

function isUpstream(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  if (username !== '' || password !== '' || search !== '' || hash !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
}

/** What the proxy is bounded by, as settings. */
export const proxyBounds = {
  'proxy.maxRequestMegabytes': whole(1, 256, 32),
  'proxy.maxAnswerMegabytes': whole(1, 64, 8),
  'proxy.maxAtOnce': whole(1, 1000, 64),
  'proxy.lingerSeconds': whole(0, 600, 0),
};

type Bounds = { readonly [name in keyof typeof proxyBounds]: number };

/** Without an upstream the door of a provider is closed. */
export function proxySettings(
  given: Bounds,
  rest: Pick<ProxySettings, 'upstreams' | 'perCredential'>,
): ProxySettings {
  return {
    ...rest,
    mostRequestBytes: given['proxy.maxRequestMegabytes'] * MEGABYTE,
    mostAnswerBytes: given['proxy.maxAnswerMegabytes'] * MEGABYTE,
    mostAtOnce: given['proxy.maxAtOnce'],
    lingerMs: given['proxy.lingerSeconds'] * 1000,
  };
}

export const CLOSED_PROXY: ProxySettings = {
  upstreams: {},
  perCredential: true,
  mostRequestBytes: 0,
  mostAnswerBytes: 0,
  mostAtOnce: 0,
  lingerMs: 0,
};
