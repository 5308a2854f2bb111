import {
  type CacheEntry,
  cachified as computeCachified,
  createCacheEntry,
  isExpired,
} from '@epic-web/cachified';
import { lacks, type Peer } from './subject.ts';

/** Over a map. It has one level and no tags; a set writes the map beside it, as its manual says. */
export const cachified: Peer = {
  name: 'cachified',
  package: '@epic-web/cachified',
  shows: {
    'stored after a delete': 'old',
    'stored after a tag invalidation': 'no tags',
    'overwrites a set': 'computed',
    'undoes a delete': 'no second level',
    'extends a lifetime': 'no second level',
    'forgets an invalidation': 'no tags',
    'trusts a clock': 'no tags',
  },
  open() {
    const cache = new Map<string, CacheEntry<string>>();
    return {
      async get(key) {
        const entry = cache.get(key);
        return entry && isExpired(entry.metadata) !== true ? entry.value : undefined;
      },
      set: async (key, value, options) => cache.set(key, createCacheEntry(value, lifetime(options?.ttlMs))),
      delete: async (key) => cache.delete(key),
      getOrCompute: (key, compute, options) =>
        computeCachified({ key, cache, getFreshValue: compute, ...lifetime(options?.ttlMs) }),
      invalidateTag: () => lacks('no tags'),
      close: async () => {},
    };
  },
};

function lifetime(ttlMs: number | undefined) {
  return ttlMs === undefined ? {} : { ttl: ttlMs };
}
