import { createCache } from 'cache-manager';
import { Keyv } from 'cacheable';
import { keyvMap } from './keyv-map.ts';
import { lacks, type Peer } from './subject.ts';

/** Two Keyv stores: a map of its own over one that outlives it. */
export const cacheManager: Peer = {
  name: 'cache-manager',
  package: 'cache-manager',
  shows: {
    'stored after a delete': 'old',
    'stored after a tag invalidation': 'no tags',
    'overwrites a set': 'computed',
    'undoes a delete': 'came back',
    'extends a lifetime': 'outlived its lifetime',
    'forgets an invalidation': 'no tags',
    'trusts a clock': 'no tags',
  },
  open(world) {
    const cache = createCache({ stores: [new Keyv(), new Keyv({ store: keyvMap(world) })] });
    return {
      get: (key) => cache.get(key),
      set: (key, value, options) => cache.set(key, value, options?.ttlMs),
      delete: (key) => cache.del(key),
      getOrCompute: (key, compute, options) => cache.wrap(key, compute, options?.ttlMs),
      invalidateTag: () => lacks('no tags'),
      close: async () => {},
    };
  },
};
