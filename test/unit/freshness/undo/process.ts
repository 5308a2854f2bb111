import { FileLevel } from '../../../../src/cache/file-level.ts';
import type { FileDatabase } from '../../../../src/cache/stores/store.ts';
import { GenerationStore } from '../../../../src/freshness/generation-store.ts';
import { UndoStore } from '../../../../src/freshness/undo/undo-store.ts';
import type { WorkspaceCacheOptions } from '../../../../src/freshness/workspace-options.ts';
import { workspaceWith } from '../../../support/workspace.ts';

const FILES = { 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' };

export interface ProcessOptions extends Partial<WorkspaceCacheOptions> {
  readonly maxBytes?: number;
}

/** One process on a database, wired as the engine wires it. */
export async function processOn(database: FileDatabase | undefined, options: ProcessOptions = {}) {
  const problems: Error[] = [];
  const problem = (error: Error) => void problems.push(error);
  const { maxBytes, ...rest } = options;
  const file =
    database &&
    new FileLevel(database, problem, {
      ...(maxBytes && { limits: { maxBytes } }),
      ...(rest.now && { now: rest.now }),
    });
  const generations = database && new GenerationStore(database);
  const made = workspaceWith(FILES, {
    ...(file && { file }),
    ...(generations && { saveBump: (bump) => generations.save(bump) }),
    ...(database && generations && { undo: { log: new UndoStore(database, problem), generations } }),
    ...rest,
  });
  const { cache } = made;
  await generations?.load(cache.generations);
  await cache.loadUndos();
  await cache.cache.loadCatalog();
  /** Which of the keys are served, without computing. */
  const reach = async (keys: readonly string[]) => {
    const values = await cache.getMany(keys);
    return keys.filter((_, i) => values[i] !== undefined);
  };
  const listed = () => [...cache.cache.entries()].map(({ key }) => key).sort();
  const close = async () => {
    await cache.settled();
    await cache.cache.close();
  };
  return { ...made, file, reach, listed, problems, close };
}

export type Process = Awaited<ReturnType<typeof processOn>>;
