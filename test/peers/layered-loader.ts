import { GroupLoader, Loader } from 'layered-loader/core';
import { mapCache, mapGroupCache, TTL } from './layered-loader-maps.ts';
import type { Peer, Subject, World } from './subject.ts';

interface Question {
  readonly key: string;
  readonly compute: () => Promise<string | undefined>;
}

/** A key of a group has to be asked for with its group, also after a restart. */
const groupsOf = new WeakMap<World['records'], Map<string, string>>();

/** Memory over a map; a tag is a group. Its lifetimes are set per level, not per entry. */
export const layeredLoader: Peer = {
  name: 'layered-loader',
  package: 'layered-loader',
  shows: {
    'stored after a delete': 'old',
    'stored after a tag invalidation': 'old',
    'overwrites a set': 'set, after a restart computed',
    'extends a lifetime': 'outlived its lifetime',
  },
  open(world) {
    const common = {
      cacheKeyFromLoadParamsResolver: ({ key }: Question) => key,
      logger: { error() {} }, // it would print what a computation throws
    };
    const loader = new Loader<string, Question>({
      ...common,
      inMemoryCache: { ttlInMsecs: TTL.flat },
      asyncCache: mapCache(world),
      dataSources: [{ name: 'compute', get: ({ compute }) => compute(), getMany: async () => [] }],
    });
    const groups = new GroupLoader<string, Question>({
      ...common,
      inMemoryCache: { ttlInMsecs: TTL.grouped },
      asyncCache: mapGroupCache(world),
      dataSources: [
        { name: 'compute', getFromGroup: ({ compute }) => compute(), getManyFromGroup: async () => [] },
      ],
    });
    const groupOf = groupsIn(world);
    const ask = (key: string, compute: Question['compute'], tag = groupOf.get(key)) =>
      tag === undefined ? loader.get({ key, compute }) : groups.get({ key, compute }, tag);
    const subject: Subject = {
      get: (key) => ask(key, async () => undefined),
      set(key, value, { tag } = {}) {
        if (tag === undefined) return loader.forceSetValue(key, value);
        groupOf.set(key, tag);
        return groups.forceSetValueForGroup(key, value, tag);
      },
      delete: (key) => loader.invalidateCacheFor(key),
      getOrCompute(key, compute, { tag } = {}) {
        if (tag !== undefined) groupOf.set(key, tag);
        return ask(key, compute, tag);
      },
      invalidateTag: (tag) => groups.invalidateCacheForGroup(tag),
      close: async () => {},
    };
    return subject;
  },
};

function groupsIn({ records }: World): Map<string, string> {
  const known = groupsOf.get(records) ?? new Map<string, string>();
  groupsOf.set(records, known);
  return known;
}
