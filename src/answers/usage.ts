/**
 * What a provider says a model's answer took; what it did not say is absent, which is unknown and not 0.
 *
 * `input` counts every token of the request, those that the provider's own cache had or took included, as
 * OpenAI counts; Anthropic's `input_tokens` leaves them out and is added up.
 */
export interface Usage {
  /** As the provider names it in its answer; `''` is unknown. */
  readonly model: string;
  readonly provider: Provider;
  readonly input?: number;
  readonly output?: number;
  /** Of `input`: read from the provider's cache. */
  readonly cacheRead?: number;
  /** Of `input`: written to the provider's cache, for five minutes and for an hour. */
  readonly cacheWrite5m?: number;
  readonly cacheWrite1h?: number;
  /** Of `output`. */
  readonly reasoning?: number;
}

export const PROVIDERS = ['openai', 'anthropic'] as const;
export type Provider = (typeof PROVIDERS)[number];
