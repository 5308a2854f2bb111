import { onTestFinished } from 'vitest';
import { FileLevel } from '../../../../src/cache/file-level.ts';
import { Namespaces } from '../../../../src/cache/namespace.ts';
import { Policies } from '../../../../src/cache/policy/scopes.ts';
import type { StoreKind } from '../../../../src/cache/stores/open.ts';
import { GenerationStore } from '../../../../src/freshness/generation-store.ts';
import { openInstances } from '../../../../src/freshness/instances/open.ts';
import { databaseIn } from '../../../support/database.ts';
import { temporaryFolder, workspaceWith } from '../../../support/workspace.ts';

/** A cache as one process has it, on a storage folder that others may share. */
export async function instanceOn(storage: string, kind: StoreKind, options: { mostBytes?: number } = {}) {
  const database = await databaseIn(storage, kind);
  const problems: Error[] = [];
  const problem = (error: Error) => problems.push(error);
  const generations = new GenerationStore(database);
  // Nobody looks but the test.
  const instances = openInstances(database, storage, { problem, pollMs: 1 << 30, ...options });
  const policies = new Policies({
    global: {
      '*': { sensitivity: 'none' },
      local: { levels: ['memory'] },
      back: { write: 'back', sensitivity: 'none' },
    },
  });
  const made = workspaceWith(
    {},
    {
      file: new FileLevel(database, problem),
      namespaces: new Namespaces((namespace, agent) => policies.resolve(namespace, agent)),
      saveBump: (bump) => generations.save(bump),
      reload: () => generations.load(made.cache.generations),
      writeBackMs: () => 1 << 30,
      instances,
    },
  );
  const { cache } = made;
  await instances.start();
  await generations.load(cache.generations);
  onTestFinished(async () => {
    await instances.stop();
    await cache.cache.flush();
    await instances.close();
  });
  const hits = { computed: 0 };
  /** Serves the text, tagged, computed when nothing is there. */
  const ask = (key: string, value: unknown, tags: readonly string[] = []) =>
    cache.getOrCompute(
      key,
      async () => {
        hits.computed++;
        return value;
      },
      { tags },
    );
  return { ...made, ask, hits, instances, problems, database };
}

export type Instance = Awaited<ReturnType<typeof instanceOn>>;

export async function pairOn(kind: StoreKind, options: { mostBytes?: number } = {}) {
  const storage = temporaryFolder();
  const [one, other] = [await instanceOn(storage, kind, options), await instanceOn(storage, kind, options)];
  return { storage, one, other };
}
