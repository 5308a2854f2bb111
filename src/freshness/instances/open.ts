import { join } from 'node:path';
import type { FileDatabase } from '../../cache/stores/store.ts';
import { Instances, type InstancesOptions } from './instances.ts';

/** A namespace without records. */
const NOTHING = 'announcements';

/**
 * The processes on a database, which lies in the folder. What `keyv-file` has read it does not read
 * again before its own next save: so one is made when another process has changed something.
 */
export function openInstances(
  database: FileDatabase,
  folder: string,
  options: Omit<InstancesOptions, 'folder' | 'refresh'>,
): Instances {
  const refresh = database.kind === 'keyv-file' ? () => database.clear(NOTHING) : undefined;
  return new Instances({ ...options, folder: join(folder, 'announcements'), refresh });
}
