import { strictness } from './contradictions.ts';
import { LEVELS, type Policy } from './policy.ts';
import { DEFAULTS, PRESETS } from './presets.ts';
import type { PolicyFields } from './schema.ts';
import type { Sections } from './sections.ts';

/** A room that is bounded by entries alone has as many bytes as the common room by default. */
const ROOM_BYTES = 128 * 1024 * 1024;
/** A room that is bounded by bytes alone has at most one entry for so many of them. */
const BYTES_PER_ENTRY = 1024;

/** The namespace of a part of it: `tool` of `tool:web_search`. */
export function wholeOf(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(0, colon);
}

/** What a namespace, or a part of one, is subject to without a word about agents. */
export function globalFields(name: string, global: Sections): PolicyFields {
  const whole = wholeOf(name);
  const all = { ...DEFAULTS, ...PRESETS.get(whole)?.policy, ...global.get('*'), ...global.get(whole) };
  return whole === name ? all : { ...all, ...global.get(name) };
}

/** The same for one agent: its own word wins, except that nothing becomes less sensitive by it. */
export function agentFields(name: string, global: Sections, agent: Sections): PolicyFields {
  const all = globalFields(name, global);
  const own = { ...agent.get('*'), ...agent.get(wholeOf(name)), ...agent.get(name) };
  const sensitivities = [all.sensitivity ?? DEFAULTS.sensitivity, own.sensitivity ?? 'none'] as const;
  return {
    ...all,
    ...own,
    sensitivity: sensitivities.reduce((a, b) => (strictness(a) < strictness(b) ? b : a)),
  };
}

/** Complete and consistent: what has no effect beside the rest is gone. */
export function policyOf(fields: PolicyFields): Policy {
  const { levels = LEVELS, ttl = 0, hitRate, latency } = fields;
  const below = levels.includes('memory') && levels.length > 1;
  const room = levels.includes('memory') ? roomOf(fields) : undefined;
  return Object.freeze({
    enabled: fields.enabled ?? true,
    ttlMs: ttl,
    sliding: ttl > 0 && (fields.sliding ?? false),
    ...(room && { memory: room }),
    levels,
    write: below ? (fields.write ?? 'through') : 'through',
    ...((hitRate !== undefined || latency !== undefined) && {
      targets: {
        ...(hitRate !== undefined && { hitRate }),
        ...(latency !== undefined && { latencyMs: latency }),
      },
    }),
    optimise: fields.optimise ?? DEFAULTS.optimise,
    sensitivity: fields.sensitivity ?? DEFAULTS.sensitivity,
    freshness: fields.freshness ?? DEFAULTS.freshness,
    variants: fields.variants ?? DEFAULTS.variants,
    ...(fields.keyParams && { keyParams: fields.keyParams }),
    strategy: fields.strategy ?? 'exact',
    ...(fields.strategy === 'semantic' && { similarity: fields.similarity ?? DEFAULTS.similarity }),
    sampled: fields.sampled ?? DEFAULTS.sampled,
  });
}

function roomOf({ entries, size, eviction = 'gdsf' }: PolicyFields): Policy['memory'] {
  if (entries === undefined && size === undefined) return undefined;
  const bytes = size ?? ROOM_BYTES;
  return { entries: entries ?? Math.ceil(bytes / BYTES_PER_ENTRY), bytes, eviction };
}
