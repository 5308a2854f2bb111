import { FileLevel } from '../../src/cache/file-level.ts';
import type { FileDatabase } from '../../src/cache/stores/store.ts';
import { FolderDisk } from '../../src/freshness/disk.ts';
import { GenerationStore } from '../../src/freshness/generation-store.ts';
import type { Stamp } from '../../src/freshness/stamp.ts';
import { WorkspaceCache } from '../../src/freshness/workspace-cache.ts';
import { databaseIn } from '../support/database.ts';
import { Witness } from '../support/witness.ts';
import type { ReadGate } from './read-gate.ts';
import type { Peer, StoreOptions } from './subject.ts';

/** This project's cache: memory over a real SQLite file. */
export const ours: Peer = {
  name: 'Agent Cache Explorer',
  shows: {},
  async open({ folder, gate }) {
    const database = await databaseIn(folder);
    holdReads(database, gate);
    const generations = new GenerationStore(database);
    const cache = new WorkspaceCache({
      disk: new FolderDisk(folder),
      observer: new Witness<Stamp>(),
      file: new FileLevel(database, (error) => {
        throw error;
      }),
      saveBump: (bump) => generations.save(bump),
    });
    await generations.load(cache.generations);
    return {
      get: (key) => cache.get(key),
      set: (key, value, options) => cache.set(key, value, ourOptions(options)),
      delete: (key) => cache.delete(key),
      getOrCompute: async (key, compute, options) =>
        (await cache.getOrCompute(key, compute, ourOptions(options))).value,
      invalidateTag: (tag) => cache.invalidate({ tag }),
      close: () => cache.cache.close(),
    };
  },
};

function ourOptions({ tag, ttlMs }: StoreOptions = {}) {
  return { ...(tag !== undefined && { tags: [tag] }), ...(ttlMs !== undefined && { ttlMs }) };
}

function holdReads(database: FileDatabase, gate: ReadGate): void {
  const store = database.store.bind(database);
  database.store = (namespace) => {
    const adapter = store(namespace);
    const getMany = adapter.getMany.bind(adapter); // its `get` asks it too
    adapter.getMany = async (keys: string[]) => gate.pass(await getMany(keys));
    return adapter;
  };
}
