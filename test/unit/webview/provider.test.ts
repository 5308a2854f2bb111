import { describe, expect, it } from 'vitest';
import type { ProviderSource } from '../../../src/protocol/provider.ts';
import { formatMoney } from '../../../webview/format.ts';
import { sourceText } from '../../../webview/provider/agents.ts';
import { PROVIDER_FIGURES, sentTokens } from '../../../webview/provider/figures.ts';

const read = (of: Parameters<(typeof PROVIDER_FIGURES)[number]['text']>[0]) =>
  PROVIDER_FIGURES.map(({ text }) => text(of));

describe('the figures of the provider’s cache', () => {
  it('have each kind of tokens apart', () => {
    const tokens = { input: 1_200, read: 91_200_000, write5m: 44_000, write1h: 0, output: 7 };
    expect(read({ tokens, hitRate: 0.927, savedUsd: 3.5 })).toEqual([
      ...['92.7%', '1.2K', '91.2M', '44K', '0', '7', '$3.50'],
    ]);
    expect(sentTokens(tokens)).toBe(1_200 + 91_200_000 + 44_000);
    expect(PROVIDER_FIGURES[2]?.exact?.({ tokens })).toBe('91,200,000 tokens');
  });

  it('are unknown where the transcripts do not say, and never 0', () => {
    expect(read({ tokens: {} })).toEqual(PROVIDER_FIGURES.map(() => undefined));
    expect(sentTokens({ read: 5 })).toBeUndefined();
  });

  it('can be a loss', () => {
    expect(read({ tokens: {}, savedUsd: -0.42 }).at(-1)).toBe('-$0.42');
    const usd = (amount: number) => formatMoney({ amount, currency: 'USD' });
    expect([usd(-0.004), usd(0), usd(0.004)]).toEqual(['>-$0.01', '$0.00', '<$0.01']);
  });
});

describe('what became of the transcripts', () => {
  const source: ProviderSource = { agent: 'codex', state: 'read', files: 1, skipped: 0 };
  it.each([
    [source, '1 file'],
    [{ ...source, files: 1_214, skipped: 1 }, '1,214 files; 1 row was not understood and skipped'],
    [{ ...source, skipped: 3 }, '1 file; 3 rows were not understood and skipped'],
    [{ ...source, problem: '2 files are too large' }, '1 file; 2 files are too large'],
    [{ ...source, state: 'none' as const }, 'no transcripts found'],
    [{ ...source, state: 'none' as const, problem: 'Logs are off.' }, 'no transcripts found; Logs are off.'],
    [{ ...source, state: 'off' as const }, 'not read: switched off'],
    [{ ...source, state: 'failed' as const, problem: 'EACCES' }, 'not read: EACCES'],
    [{ ...source, state: 'failed' as const }, 'not read: the transcripts could not be opened'],
  ])('is told: %o', (of, text) => {
    expect(sourceText(of)).toBe(text);
  });
});
