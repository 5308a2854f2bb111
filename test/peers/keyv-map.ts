import type { World } from './subject.ts';

/** A store for Keyv 5 as its stores for Redis or SQL are: Keyv's envelope by key. */
export function keyvMap({ records, gate }: World) {
  return {
    get: (key: string) => gate.pass(records.get(key)),
    set: async (key: string, envelope: unknown) => records.set(key, envelope),
    delete: async (key: string) => records.delete(key),
    clear: async () => records.clear(),
  };
}
