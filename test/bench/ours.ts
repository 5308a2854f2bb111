import { tmpdir } from 'node:os';
import type { FileLevel } from '../../src/cache/file-level.ts';
import { FolderDisk } from '../../src/freshness/disk.ts';
import type { Stamp } from '../../src/freshness/stamp.ts';
import { WorkspaceCache } from '../../src/freshness/workspace-cache.ts';
import { Recorder } from '../../src/insight/recorder.ts';
import type { Contestant, Library } from './library.ts';

/** With everything that counts and lists entries, as the extension runs it. */
export function openCache(capacity: number, folder = tmpdir(), file?: FileLevel): WorkspaceCache {
  return new WorkspaceCache({
    disk: new FolderDisk(folder),
    observer: new Recorder<Stamp>((where, error) => console.error(where, error)),
    ...(file && { file }),
    memory: { entries: capacity, bytes: 2 ** 30 },
  });
}

function open(capacity: number): Library {
  const cache = openCache(capacity);
  return {
    get: (key) => cache.get(key),
    set: (key, value) => cache.set(key, value),
    getOrCompute: (key, compute) => cache.getOrCompute(key, compute),
    tagged: {
      set: (key, value, tag) => cache.set(key, value, { tags: [tag] }),
      get: (key) => cache.get(key),
      invalidate: (tag) => cache.invalidate({ tag }),
      immediate: true,
    },
  };
}

function openPeek(capacity: number): Library {
  const cache = openCache(capacity);
  return {
    get: (key) => cache.peek(key),
    set: (key, value) => cache.set(key, value),
    tagged: {
      set: (key, value, tag) => cache.set(key, value, { tags: [tag] }),
      get: (key) => cache.peek(key),
      invalidate: (tag) => cache.invalidate({ tag }),
      immediate: true,
    },
  };
}

export const OURS = 'Agent Cache Explorer';
export const PEEK = `${OURS}, peek`;

export const ours: readonly Contestant[] = [
  { name: PEEK, part: 0.7, open: openPeek },
  { name: OURS, part: 0.3, open },
];
