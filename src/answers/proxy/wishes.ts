import { durationMs } from '../../cache/policy/quantities.ts';
import { isObject, type JsonObject } from './model-request.ts';

/** What one request wants of the cache, in whichever gateway's words it says so. */
export interface Wishes {
  /** Why it wants nothing of the cache. */
  readonly bypass?: string;
  /** Asks the model, and keeps the answer. */
  readonly anew: boolean;
  /** An answer, if there is one here; the model is not asked. */
  readonly onlyIfCached: boolean;
  /** Age of an answer that is still wanted. */
  readonly maxAgeMs?: number;
  /** Lifetime of the answer, if it is shorter than the policy's. */
  readonly ttlMs?: number;
  /** Names that keep answers apart. */
  readonly apart: readonly string[];
  /** Whether the answer to a similar question would do. */
  readonly similar: boolean;
  readonly pace: 'once' | 'recorded' | undefined;
}

/** A header, or the member `cache` of the body, that does not fit, in a sentence. */
export class WishError extends Error {
  override readonly name = 'WishError';
}

/** Longest name that keeps answers apart, characters. */
const LONGEST_NAME = 500;
const APART = [
  'x-agent-cache-apart',
  'x-portkey-cache-namespace',
  'helicone-cache-seed',
  'cf-aig-cache-key',
  'x-bf-cache-key',
];

/** Throws a {@link WishError}. */
export function wishesOf(headers: Headers, body: JsonObject): Wishes {
  const control = directives(headers.get('cache-control') ?? '');
  const litellm = isObject(body.cache) ? body.cache : {};
  const says = (name: string, value: string) => headers.get(name)?.trim().toLowerCase() === value;
  const maxAgeMs = least(
    seconds('Cache-Control: max-age', control.get('max-age')),
    seconds('cache.s-maxage', litellm['s-maxage']),
  );
  const ttlMs = least(
    seconds('cf-aig-cache-ttl', headers.get('cf-aig-cache-ttl')),
    seconds('X-OpenRouter-Cache-TTL', headers.get('x-openrouter-cache-ttl')),
    seconds('cache.ttl', litellm.ttl),
    duration('x-bf-cache-ttl', headers.get('x-bf-cache-ttl')),
  );
  const bypass = [
    control.has('no-store') && 'Cache-Control: no-store',
    says('helicone-cache-enabled', 'false') && 'Helicone-Cache-Enabled: false',
    Number(headers.get('helicone-cache-bucket-max-size')) > 1 && 'Helicone-Cache-Bucket-Max-Size',
    says('cf-aig-skip-cache', 'true') && 'cf-aig-skip-cache: true',
    says('x-bf-cache-no-store', 'true') && 'x-bf-cache-no-store: true',
    says('x-openrouter-cache', 'false') && 'X-OpenRouter-Cache: false',
    litellm['no-store'] === true && 'cache.no-store',
  ].find((said) => said !== false);
  const anew =
    control.has('no-cache') ||
    maxAgeMs === 0 ||
    says('x-portkey-cache-force-refresh', 'true') ||
    says('x-openrouter-cache-clear', 'true') ||
    litellm['no-cache'] === true;
  const pace = headers.get('x-agent-cache-pace');
  if (pace !== null && pace !== 'recorded' && pace !== 'once')
    throw new WishError('The header x-agent-cache-pace does not fit. Fits: "once" or "recorded".');
  return {
    ...(bypass !== undefined && { bypass: `The request says so (${bypass}).` }),
    anew,
    onlyIfCached: control.has('only-if-cached'),
    ...(maxAgeMs !== undefined && { maxAgeMs }),
    ...(ttlMs !== undefined && { ttlMs }),
    apart: [
      ...APART.map((name) => [name, headers.get(name)]),
      ['cache.namespace', litellm.namespace],
    ].flatMap(([name, value]) =>
      typeof value === 'string' ? [`${name}=${value.slice(0, LONGEST_NAME)}`] : [],
    ),
    similar: !says('x-bf-cache-type', 'direct'),
    pace: pace ?? undefined,
  };
}

function directives(text: string): ReadonlyMap<string, string> {
  const parts = text.split(',').map((part) => part.trim().toLowerCase().split('='));
  return new Map(parts.map(([name = '', value = '']) => [name, value.replaceAll('"', '')]));
}

function seconds(name: string, value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const count = value === '' ? Number.NaN : Number(value);
  if (Number.isFinite(count) && count >= 0) return count * 1000;
  throw new WishError(`${name} does not fit. Fits: a number of seconds.`);
}

function duration(name: string, value: string | null): number | undefined {
  if (value === null) return undefined;
  try {
    return /^\d+$/.test(value) ? seconds(name, value) : durationMs(value);
  } catch {
    throw new WishError(`${name} does not fit. Fits: a duration such as "5m", or a number of seconds.`);
  }
}

function least(...all: readonly (number | undefined)[]): number | undefined {
  const given = all.filter((one) => one !== undefined);
  return given.length > 0 ? Math.min(...given) : undefined;
}
