import { FileLevel } from '../../../src/cache/file-level.ts';
import { openDatabase, type StoreKind } from '../../../src/cache/stores/open.ts';
import { FolderDisk } from '../../../src/freshness/disk.ts';
import { GenerationStore } from '../../../src/freshness/generation-store.ts';
import type { SelectorInput } from '../../../src/freshness/selector.ts';
import type { Stamp } from '../../../src/freshness/stamp.ts';
import { UndoStore } from '../../../src/freshness/undo/undo-store.ts';
import { WorkspaceCache } from '../../../src/freshness/workspace-cache.ts';
import { Witness } from '../../support/witness.ts';

export type Act =
  | { readonly act: 'set'; readonly key: string; readonly value: number; readonly tag: string }
  | { readonly act: 'invalidate'; readonly selector: SelectorInput }
  | { readonly act: 'undo'; readonly id: string };

/** Opens a cache on a store as the engine does; what fails is told. */
export async function openCache(
  kind: StoreKind,
  folder: string,
  worker: string,
  problem: (error: Error) => void,
) {
  const database = openDatabase(kind, { folder, worker, onProblem: problem });
  const generations = new GenerationStore(database);
  const cache = new WorkspaceCache({
    disk: new FolderDisk(folder),
    observer: Object.assign(new Witness<Stamp>(), { problem: (_: string, error: Error) => problem(error) }),
    file: new FileLevel(database, problem),
    saveBump: (bump) => generations.save(bump),
    undo: { log: new UndoStore(database, problem), generations },
  });
  await generations.load(cache.generations);
  await cache.loadUndos();
  await cache.cache.loadCatalog();
  return cache;
}

/**
 * A process that sets, invalidates and undoes at random until it is killed: a line of JSON on stdout
 * for what it begins, and one when that is done. Arguments: kind, storage folder, worker.
 */
async function work(kind: StoreKind, folder: string, worker: string): Promise<void> {
  const cache = await openCache(kind, folder, worker, (error) => {
    console.error(error.stack);
    process.exitCode = 2;
  });
  const tell = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`); // synchronous: a pipe
  const below = (most: number) => Math.floor(Math.random() * most);
  const keyOf = (i: number) => `${i % 2 ? 'odd' : 'even'}:${i}`;
  let values = 0;
  const next = (): Act => {
    const undos = cache.undos();
    const what = below(10);
    if (what < 3 || undos.length > 12) {
      const id = undos[below(undos.length)]?.id;
      if (id !== undefined) return { act: 'undo', id };
    }
    if (what < 6) return { act: 'set', key: keyOf(below(40)), value: ++values, tag: `t/${below(3)}` };
    const selectors: SelectorInput[] = [
      { tag: `t/${below(3)}` },
      { namespace: below(2) ? 'odd' : 'even' },
      { pattern: below(2) ? 'odd:*' : `*${below(10)}` },
      { keys: Array.from({ length: 10 }, () => keyOf(below(40))) },
      { all: true },
    ];
    return { act: 'invalidate', selector: selectors[below(selectors.length)] as SelectorInput };
  };
  const first = Array.from({ length: 40 }, (_, i): Act => {
    return { act: 'set', key: keyOf(i), value: ++values, tag: `t/${i % 3}` };
  });
  for (const act of first) if (act.act === 'set') void cache.set(act.key, act.value, { tags: [act.tag] });
  await cache.cache.flush();
  for (const act of first) {
    tell(['begin', act]);
    tell(['done']);
  }
  for (;;) {
    const act = next();
    tell(['begin', act]);
    if (act.act === 'set') await cache.set(act.key, act.value, { tags: [act.tag] });
    if (act.act === 'undo') await cache.undo(act.id);
    const made = act.act === 'invalidate' ? await cache.invalidate(act.selector) : undefined;
    tell(['done', made?.undo, cache.undos().map(({ id }) => id)]);
  }
}

const [script, kind, folder = '', worker = ''] = process.argv.slice(1);
if (script?.endsWith('undo-process.cjs')) void work(kind as StoreKind, folder, worker);
