import { createInterface } from 'node:readline';
import { FileLevel } from '../../../src/cache/file-level.ts';
import { Namespaces } from '../../../src/cache/namespace.ts';
import { Policies } from '../../../src/cache/policy/scopes.ts';
import { openSharedStore } from '../../../src/cache/shared/open.ts';
import { SharedLevel } from '../../../src/cache/shared/shared-level.ts';
import { openDatabase, type StoreKind } from '../../../src/cache/stores/open.ts';
import type { ComputeContext } from '../../../src/freshness/context.ts';
import { FolderDisk } from '../../../src/freshness/disk.ts';
import { GenerationStore } from '../../../src/freshness/generation-store.ts';
import { openInstances } from '../../../src/freshness/instances/open.ts';
import { patternMatcher } from '../../../src/freshness/pattern-matcher.ts';
import type { SelectorInput } from '../../../src/freshness/selector.ts';
import type { Stamp } from '../../../src/freshness/stamp.ts';
import { WorkspaceCache } from '../../../src/freshness/workspace-cache.ts';
import { Witness } from '../../support/witness.ts';
import { now } from './instance-clock.ts';

/**
 * A process with a cache on a store that others share: it does what it is told on stdin, a JSON array
 * `[id, operation, …]` by line, and answers `[id, result]`. Arguments: kind, storage, worker, workspace
 * folder, bytes of a file of announcements, port and project of a Redis.
 */
const [kind, folder = '', worker = '', root = '', mostBytes, redis] = process.argv.slice(2);
const problem = (error: Error) => console.error(error.stack);

const database = openDatabase(kind as StoreKind, { folder, worker, onProblem: problem });
const generations = new GenerationStore(database);
const instances = openInstances(database, folder, {
  problem,
  ...(mostBytes && { mostBytes: Number(mostBytes) }),
});
const shared = redis === undefined ? undefined : openShared(redis);
const policies = new Policies({ global: { '*': { sensitivity: 'none' } } });
const cache: WorkspaceCache = new WorkspaceCache({
  disk: new FolderDisk(root),
  observer: Object.assign(new Witness<Stamp>(), { problem: (_: string, error: Error) => problem(error) }),
  file: new FileLevel(database, problem),
  namespaces: new Namespaces((namespace, agent) => policies.resolve(namespace, agent)),
  saveBump: (bump) => generations.save(bump),
  reload: () => generations.load(cache.generations),
  instances,
  ...(shared && { shared }),
});

function openShared(where: string): SharedLevel {
  const [port = '', project = ''] = where.split(' ');
  const store = openSharedStore({ kind: 'redis', urls: [`127.0.0.1:${port}`], project, requestMs: 2000 });
  return new SharedLevel(store, { problem, matches: patternMatcher(), pollMs: 500 });
}

interface Ask {
  readonly tags?: readonly string[];
  readonly topic?: string;
  /** Takes so long, ms. */
  readonly ms?: number;
}

const operations = {
  /** `value` is what computing gives, without one the time at which it began; resolves to value, level and reason. */
  async ask(key: string, value: unknown, { tags = [], topic, ms = 0 }: Ask = {}) {
    const compute = async (context: ComputeContext) => {
      const began = now();
      if (topic !== undefined) context.topic(topic);
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
      return value ?? began;
    };
    const { from, miss, value: got } = await cache.getOrCompute(key, compute, { tags });
    return { from, value: got, ...(miss && { detail: miss.detail ?? miss.reason }) };
  },
  /** Computes from a file of the workspace; resolves to its text. */
  async read(key: string, file: string, { tags = [], ms = 0 }: Ask = {}) {
    const { value, from } = await cache.getOrCompute(
      key,
      async (context) => {
        const text = (await context.readFile(file))?.text();
        if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
        return text;
      },
      { tags },
    );
    return { value, from };
  },
  get: async (key: string) => (await cache.get(key)) ?? null,
  peek: async (key: string) => cache.peek(key) ?? null,
  set: (key: string, value: unknown, tags: readonly string[] = []) => cache.set(key, value, { tags }),
  delete: (key: string) => cache.delete(key),
  update: (key: string, by: number) => cache.update(key, { increment: by }),
  invalidate: async (selector: SelectorInput, cause?: string) =>
    (await cache.invalidate(selector, cause)).entries,
  /** So many tags one after the other. */
  async burst(count: number) {
    for (let i = 0; i < count; i++) await cache.invalidate({ tag: `burst/${i}` });
  },
  flush: () => cache.cache.flush(),
  told: () => instances.tell([]),
  catchUp: () => instances.catchUp(),
  async close() {
    await instances.stop();
    await cache.cache.close();
    await instances.close();
  },
};

export type Operation = keyof typeof operations;

async function main(): Promise<void> {
  await instances.start();
  await generations.load(cache.generations);
  while (shared && shared.state.state !== 'up') await new Promise((resolve) => setTimeout(resolve, 10));
  await shared?.lookup([]);
  process.stdout.write('[0,null]\n');
  for await (const line of createInterface(process.stdin)) {
    const [id, name, ...args] = JSON.parse(line) as [number, Operation, ...never[]];
    const run = operations[name] as (...args: never[]) => Promise<unknown>;
    run(...args).then(
      (result) => process.stdout.write(`${JSON.stringify([id, result ?? null])}\n`),
      (error: Error) => process.stdout.write(`${JSON.stringify([id, null, error.message])}\n`),
    );
  }
}

main().catch(problem);
