import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import type { L2CacheDriver } from 'bentocache/types';
import type { Peer, StoreOptions, World } from './subject.ts';

/** Memory over a map, both with its defaults. */
export const bentocache: Peer = {
  name: 'bentocache',
  package: 'bentocache',
  shows: {
    'stored after a delete': 'old',
    'stored after a tag invalidation': 'old',
    'overwrites a set': 'computed',
    'undoes a delete': 'came back',
    'repeats a failure': '100 runs',
    'forgets an invalidation': 'came back',
    'trusts a clock': 'still served',
  },
  open(world) {
    const store = bentostore()
      .useL1Layer(memoryDriver())
      .useL2Layer({ options: {}, factory: () => mapDriver(world) });
    const cache = new BentoCache({ default: 'store', stores: { store } });
    return {
      get: (key) => cache.get({ key }),
      set: (key, value, options) => cache.set({ key, value, ...bentoOptions(options) }),
      delete: (key) => cache.delete({ key }),
      getOrCompute: (key, compute, options) =>
        cache.getOrSet({ key, factory: compute, ...bentoOptions(options) }),
      invalidateTag: (tag) => cache.deleteByTag({ tags: [tag] }),
      close: () => cache.disconnectAll(),
    };
  },
};

function bentoOptions({ tag, ttlMs }: StoreOptions = {}) {
  return { ...(tag !== undefined && { tags: [tag] }), ...(ttlMs !== undefined && { ttl: ttlMs }) };
}

/** A second level as its drivers for Redis or SQL are: text by key, gone when its time has come. */
function mapDriver({ records, gate }: World): L2CacheDriver {
  const live = (key: string) => {
    const record = records.get(key) as { text: string; expiresAt: number } | undefined;
    return record && record.expiresAt > Date.now() ? record.text : undefined;
  };
  const driver: L2CacheDriver = {
    type: 'l2',
    namespace: () => driver,
    get: async (key) => gate.pass(live(key)),
    async pull(key) {
      const text = live(key);
      records.delete(key);
      return text;
    },
    async set(key, text, ttl = Number.POSITIVE_INFINITY) {
      records.set(key, { text, expiresAt: Date.now() + ttl });
      return true;
    },
    clear: async () => records.clear(),
    delete: async (key) => records.delete(key),
    async deleteMany(keys) {
      for (const key of keys) records.delete(key);
      return true;
    },
    async disconnect() {},
  };
  return driver;
}
