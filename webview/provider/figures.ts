/** How the figures of the provider's cache read; what a transcript does not say is n/a, and never 0. */
import type { ProviderRow, ProviderTokens } from '../../src/protocol/provider.ts';
import type { Column } from '../column.ts';
import { formatCompact, formatCount, formatMoney, formatPercent } from '../format.ts';

type Figured = Pick<ProviderRow, 'tokens' | 'hitRate' | 'savedUsd'>;

interface ProviderFigure extends Pick<Column, 'label' | 'room'> {
  readonly hint: string;
  /** Undefined is unknown. */
  text(of: Figured): string | undefined;
  /** The exact number, where the text is a rounded one. */
  exact?(of: Figured): string | undefined;
}

const tokens = (
  label: string,
  hint: string,
  kind: keyof ProviderTokens,
  room?: Column['room'],
): ProviderFigure => ({
  label,
  hint,
  ...(room && { room }),
  text: ({ tokens }) => mapped(tokens[kind], formatCompact),
  exact: ({ tokens }) => mapped(tokens[kind], (count) => `${formatCount(count)} tokens`),
});

export const PROVIDER_FIGURES: readonly ProviderFigure[] = [
  {
    label: 'Hit rate',
    hint: 'Tokens read from the cache, of all that were sent: read ÷ (input + read + written)',
    text: ({ hitRate }) => mapped(hitRate, formatPercent),
  },
  tokens('Input', 'Tokens neither read from the cache nor written to it', 'input', 'medium'),
  tokens('Read', 'Tokens read from the cache, at a lower price', 'read'),
  tokens('Written 5m', 'Tokens written to the cache for five minutes, at a higher price', 'write5m', 'wide'),
  tokens('Written 1h', 'Tokens written to the cache for an hour, at a price higher still', 'write1h', 'wide'),
  tokens('Output', 'Tokens of the answers, which no cache spares', 'output', 'medium'),
  {
    label: 'Saved',
    hint: 'What reading saved less what writing cost more, by list prices',
    text: ({ savedUsd }) => mapped(savedUsd, (amount) => formatMoney({ amount, currency: 'USD' })),
  },
];

/** Both ways of writing in one column, where there is no room for two. */
const WRITTEN: ProviderFigure = {
  label: 'Written',
  hint: 'Tokens written to the cache, at a higher price',
  room: 'between',
  text: ({ tokens }) => mapped(writtenTokens(tokens), formatCompact),
  exact: ({ tokens: { write5m, write1h } }) =>
    `${mapped(write5m, formatCount) ?? UNKNOWN.text} tokens for five minutes, ${mapped(write1h, formatCount) ?? UNKNOWN.text} for an hour`,
};

/** The columns of a session. */
export const SESSION_FIGURES: readonly ProviderFigure[] = PROVIDER_FIGURES.flatMap((figure) =>
  figure.label === 'Written 5m' ? [WRITTEN, figure] : [figure],
);

/** What stands where a figure is unknown. */
export const UNKNOWN = { text: 'n/a', title: 'The transcripts do not say' } as const;

/** `of 12.4M tokens that were sent`; undefined when a part of them is unknown. */
export function sentTokens(tokens: ProviderTokens): number | undefined {
  const { input, read } = tokens;
  if (input === undefined || read === undefined) return undefined;
  return input + read + (writtenTokens(tokens) ?? 0);
}

function writtenTokens({ write5m, write1h }: ProviderTokens): number | undefined {
  return write5m === undefined && write1h === undefined ? undefined : (write5m ?? 0) + (write1h ?? 0);
}

function mapped(value: number | undefined, format: (value: number) => string): string | undefined {
  return value === undefined ? undefined : format(value);
}
