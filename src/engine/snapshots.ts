import type { FileLevel } from '../cache/file-level.ts';
import { type Exported, exportSnapshot } from '../cache/snapshot/export.ts';
import { type Imported, importSnapshot } from '../cache/snapshot/import.ts';
import type { WorkspaceCache } from '../freshness/workspace-cache.ts';

export interface SnapshotOptions {
  /** Path of the JSON file. */
  readonly file: string;
  /** Part done, 0 to 1. */
  readonly onProgress?: (part: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Writes what the file level holds as a JSON file that other machines can take in, but for namespaces
 * whose values may hold secrets.
 */
export async function exportTo(
  workspace: WorkspaceCache,
  level: FileLevel,
  { file, onProgress, signal }: SnapshotOptions,
): Promise<Exported> {
  await workspace.cache.flush();
  return exportSnapshot(level, {
    file,
    filter: (key) => workspace.cache.namespaces.of(key).policy.sensitivity === 'none',
    portable: (stamp) => workspace.portable(stamp),
    onProgress: (done, keys) => onProgress?.(keys === 0 ? 1 : done / keys),
    ...(signal && { signal }),
  });
}

/** Takes such a file in. What it brings is served while the files here are as they were there. */
export async function importFrom(
  workspace: WorkspaceCache,
  level: FileLevel,
  { file, onProgress, signal }: SnapshotOptions,
): Promise<Imported> {
  const imported = await importSnapshot(level, file, {
    adopt: (stamp) => workspace.adopt(stamp),
    onProgress: (done, bytes) => onProgress?.(bytes === 0 ? 1 : done / bytes),
    ...(signal && { signal }),
  });
  await workspace.cache.loadCatalog();
  return imported;
}
