import { pathToFileURL } from 'node:url';

type Prices = typeof import('./prices.ts');

const loading = new Map<string, Promise<Prices>>();

/**
 * The prices of models, from the built `prices.js` whose path is given; loaded with the first call.
 * Rejects when the file cannot be loaded; the next call tries again.
 */
export function loadPrices(file: string): Promise<Prices> {
  const known = loading.get(file);
  if (known) return known;
  const prices: Promise<Prices> = import(pathToFileURL(file).href);
  loading.set(file, prices);
  prices.catch(() => loading.delete(file));
  return prices;
}
