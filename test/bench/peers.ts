import { createCache as createDedupe } from 'async-cache-dedupe';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { createCache } from 'cache-manager';
import { Cacheable, createKeyv } from 'cacheable';
import { Keyv } from 'keyv';
import { GroupLoader, Loader } from 'layered-loader/core';
import { LRUCache } from 'lru-cache';
import { type Contestant, type Library, TagKeys } from './library.ts';

const HOUR = 3_600_000;
/** Bentocache keeps one of them a tag among the entries. */
const TAG_MARKS = 1000;
const QUIET = { error() {} }; // a computation that throws is printed otherwise

/** Every one with its fastest memory store that holds values by reference, and no second level. */
export const peers: readonly Contestant[] = [
  { name: 'lru-cache', package: 'lru-cache', part: 1, open: lruCache },
  { name: 'lru-cache, async', package: 'lru-cache', part: 0.3, open: asyncLruCache },
  { name: 'layered-loader, sync', package: 'layered-loader', part: 0.4, open: layeredLoaderSync },
  { name: 'layered-loader', package: 'layered-loader', part: 0.2, open: layeredLoader },
  { name: 'async-cache-dedupe', package: 'async-cache-dedupe', part: 0.1, open: asyncCacheDedupe },
  { name: 'cache-manager', package: 'cache-manager', part: 0.06, open: cacheManager },
  { name: 'bentocache', package: 'bentocache', part: 0.03, open: bentocache },
  { name: 'cacheable', package: 'cacheable', part: 0.015, open: cacheable },
  { name: 'keyv', package: 'keyv', part: 0.015, open: keyv },
];

function lruCache(capacity: number): Library {
  const cache = new LRUCache<string, object>({ max: capacity });
  const tags = new TagKeys();
  return {
    get: (key) => cache.get(key),
    set: (key, value) => cache.set(key, value),
    getOrCompute: (key, compute) => cache.get(key) ?? compute(),
    tagged: {
      set(key, value, tag) {
        cache.set(key, value);
        tags.add(key, tag);
      },
      get: (key) => cache.get(key),
      invalidate(tag) {
        for (const key of tags.take(tag)) cache.delete(key);
      },
    },
  };
}

/** What `await` alone costs. */
function asyncLruCache(capacity: number): Library {
  const cache = new LRUCache<string, object>({ max: capacity });
  return {
    get: async (key) => cache.get(key),
    set: async (key, value) => void cache.set(key, value),
    getOrCompute: async (key, compute) => cache.get(key) ?? compute(),
  };
}

function layeredLoader(capacity: number): Library {
  let computing = async (): Promise<object | undefined> => undefined;
  const cache = new Loader<object>({
    inMemoryCache: { cacheType: 'lru-object', maxItems: capacity, ttlInMsecs: HOUR },
    logger: QUIET,
    dataSources: [{ name: 'compute', get: () => computing(), getMany: async () => [] }],
  });
  const groups = new GroupLoader<object>({
    inMemoryCache: {
      cacheType: 'lru-object',
      maxGroups: capacity,
      maxItemsPerGroup: capacity,
      ttlInMsecs: HOUR,
    },
  });
  return {
    get: (key) => cache.get(key),
    set: (key, value) => cache.forceSetValue(key, value),
    getOrCompute(key, compute) {
      computing = compute;
      return cache.get(key);
    },
    tagged: {
      set: (key, value, tag) => groups.forceSetValueForGroup(key, value, tag),
      get: (key, tag) => groups.get(key, tag),
      invalidate: (tag) => groups.invalidateCacheForGroup(tag),
    },
  };
}

function layeredLoaderSync(capacity: number): Library {
  const cache = new Loader<object>({
    inMemoryCache: { cacheType: 'lru-object', maxItems: capacity, ttlInMsecs: HOUR },
  });
  return {
    get: (key) => cache.getInMemoryOnly(key),
    set: (key, value) => cache.forceSetValue(key, value),
  };
}

function asyncCacheDedupe(capacity: number): Library {
  interface Question {
    readonly key: string;
    readonly compute: () => Promise<object>;
  }
  const storage = { type: 'memory', options: { size: capacity, invalidation: true } } as const;
  const cache = createDedupe({ ttl: HOUR / 1000, storage }).define(
    'ask',
    { serialize: ({ key }: Question) => key },
    ({ compute }: Question) => compute(),
  );
  return {
    // These two take keys as the store has them: other ones than those of `ask`.
    get: (key) => cache.get('ask', key),
    set: (key, value) => cache.set('ask', key, value, HOUR / 1000),
    getOrCompute: (key, compute) => cache.ask({ key, compute }),
    tagged: {
      set: (key, value, tag) => cache.set('ask', key, value, HOUR / 1000, [tag]),
      get: (key) => cache.get('ask', key),
      invalidate: (tag) => cache.invalidateAll(tag),
    },
  };
}

function cacheManager(): Library {
  const cache = createCache();
  const tags = new TagKeys();
  return {
    get: (key) => cache.get(key),
    set: (key, value) => cache.set(key, value),
    getOrCompute: (key, compute) => cache.wrap(key, compute),
    tagged: {
      set(key, value, tag) {
        tags.add(key, tag);
        return cache.set(key, value);
      },
      get: (key) => cache.get(key),
      invalidate: (tag) => cache.mdel(tags.take(tag)),
    },
  };
}

function bentocache(capacity: number): Library {
  const memory = memoryDriver({ maxItems: capacity + TAG_MARKS, serialize: false });
  const cache = new BentoCache({ default: 'memory', stores: { memory: bentostore().useL1Layer(memory) } });
  return {
    get: (key) => cache.get({ key }),
    set: (key, value) => cache.set({ key, value }),
    getOrCompute: (key, compute) => cache.getOrSet({ key, factory: compute }),
    tagged: {
      set: (key, value, tag) => cache.set({ key, value, tags: [tag] }),
      get: (key) => cache.get({ key }),
      invalidate: (tag) => cache.deleteByTag({ tags: [tag] }),
    },
    close: () => cache.disconnectAll(),
  };
}

function cacheable(): Library {
  const open = (tags: boolean) => {
    const opened = new Cacheable();
    opened.primary = createKeyv({ useClone: false });
    opened.tags.enabled = tags;
    return opened;
  };
  const cache = open(false);
  const withTags = open(true);
  for (const each of [cache, withTags]) each.on('error', () => {}); // a computation that throws is emitted
  return {
    get: (key) => cache.get(key),
    set: (key, value) => cache.set(key, value),
    getOrCompute: (key, compute) => cache.getOrSet(key, compute, { throwErrors: true }),
    tagged: {
      set: (key, value, tag) => withTags.set(key, value, { tags: [tag] }),
      get: (key) => withTags.get(key),
      invalidate: (tag) => withTags.tags.invalidateTag(tag),
    },
  };
}

/** Over a map, and with its default serialisation. */
function keyv(): Library {
  const cache = new Keyv<object>();
  const tags = new TagKeys();
  const getOrCompute = async (key: string, compute: () => Promise<object>) => {
    const found = await cache.get(key);
    if (found !== undefined) return found;
    const value = await compute();
    await cache.set(key, value);
    return value;
  };
  return {
    get: (key) => cache.get(key),
    set: (key, value) => cache.set(key, value),
    getOrCompute,
    tagged: {
      set(key, value, tag) {
        tags.add(key, tag);
        return cache.set(key, value);
      },
      get: (key) => cache.get(key),
      invalidate: (tag) => cache.deleteMany(tags.take(tag)),
    },
  };
}
