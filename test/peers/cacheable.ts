import { Cacheable, Keyv } from 'cacheable';
import { keyvMap } from './keyv-map.ts';
import { lacks, type Peer, type StoreOptions } from './subject.ts';

/** Its memory store over Keyv; `getOrSet` takes no tags, only `set` does. */
export const cacheable: Peer = {
  name: 'cacheable',
  package: 'cacheable',
  shows: {
    'stored after a delete': 'old',
    'stored after a tag invalidation': 'no tags on a computation',
    'overwrites a set': 'computed',
    'undoes a delete': 'came back',
  },
  open(world) {
    const cache = new Cacheable({ secondary: new Keyv({ store: keyvMap(world) }), tags: true });
    cache.on('error', () => {}); // without a listener it throws
    return {
      get: (key) => cache.get(key),
      set: (key, value, options) => cache.set(key, value, cacheableOptions(options)),
      delete: (key) => cache.delete(key),
      getOrCompute: (key, compute, options) =>
        options?.tag === undefined
          ? cache.getOrSet(key, compute, cacheableOptions(options))
          : lacks('no tags on a computation'),
      invalidateTag: (tag) => cache.tags.invalidateTag(tag),
      close: async () => {},
    };
  },
};

function cacheableOptions({ tag, ttlMs }: StoreOptions = {}) {
  return { ...(tag !== undefined && { tags: [tag] }), ...(ttlMs !== undefined && { ttl: ttlMs }) };
}
