import { ON_FILE } from './entry.ts';
import type { Standing } from './file-level.ts';
import type { Miss } from './guard.ts';
import { Slices } from './slices.ts';
import type { CacheState } from './state.ts';
import type { TrustedFile } from './trusted-file.ts';
import type { WriteBack } from './write-back.ts';

export interface Tidied {
  readonly expired: number;
  /** Entries that the file level had no room for. */
  readonly evicted: number;
}

/** Drops what has expired and, beyond the file level's bound, what was not used for the longest time. */
export async function tidy<S>(
  state: CacheState<S>,
  file: TrustedFile<S> | undefined,
  writeBack: WriteBack<S>,
  standing: Standing | undefined,
): Promise<Tidied> {
  const { catalog } = state;
  const began = state.now();
  const slices = new Slices();
  let expired = 0;
  for (const entry of [...catalog.values()]) {
    const miss = state.expired(entry);
    if (miss && catalog.holds(entry)) {
      catalog.drop(entry, miss);
      expired++;
    }
    if (slices.due) await slices.pause();
  }
  const removed = await file?.tidy((key) => {
    const entry = catalog.get(key);
    return entry && Math.max(entry.createdAt, entry.lastHitAt);
  }, standing);
  let evicted = 0;
  for (const key of removed ?? []) {
    catalog.dormant.delete(key);
    const entry = catalog.get(key);
    // Stored meanwhile, or still to be written: what was removed is an older one.
    if (!entry?.inFile || entry.createdAt >= began || writeBack.waits(key)) continue;
    evicted++;
    entry.on &= ~ON_FILE;
    if (!entry.inMemory) catalog.drop(entry, FULL);
    if (slices.due) await slices.pause();
  }
  return { expired, evicted };
}

const FULL: Miss = { reason: 'evicted', detail: 'file level full (LRU)' };
