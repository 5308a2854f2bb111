import { mkdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { FileLevel } from '../../../../src/cache/file-level.ts';
import { FileKnowledge } from '../../../../src/freshness/fingerprint-index/file-knowledge.ts';
import type { Stamp } from '../../../../src/freshness/stamp.ts';
import { WorkspaceCache } from '../../../../src/freshness/workspace-cache.ts';
import { databaseIn } from '../../../support/database.ts';
import { Witness } from '../../../support/witness.ts';
import { temporaryFolder, write } from '../../../support/workspace.ts';
import { rested, workerFile } from './opened.ts';

let worker: string;
beforeAll(async () => {
  worker = await workerFile();
});

/** One session on a folder, from its start to its end. */
async function session(root: string, storage: string, watcher?: { deaf: number[] }) {
  const problem = (error: Error): void => {
    throw error;
  };
  const database = await databaseIn(storage);
  const witness = new Witness<Stamp>();
  const files = new FileKnowledge({
    root,
    storage,
    worker,
    problem,
    everyMs: () => 0,
    watcher: watcher && { watches: () => true, deaf: (missed) => watcher.deaf.push(missed) },
  });
  const cache = new WorkspaceCache({
    disk: files.disk,
    observer: witness,
    file: new FileLevel(database, problem, { limits: { maxBytes: 1 << 30 } }),
  });
  const listed = cache.cache.loadCatalog();
  const started = files.start(
    cache,
    listed.then(() => undefined),
  );
  const close = async () => {
    await files.close();
    await cache.settled();
    await cache.cache.close();
  };
  onTestFinished(close);
  const read = (path: string) =>
    cache.getOrCompute(
      `test:${path}`,
      async (context) => (await context.readFile(path))?.text() ?? 'nothing',
    );
  return { cache, files, witness, read, started, close };
}

describe('a restart', { timeout: 60_000 }, () => {
  it('lets the entries of files go that changed while it was closed, and serves the others unread', async () => {
    const [root, storage] = [temporaryFolder(), temporaryFolder()];
    const paths = Array.from({ length: 30 }, (_, i) => `src/f${i}.txt`);
    for (const path of paths) write(root, path, path);
    await rested();
    const before = await session(root, storage);
    await before.started;
    for (const path of paths) await before.read(path);
    await before.close();

    writeFileSync(join(root, paths[0] as string), 'edited');
    unlinkSync(join(root, paths[1] as string));
    unlinkSync(join(root, paths[2] as string));
    mkdirSync(join(root, paths[2] as string));
    await rested();

    const after = await session(root, storage);
    await after.started;
    await after.cache.settled();
    expect([...after.witness.live].sort()).toEqual(
      paths
        .slice(3)
        .map((path) => `test:${path}`)
        .sort(),
    );
    const reads = after.cache.fingerprints.reads;
    for (const path of paths.slice(3))
      expect(await after.read(path)).toMatchObject({ value: path, from: 'file' });
    expect(after.cache.fingerprints.reads).toBe(reads);
    expect((await after.read(paths[0] as string)).value).toBe('edited');
  });

  it('serves the truth before the index is read, while it is read, and after', async () => {
    const [root, storage] = [temporaryFolder(), temporaryFolder()];
    const paths = Array.from({ length: 200 }, (_, i) => `f${i}.txt`);
    for (const path of paths) write(root, path, path);
    await rested();
    const before = await session(root, storage);
    await before.started;
    for (const path of paths) await before.read(path);
    await before.close();
    for (const path of paths) writeFileSync(join(root, path), `${path} edited`);
    const after = await session(root, storage);
    for (const path of paths) expect((await after.read(path)).value).toBe(`${path} edited`);
    await after.started;
    for (const path of paths) expect((await after.read(path)).value).toBe(`${path} edited`);
  });

  it('finds a result of many inputs true by stats alone, and false when one of them changed', async () => {
    const [root, storage] = [temporaryFolder(), temporaryFolder()];
    const paths = Array.from({ length: 1000 }, (_, i) => `d${i % 9}/f${i}.txt`);
    for (const path of paths) write(root, path, path);
    await rested();
    const total = (one: Awaited<ReturnType<typeof session>>) =>
      one.cache.getOrCompute('test:total', async (context) => {
        let length = 0;
        for (const path of paths) length += (await context.readFile(path))?.bytes.length ?? 0;
        return length;
      });
    const before = await session(root, storage);
    await before.started;
    const { value } = await total(before);
    await before.close();
    const after = await session(root, storage);
    await after.started;
    expect(await total(after)).toMatchObject({ value, from: 'file' });
    expect(after.cache.fingerprints.reads).toBe(0);
    writeFileSync(join(root, paths[700] as string), '');
    expect(await total(after)).toMatchObject({
      value: value - (paths[700] as string).length,
      from: 'computed',
    });
  });

  it('heals: what changed without a hint goes, and the watcher is told that it was deaf', async () => {
    const [root, storage] = [temporaryFolder(), temporaryFolder()];
    for (const path of ['a.txt', 'b.txt']) write(root, path, path);
    await rested();
    const watcher = { deaf: [] as number[] };
    const one = await session(root, storage, watcher);
    await one.started;
    for (const path of ['a.txt', 'b.txt']) await one.read(path);
    await one.files.heal();
    writeFileSync(join(root, 'a.txt'), 'edited');
    await rested();
    await one.files.heal();
    expect([...one.witness.live]).toEqual(['test:b.txt']);
    expect(watcher.deaf).toEqual([1]);
    expect(one.files.watch).toMatchObject({ paths: 2, missed: 1, healthy: false });
  });
});
