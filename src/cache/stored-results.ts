import { type Miss, UNSURE } from './guard.ts';
import { levelsOf } from './levels-of.ts';
import type { Level } from './policy/policy.ts';
import { FOREIGN } from './restore.ts';
import type { CacheState } from './state.ts';
import type { TrustedFile } from './trusted-file.ts';

/** One result of a key, for one state of its inputs. */
export interface StoredResult {
  readonly createdAt: number;
  readonly bytes: number;
  readonly levels: readonly Level[];
  /** Why it does not hold now; undefined when it does, {@link UNSURE} when that is not known. */
  readonly miss: Miss | undefined;
}

interface Judged<S> {
  readonly key: string;
  readonly stamp: S;
  readonly expiresAt: number;
}

/**
 * All that this process and the file level keep of a key, newest first. No value is loaded, nothing
 * counts as a hit, and what the shared level alone has is not asked for.
 */
export async function storedResults<S>(
  state: CacheState<S>,
  file: TrustedFile<S> | undefined,
  key: string,
): Promise<readonly StoredResult[]> {
  const { catalog, guard } = state;
  const listed = catalog.get(key);
  const results = new Map<string, StoredResult>();
  for (const entry of [...(listed ? [listed] : []), ...catalog.older.of(key)]) {
    const levels = levelsOf(entry);
    const miss = await missNow(state, entry);
    const { createdAt, bytes } = entry;
    results.set(guard.variant(entry.stamp), { createdAt, bytes, levels, miss });
  }
  for (const { id, stamp, createdAt, bytes, expiresAt } of (await file?.variants(key)) ?? []) {
    const known = results.get(id);
    if (known) {
      if (!known.levels.includes('file')) results.set(id, { ...known, levels: [...known.levels, 'file'] });
      continue;
    }
    const revived = guard.revive(stamp);
    const miss = revived ? await missNow(state, { key, stamp: revived, expiresAt }) : FOREIGN;
    results.set(id, { createdAt, bytes, levels: ['file'], miss });
  }
  return [...results.values()].sort((a, b) => b.createdAt - a.createdAt);
}

/** Why a result does not hold now; {@link UNSURE} when only computing another one could tell. */
export async function missNow<S>(
  state: CacheState<S>,
  { key, stamp, expiresAt }: Judged<S>,
): Promise<Miss | undefined> {
  const expired = state.expired({ expiresAt });
  if (expired) return expired;
  const verdict = state.guard.check(stamp);
  return verdict === UNSURE && state.guard.isPlain(stamp) ? state.guard.verify(stamp, key) : verdict;
}
