import { type Cache, GroupLoader, type GroupLoaderConfig, Loader } from 'layered-loader/core';
import type { World } from './subject.ts';

type GroupCache = NonNullable<GroupLoaderConfig<string>['asyncCache']>;

/** Lifetimes as the scenarios want them, ms. */
export const TTL = { flat: 600_000, grouped: 30 * 86_400_000 };

/** A second level as its cache for Redis is: values by key, gone when their time has come. */
export function mapCache(world: World): Cache<string> {
  const { get, set, expiresAt } = records(world, TTL.flat);
  return {
    expirationTimeLoadingOperation: new Loader<number>({ inMemoryCache: false }),
    get,
    getMany: async (keys) => ({ resolvedValues: [], unresolvedKeys: keys }),
    getExpirationTime: async (key) => expiresAt(key),
    set: async (key, value) => set(key, value),
    setMany: async (entries) => entries.map(({ key, value }) => set(key, value)),
    delete: async (key) => world.records.delete(key),
    deleteMany: async (keys) => keys.map((key) => world.records.delete(key)),
    clear: async () => world.records.clear(),
    close: async () => {},
  };
}

/** The same with a group before the key. */
export function mapGroupCache(world: World): GroupCache {
  const { get, set, expiresAt } = records(world, TTL.grouped);
  const inGroup = (key: string, group: string) => `${group}/${key}`;
  return {
    expirationTimeLoadingGroupedOperation: new GroupLoader<number>({ inMemoryCache: false }),
    getFromGroup: (key, group) => get(inGroup(key, group)),
    getManyFromGroup: async (keys) => ({ resolvedValues: [], unresolvedKeys: keys }),
    getExpirationTimeFromGroup: async (key, group) => expiresAt(inGroup(key, group)),
    setForGroup: async (key, value, group) => set(inGroup(key, group), value),
    setManyForGroup: async (entries, group) =>
      entries.map(({ key, value }) => set(inGroup(key, group), value)),
    async deleteGroup(group) {
      for (const key of world.records.keys()) if (key.startsWith(`${group}/`)) world.records.delete(key);
    },
    deleteFromGroup: async (key, group) => world.records.delete(inGroup(key, group)),
    clear: async () => world.records.clear(),
    close: async () => {},
  };
}

function records({ records, gate }: World, ttl: number) {
  const live = (key: string) => {
    const record = records.get(key) as { value: string | null; expiresAt: number } | undefined;
    return record && record.expiresAt > Date.now() ? record : undefined;
  };
  return {
    get: async (key: string) => gate.pass(live(key)?.value),
    expiresAt: (key: string) => live(key)?.expiresAt,
    set: (key: string, value: string | null) => void records.set(key, { value, expiresAt: Date.now() + ttl }),
  };
}
