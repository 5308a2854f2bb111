import { findProvider } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { priceOf, savedByCache } from '../../../src/answers/prices/prices.ts';
import { PROVIDERS, type Usage } from '../../../src/answers/usage.ts';

const NOW = Date.UTC(2026, 10, 1);
const MILLION = 1_000_000;
const TOKENS = { input: 100_000, output: 10_000 };
const sonnet = (fields: Partial<Usage>): Usage => ({
  model: 'claude-sonnet-4-5-20250929',
  provider: 'anthropic',
  ...fields,
});
const gpt5 = (fields: Partial<Usage>): Usage => ({ model: 'gpt-5', provider: 'openai', ...fields });

/**
 * List prices, per million tokens: Claude Sonnet 4.5 input $3, output $15, write for 5 minutes $3.75, for an
 * hour $6, read $0.30 (https://platform.claude.com/docs/en/about-claude/pricing); GPT-5 input $1.25, cached
 * input $0.125, output $10; o3 $10 and $40, from 2025-06-10 on $2 and $8; GPT-6 Sol input $2, cached $0.20,
 * written $2.50 (https://openai.com/api/pricing).
 */
describe('the price of an answer', () => {
  it('is that of its tokens', () => {
    expect(priceOf(sonnet(TOKENS), NOW)).toBeCloseTo(0.3 + 0.15, 9);
    expect(priceOf(gpt5(TOKENS), NOW)).toBeCloseTo(0.125 + 0.1, 9);
  });

  it('has what the provider read from its own cache at the discount, and what it wrote there at the surcharge', () => {
    const usage = { ...TOKENS, cacheRead: 50_000, cacheWrite5m: 20_000, cacheWrite1h: 10_000 };
    const expected = 20_000 * 3 + 50_000 * 0.3 + 20_000 * 3.75 + 10_000 * 6 + 10_000 * 15;
    expect(priceOf(sonnet(usage), NOW)).toBeCloseTo(expected / MILLION, 9);
    expect(priceOf(gpt5({ ...TOKENS, cacheRead: 80_000 }), NOW)).toBeCloseTo(0.025 + 0.01 + 0.1, 9);
  });

  it('is that of its day', () => {
    const o3: Usage = { model: 'o3', provider: 'openai', ...TOKENS };
    expect(priceOf(o3, Date.UTC(2025, 4, 1))).toBeCloseTo(1 + 0.4, 9);
    expect(priceOf(o3, Date.UTC(2025, 6, 1))).toBeCloseTo(0.2 + 0.08, 9);
  });

  it('is that of whoever was asked, where the address tells', () => {
    const usage: Usage = { model: 'deepseek-chat', provider: 'openai', ...TOKENS };
    expect(priceOf(usage, NOW)).toBeUndefined();
    expect(priceOf(usage, NOW, 'https://api.deepseek.com/v1')).toBeGreaterThan(0);
    // A gateway in between has no list of its own.
    expect(priceOf(gpt5(TOKENS), NOW, 'http://127.0.0.1:4000/v1')).toBe(priceOf(gpt5(TOKENS), NOW));
  });

  it('is unknown, and not 0, where the model or its tokens are', () => {
    expect(priceOf({ model: 'qwen3-coder:30b', provider: 'openai', ...TOKENS }, NOW)).toBeUndefined();
    expect(priceOf({ model: '', provider: 'anthropic', ...TOKENS }, NOW)).toBeUndefined();
    expect(priceOf(sonnet({ output: 5 }), NOW)).toBeUndefined();
    expect(priceOf(sonnet({ input: 5 }), NOW)).toBeUndefined();
    expect(priceOf(gpt5({ ...TOKENS, cacheRead: TOKENS.input + 1 }), NOW)).toBeUndefined();
    expect(priceOf(gpt5({ input: 0, output: 0 }), NOW)).toBe(0);
  });

  it('of an embedding needs no output', () => {
    const usage: Usage = { model: 'text-embedding-3-small', provider: 'openai', input: MILLION };
    expect(priceOf(usage, NOW)).toBeCloseTo(0.02, 9);
  });

  it('of no model throws, whatever is counted', () => {
    const models = PROVIDERS.flatMap((provider) =>
      (findProvider({ providerId: provider })?.models ?? []).map(({ id }) => ({ provider, model: id })),
    );
    expect(models.length).toBeGreaterThan(50);
    const tokens = fc.option(fc.nat(3 * MILLION), { nil: undefined });
    const counts = fc.record({
      ...{ input: tokens, output: tokens, cacheRead: tokens, cacheWrite5m: tokens, cacheWrite1h: tokens },
    });
    fc.assert(
      fc.property(fc.constantFrom(...models), counts, (model, counted) => {
        const known = Object.fromEntries(Object.entries(counted).filter(([, count]) => count !== undefined));
        const price = priceOf({ ...model, ...known }, NOW);
        expect(price === undefined || (Number.isFinite(price) && price >= 0)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('what the cache of a provider saved', () => {
  const saved = (tokens: Parameters<typeof savedByCache>[0], model = 'claude-sonnet-4-5') =>
    savedByCache(tokens, model, model.startsWith('gpt') ? 'openai' : 'anthropic', NOW);

  it('is the discount of what was read less the surcharge of what was written', () => {
    expect(saved({ read: MILLION, write5m: 100_000, write1h: 200_000 })).toBeCloseTo(
      2.7 - 0.1 * 0.75 - 0.2 * 3,
      9,
    );
    expect(saved({ read: MILLION }, 'gpt-5')).toBeCloseTo(1.125, 9);
    // One price for writing, for however long.
    expect(saved({ read: MILLION, write5m: MILLION }, 'gpt-6-sol')).toBeCloseTo(1.8 - 0.5, 9);
  });

  it('is less than nothing where more was written than ever read', () => {
    expect(saved({ read: 0, write5m: MILLION, write1h: 0 })).toBeCloseTo(-0.75, 9);
  });

  it('is unknown where what was read, what was written or the price is', () => {
    expect(saved({ write5m: 5, write1h: 0 })).toBeUndefined();
    expect(saved({ read: MILLION })).toBeUndefined();
    expect(saved({ read: MILLION, write5m: 5 })).toBeUndefined();
    expect(saved({ read: MILLION, write5m: 0, write1h: 0 }, 'claude-of-tomorrow')).toBeUndefined();
    expect(saved({ read: 0, write5m: 0, write1h: 0 })).toBe(0);
  });

  it('of many requests is the sum of what it was of each: no surcharge for length comes in', () => {
    const count = fc.nat(MILLION);
    const tokens = fc.record({ read: count, write5m: count, write1h: count });
    fc.assert(
      fc.property(tokens, tokens, (a, b) => {
        const both = {
          ...{ read: a.read + b.read, write5m: a.write5m + b.write5m, write1h: a.write1h + b.write1h },
        };
        expect(saved(both)).toBeCloseTo((saved(a) ?? 0) + (saved(b) ?? 0), 6);
      }),
    );
  });
});
