import { Keyv } from 'keyv';
import { lacks, type Peer } from './subject.ts';

/** Over a map. It has no get-or-compute: its users write get, else compute and set. */
export const keyv: Peer = {
  name: 'keyv',
  package: 'keyv',
  shows: {
    'stored after a delete': 'old',
    'stored after a tag invalidation': 'no tags',
    'overwrites a set': 'computed',
    'undoes a delete': 'no second level',
    'repeats a failure': '100 runs',
    'extends a lifetime': 'no second level',
    'forgets an invalidation': 'no tags',
    'trusts a clock': 'no tags',
    'computes for every caller': '1000 runs',
  },
  open() {
    const cache = new Keyv<string>();
    return {
      get: (key) => cache.get(key),
      set: (key, value, options) => cache.set(key, value, options?.ttlMs),
      delete: (key) => cache.delete(key),
      async getOrCompute(key, compute, options) {
        const found = await cache.get(key);
        if (found !== undefined) return found;
        const value = await compute();
        await cache.set(key, value, options?.ttlMs);
        return value;
      },
      invalidateTag: () => lacks('no tags'),
      close: async () => {},
    };
  },
};
