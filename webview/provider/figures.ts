/** How the figures of the provider's cache read; what a transcript does not say is n/a, and never 0. */
import type { ProviderRow, ProviderTokens } from '../../src/protocol/provider.ts';
import { formatCompact, formatCount, formatMoney, formatPercent } from '../format.ts';

type Figured = Pick<ProviderRow, 'tokens' | 'hitRate' | 'savedUsd'>;

interface ProviderFigure {
  readonly label: string;
  readonly hint: string;
  /** Undefined is unknown. */
  text(of: Figured): string | undefined;
  /** The exact number, where the text is a rounded one. */
  exact?(of: Figured): string | undefined;
}

const tokens = (label: string, hint: string, kind: keyof ProviderTokens): ProviderFigure => ({
  label,
  hint,
  text: ({ tokens }) => mapped(tokens[kind], formatCompact),
  exact: ({ tokens }) => mapped(tokens[kind], (count) => `${formatCount(count)} tokens`),
});

export const PROVIDER_FIGURES: readonly ProviderFigure[] = [
  {
    label: 'Hit rate',
    hint: 'Tokens read from the cache, of all that were sent: read ÷ (input + read + written)',
    text: ({ hitRate }) => mapped(hitRate, formatPercent),
  },
  tokens('Input', 'Tokens neither read from the cache nor written to it', 'input'),
  tokens('Read', 'Tokens read from the cache, at a lower price', 'read'),
  tokens('Written 5 min', 'Tokens written to the cache for five minutes, at a higher price', 'write5m'),
  tokens('Written 1 h', 'Tokens written to the cache for an hour, at a price higher still', 'write1h'),
  tokens('Output', 'Tokens of the answers, which no cache spares', 'output'),
  {
    label: 'Saved',
    hint: 'What reading saved less what writing cost more, by list prices',
    text: ({ savedUsd }) => mapped(savedUsd, (amount) => formatMoney({ amount, currency: 'USD' })),
  },
];

/** What stands where a figure is unknown. */
export const UNKNOWN = { text: 'n/a', title: 'The transcripts do not say' } as const;

/** `of 12.4M tokens that were sent`; undefined when a part of them is unknown. */
export function sentTokens({ input, read, write5m, write1h }: ProviderTokens): number | undefined {
  if (input === undefined || read === undefined) return undefined;
  return input + read + (write5m ?? 0) + (write1h ?? 0);
}

function mapped(value: number | undefined, format: (value: number) => string): string | undefined {
  return value === undefined ? undefined : format(value);
}
