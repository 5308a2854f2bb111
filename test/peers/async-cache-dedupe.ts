import { createCache } from 'async-cache-dedupe';
import type { Peer, StoreOptions } from './subject.ts';

interface Question extends StoreOptions {
  readonly key: string;
  readonly compute: () => Promise<string>;
}

const DAY_IN_SECONDS = 86_400;

/** One function over its memory store; tags are its references. It has one level. */
export const asyncCacheDedupe: Peer = {
  name: 'async-cache-dedupe',
  package: 'async-cache-dedupe',
  shows: {
    'stored after a delete': 'old',
    'stored after a tag invalidation': 'old',
    'overwrites a set': 'computed',
    'undoes a delete': 'no second level',
    'extends a lifetime': 'no second level',
  },
  open() {
    const storage = { type: 'memory', options: { invalidation: true } } as const;
    const cache = createCache({ ttl: DAY_IN_SECONDS, storage }).define(
      'ask',
      {
        serialize: ({ key }: Question) => key,
        references: ({ tag }: Question) => (tag === undefined ? [] : [tag]),
      },
      ({ compute }: Question) => compute(),
    );
    const stored = (key: string) => `ask~${key}`; // `get` and `set` take the key as the store has it
    return {
      get: (key) => cache.get('ask', stored(key)),
      set: (key, value, { tag, ttlMs = DAY_IN_SECONDS * 1000 } = {}) =>
        cache.set('ask', stored(key), value, ttlMs / 1000, tag === undefined ? [] : [tag]),
      delete: (key) => cache.clear('ask', { key }),
      getOrCompute: (key, compute, options) => cache.ask({ key, compute, ...options }),
      invalidateTag: (tag) => cache.invalidateAll(tag),
      close: async () => {},
    };
  },
};
