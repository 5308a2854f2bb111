/**
 * What providers ask for tokens, in USD, by their public list prices; nothing is asked of the network.
 *
 * The list is large: only `prices-worker.ts` loads this, for the `PriceDesk`.
 */
import { calcPrice, findProvider } from '@pydantic/genai-prices';
import type { Provider, Usage } from '../usage.ts';
import type { CacheTokens } from './prices-protocol.ts';

/** Enough to tell rates apart, and below every threshold from which long requests cost more. */
const SAMPLE = 1000;

/**
 * The list price of one answer at `at`, ms since the epoch; undefined when the model, its price or the
 * tokens are unknown. What the provider read from its own cache, or wrote to it, counts at its price there.
 *
 * @param upstream where the request went: speakers of one protocol differ in their prices
 */
export function priceOf(usage: Usage, at: number, upstream?: string): number | undefined {
  const { model, input, output, cacheRead, cacheWrite5m, cacheWrite1h } = usage;
  if (input === undefined) return undefined;
  const write = sum(cacheWrite5m, cacheWrite1h);
  if ((cacheRead ?? 0) + (write ?? 0) > input) return undefined; // the provider contradicts itself
  const provider = providerOf(usage.provider, upstream);
  const priced = calcPrice(
    {
      input_tokens: input,
      ...(cacheRead !== undefined && { cache_read_tokens: cacheRead }),
      ...(write !== undefined && { cache_write_tokens: write }),
      ...(cacheWrite1h !== undefined && { cache_write_1h_tokens: cacheWrite1h }),
      ...(output !== undefined && { output_tokens: output }),
    },
    model,
    { providerId: provider, timestamp: new Date(at) },
  );
  if (!priced) return undefined;
  const { model_price: prices, total_price: total } = priced;
  // Embeddings put nothing out and have no price for it.
  if (output === undefined && prices.output_mtok !== undefined) return undefined;
  return total;
}

/**
 * What a provider's cache saved: tokens read from it at the price of input less their price there, and
 * less what writing cost more than input, USD. Negative when more was written than ever read. Undefined
 * when a part of it is unknown.
 *
 * The prices are those of requests without a surcharge for their length, so sums of requests may be given.
 */
export function savedByCache(
  { read, write5m, write1h }: CacheTokens,
  model: string,
  provider: Provider,
  at: number,
): number | undefined {
  const options = { providerId: provider, timestamp: new Date(at) };
  const rate = (kinds: Readonly<Record<string, number>>) =>
    (calcPrice({ input_tokens: SAMPLE, ...kinds }, model, options)?.total_price ?? Number.NaN) / SAMPLE;
  const prices = calcPrice({ input_tokens: SAMPLE }, model, options)?.model_price;
  if (!prices || read === undefined || (read > 0 && prices.cache_read_mtok === undefined)) return undefined;
  const input = rate({});
  const saved = read * (input - rate({ cache_read_tokens: SAMPLE }));
  if (prices.cache_write_mtok === undefined) return saved; // writing costs what input costs
  const dearer = rate({ cache_write_tokens: SAMPLE }) - input;
  if (prices.cache_write_1h_mtok === undefined) {
    const write = sum(write5m, write1h);
    return write === undefined ? undefined : saved - write * dearer;
  }
  if (write5m === undefined || write1h === undefined) return undefined;
  const long = rate({ cache_write_tokens: SAMPLE, cache_write_1h_tokens: SAMPLE }) - input;
  return saved - write5m * dearer - write1h * long;
}

/** Whose prices count: those of the address, where it is known; otherwise those of the protocol's author. */
function providerOf(protocol: Provider, upstream: string | undefined): string {
  return (upstream && findProvider({ providerApiUrl: upstream })?.id) || protocol;
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : a + (b ?? 0);
}
