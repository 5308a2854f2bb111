import type { Provider, Usage } from '../usage.ts';

/** Tokens that went through a provider's cache. */
export interface CacheTokens {
  readonly read?: number | undefined;
  readonly write5m?: number | undefined;
  readonly write1h?: number | undefined;
}

/** The arguments of `priceOf`, or of `savedByCache`. */
export type PriceQuestion =
  | { readonly price: readonly [usage: Usage, at: number, upstream: string | undefined] }
  | { readonly saved: readonly [tokens: CacheTokens, model: string, provider: Provider, at: number] };

/** USD, or null for what is unknown; or why it could not be found out. */
export type PriceAnswer = number | null | { readonly problem: string };
