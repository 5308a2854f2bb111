import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { Loader } from 'layered-loader';
import { LRUCache } from 'lru-cache';
import type { WorkspaceCache } from '../../src/freshness/workspace-cache.ts';
import { millionsPerCpuSecond, zipf } from './measure.ts';
import { type Figure, figure } from './report.ts';

const KEYS = 10_000;
const DRAWS = 200_000;

/** A hit in memory, 10,000 keys by Zipf 0.99, values of about 890 B, against the libraries people use. */
export async function memoryHit(cache: WorkspaceCache, rounds: number): Promise<Figure[]> {
  const keys = Array.from({ length: KEYS }, (_, i) => `bench:key-${i}`);
  const drawn = zipf(keys, DRAWS);
  const value = (i: number) => ({ id: i, text: 'x'.repeat(800), tags: ['a', 'b', 'c'], nested: { at: i } });
  const raw = new LRUCache<string, object>({ max: KEYS });
  const loader = new Loader<object>({
    inMemoryCache: { cacheType: 'lru-object', maxItems: KEYS, ttlInMsecs: 3_600_000 },
  });
  const bento = new BentoCache({
    default: 'memory',
    stores: { memory: bentostore().useL1Layer(memoryDriver({ maxItems: KEYS, serialize: false })) },
  });
  for (const [i, key] of keys.entries()) {
    raw.set(key, value(i));
    await cache.set(key, value(i));
    await bento.set({ key, value: value(i) });
    await loader.forceSetValue(key, value(i));
  }
  let found = 0;
  const times = async (operations: number, get: (key: string) => unknown) => {
    for (let i = 0; i < operations; i++) if ((await get(drawn[i % DRAWS] as string)) !== undefined) found++;
  };
  const sync = (operations: number, get: (key: string) => unknown) => {
    for (let i = 0; i < operations; i++) if (get(drawn[i % DRAWS] as string) !== undefined) found++;
  };
  const speed = await millionsPerCpuSecond(
    [
      { name: 'lru-cache', operations: 2_000_000, run: (n) => sync(n, (key) => raw.get(key)) },
      { name: 'peek', operations: 2_000_000, run: (n) => sync(n, (key) => cache.peek(key)) },
      { name: 'get', operations: 1_000_000, run: (n) => times(n, (key) => cache.get(key)) },
      { name: 'layered-loader', operations: 1_000_000, run: (n) => times(n, (key) => loader.get(key)) },
      { name: 'bentocache', operations: 200_000, run: (n) => times(n, (key) => bento.get({ key })) },
    ],
    rounds,
  );
  await bento.disconnectAll();
  if (found % 1 !== 0 || found === 0) throw new Error('Nothing was found: the benchmark measured misses.');
  const of = (name: string) => ({ name, value: speed.get(name) ?? Number.NaN });
  const unit = 'M/CPU-s';
  const get = of('get').value;
  return [
    figure('memory hit, raw lru-cache', of('lru-cache').value, unit),
    figure('memory hit, peek', of('peek').value, unit, of('lru-cache'), {
      text: '≥ 15 M/s and ≥ 0.5 ×',
      holds: (value, ratio) => value >= 15 && ratio >= 0.5,
    }),
    figure('memory hit, awaited get', get, unit, of('lru-cache'), {
      text: '≥ 5 M/s and ≥ 0.18 ×',
      holds: (value, ratio) => value >= 5 && ratio >= 0.18,
    }),
    figure('memory hit, awaited get', get, unit, of('bentocache'), {
      text: '≥ 8 ×',
      holds: (_, ratio) => ratio >= 8,
    }),
    figure('memory hit, awaited get', get, unit, of('layered-loader'), {
      text: '> 1 ×',
      holds: (_, ratio) => ratio > 1,
    }),
    figure('memory hit, layered-loader', of('layered-loader').value, unit, of('lru-cache')),
    figure('memory hit, bentocache', of('bentocache').value, unit, of('lru-cache')),
  ];
}
