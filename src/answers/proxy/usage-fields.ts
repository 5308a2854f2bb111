import type { Usage } from '../usage.ts';
import { isObject, type JsonObject } from './model-request.ts';

type Counts = Omit<Usage, 'model' | 'provider'>;

/** Of a `usage` in any of OpenAI's shapes; what is not there is absent. */
export function openaiCounts(usage: unknown): Counts {
  if (!isObject(usage)) return {};
  const input = count(usage.prompt_tokens) ?? count(usage.input_tokens);
  const output = count(usage.completion_tokens) ?? count(usage.output_tokens);
  const cacheRead = count(
    inner(usage, 'prompt_tokens_details').cached_tokens ?? inner(usage, 'input_tokens_details').cached_tokens,
  );
  const reasoning = count(
    inner(usage, 'completion_tokens_details').reasoning_tokens ??
      inner(usage, 'output_tokens_details').reasoning_tokens,
  );
  return present({ input, output, cacheRead, reasoning });
}

/**
 * Of a `usage` of Anthropic, whose `input_tokens` leave out what its cache had or took: added up, and
 * unknown while they are. Without the two lifetimes apart, what was written counts as of five minutes,
 * which is what the provider takes unless it is asked for an hour.
 */
export function anthropicCounts(usage: unknown): Counts {
  if (!isObject(usage)) return {};
  const fresh = count(usage.input_tokens);
  const cacheRead = count(usage.cache_read_input_tokens);
  const written = count(usage.cache_creation_input_tokens);
  const apart = inner(usage, 'cache_creation');
  const cacheWrite1h = count(apart.ephemeral_1h_input_tokens);
  const cacheWrite5m =
    count(apart.ephemeral_5m_input_tokens) ?? (cacheWrite1h === undefined ? written : undefined);
  const input =
    fresh === undefined
      ? undefined
      : fresh + (cacheRead ?? 0) + (written ?? (cacheWrite5m ?? 0) + (cacheWrite1h ?? 0));
  return present({ input, output: count(usage.output_tokens), cacheRead, cacheWrite5m, cacheWrite1h });
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function inner(usage: JsonObject, name: string): JsonObject {
  const value = usage[name];
  return isObject(value) ? value : {};
}

function present(counts: { readonly [name in keyof Counts]: number | undefined }): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== undefined));
}
