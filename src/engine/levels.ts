import { join } from 'node:path';
import type { Observer } from '../cache/guard.ts';
import { openShared } from '../cache/shared/load.ts';
import type { SharedLevel } from '../cache/shared/shared-level.ts';
import { openDatabase } from '../cache/stores/open.ts';
import type { FileDatabase } from '../cache/stores/store.ts';
import { patternMatcher } from '../freshness/pattern-matcher.ts';
import type { EngineOptions } from './options.ts';

type Told = Pick<Observer<unknown>, 'problem'>;

/** The database of the file level; undefined when there is to be none, or it cannot be opened, which is told. */
export function openFile(
  { store, storage, bundle, warn }: EngineOptions,
  told: Told,
): FileDatabase | undefined {
  if (store === 'off') return undefined;
  try {
    return openDatabase(store, {
      folder: storage,
      worker: join(bundle, 'sqlite-worker.js'),
      onProblem: (error) => told.problem('file', error),
      onWarning: warn,
    });
  } catch (error) {
    told.problem('file', error as Error);
    return undefined;
  }
}

/** The same for the shared level; nothing waits for its server. */
export async function openSharedLevel(
  { shared, bundle }: EngineOptions,
  told: Told,
  database: FileDatabase | undefined,
): Promise<SharedLevel | undefined> {
  if (!shared) return undefined;
  return openShared(shared, {
    bundle,
    database,
    matches: patternMatcher(),
    problem: (error) => told.problem('shared', error),
  });
}
