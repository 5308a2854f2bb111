import type { PolicyFields } from './schema.ts';

/** What a namespace is given before any setting. */
export interface Preset {
  readonly policy: PolicyFields;
  /** Lifetimes that suit what the namespace holds, milliseconds; another one is used, with a warning. */
  readonly ttlRange?: readonly [least: number, most: number];
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MB = 1024 * 1024;

/** Kept on this machine: true here only, or nobody else's affair. */
const LOCAL: PolicyFields = { levels: ['memory', 'file'] };

/**
 * A namespace without a preset: no limit of time, the common room, every level. A value with secrets
 * stays in memory, for nobody knows what a namespace of the user's own holds.
 */
export const DEFAULTS = {
  enabled: true,
  ttl: 0,
  sliding: false,
  levels: ['memory', 'file', 'shared'],
  write: 'through',
  sensitivity: 'refuse',
  freshness: 'verified',
  variants: 4,
  strategy: 'exact',
  similarity: 0.92,
  sampled: false,
  optimise: false,
} as const satisfies PolicyFields;

/** The reasons for each figure and choice are in docs/namespaces.md. */
export const PRESETS: ReadonlyMap<string, Preset> = new Map<string, Preset>([
  ['prompt', { policy: { size: 10 * MB, ttl: 24 * HOUR, hitRate: 0.95, latency: 1, eviction: 'lru' } }],
  ['module', { policy: { size: 50 * MB, ttl: 12 * HOUR, hitRate: 0.9, latency: 5, eviction: 'lru-ttl' } }],
  [
    'context',
    { policy: { ...LOCAL, size: 100 * MB, ttl: 6 * HOUR, hitRate: 0.85, latency: 10, eviction: 'ttl' } },
  ],
  ['result', { policy: { size: 200 * MB, ttl: HOUR, hitRate: 0.7, latency: 20, eviction: 'lfu' } }],
  ['response', { policy: { ttl: 8 * HOUR }, ttlRange: [HOUR, 24 * HOUR] }],
  ['session', { policy: LOCAL }],
  ['model', { policy: { ttl: 3 * DAY }, ttlRange: [DAY, 7 * DAY] }],
  ['tool', { policy: { ...LOCAL, ttl: 15 * MINUTE }, ttlRange: [5 * MINUTE, HOUR] }],
  ['memory', { policy: { ...LOCAL, ttl: 15 * MINUTE }, ttlRange: [15 * MINUTE, 15 * MINUTE] }],
  ['analysis', { policy: { sensitivity: 'none' } }],
]);
