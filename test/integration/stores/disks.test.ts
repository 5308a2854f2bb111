import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FileLevel } from '../../../src/cache/file-level.ts';
import { openKeyvFile } from '../../../src/cache/stores/keyv-file.ts';
import { openSqlite } from '../../../src/cache/stores/sqlite.ts';
import type { FileDatabase } from '../../../src/cache/stores/store.ts';
import { bundleWorker, temporaryFolder } from '../../unit/stores/worker.ts';

const mount = (...args: string[]) => spawnSync('mount', args).status === 0;
const unmount = (folder: string) => spawnSync('umount', [folder]).status === 0;

let build: Awaited<ReturnType<typeof temporaryFolder>>;
let worker: string;
let mayMount = false;
beforeAll(async () => {
  build = await temporaryFolder();
  worker = await bundleWorker(build.folder);
  mayMount = mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', build.folder) && unmount(build.folder);
});
afterAll(() => build.remove());

describe.each(['sqlite', 'keyv-file'] as const)('%s and a bad disk', (kind) => {
  let scratch: Awaited<ReturnType<typeof temporaryFolder>>;
  let file: string;
  let problems: Error[];
  const opened: FileDatabase[] = [];
  beforeEach(async () => {
    scratch = await temporaryFolder();
    file = path.join(scratch.folder, 'cache');
    problems = [];
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((database) => database.close()));
    unmount(scratch.folder);
    await scratch.remove();
  });

  const open = () => {
    const onProblem = (error: Error) => problems.push(error);
    const database =
      kind === 'sqlite'
        ? openSqlite({ file, worker, onProblem })
        : openKeyvFile({ file, delayMs: 1, onProblem });
    opened.push(database);
    return database;
  };
  const put = (database: FileDatabase, key: string, bytes: number) =>
    database.commit([{ namespace: 'h', key, value: Buffer.alloc(bytes, key) }]);
  const get = async (database: FileDatabase, key: string) => {
    const stored = (await database.store('h').get<Uint8Array>(key)) as { value: Uint8Array } | undefined;
    return stored && Buffer.from(stored.value);
  };

  it('says that the disk is full, still reads, and goes on when there is space', async (context) => {
    if (!mayMount || !mount('-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', scratch.folder)) {
      return context.skip('mounting a small tmpfs needs root');
    }
    const filler = path.join(scratch.folder, 'filler');
    await writeFile(filler, Buffer.alloc(2 << 20));
    const database = open();
    await put(database, 'first', 1000);
    let written = 0;
    const fill = async () => {
      for (; written < 500; written++) await put(database, `key-${written}`, 50_000);
    };
    await expect(fill()).rejects.toMatchObject({ name: 'StoreError', code: 'full' });
    await expect(put(database, 'large', 1_500_000)).rejects.toMatchObject({ code: 'full' });
    expect(await get(database, 'first')).toEqual(Buffer.alloc(1000, 'first'));
    expect(await get(database, 'large')).toBeUndefined();
    await rm(filler);
    await put(database, 'after', 1000);
    await database.close();
    const again = open();
    expect(await get(again, 'after')).toEqual(Buffer.alloc(1000, 'after'));
    for (let index = 0; index < written; index++) {
      expect(await get(again, `key-${index}`)).toEqual(Buffer.alloc(50_000, `key-${index}`));
    }
    expect(problems).toEqual([]);
  });

  it('makes room on a full disk by tidying', async (context) => {
    const [size, bytes] = kind === 'sqlite' ? ['300m', 100_000] : ['8m', 20_000];
    if (!mayMount || !mount('-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', scratch.folder)) {
      return context.skip('mounting a small tmpfs needs root');
    }
    const told: Error[] = [];
    const level = new FileLevel(open(), (error) => told.push(error), { limits: { maxBytes: 1 << 20 } });
    const variant = { id: 'a', stamp: {}, costMs: 1, createdAt: 1, expiresAt: 0 };
    const value = randomBytes(bytes);
    const write = (key: string) => level.put(key, variant, value, () => false);
    const fill = async () => {
      for (let index = 0; index < 5000; index++) await write(`test:${index}`);
    };
    await expect(fill()).rejects.toMatchObject({ name: 'StoreError', code: 'full' });
    const { removed } = await level.tidy();
    expect(told).toEqual([]);
    expect(removed.length).toBeGreaterThan(50);
    await write('test:again');
    expect((await level.size()).bytes).toBeLessThan(1 << 20);
  });

  it('starts on a disk that is full already', async (context) => {
    if (!mayMount || !mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', scratch.folder)) {
      return context.skip('mounting a small tmpfs needs root');
    }
    const filler = path.join(scratch.folder, 'filler');
    await expect(writeFile(filler, Buffer.alloc(2 << 20))).rejects.toMatchObject({ code: 'ENOSPC' });
    const database = open();
    await expect(put(database, 'a', 1000)).rejects.toMatchObject({ name: 'StoreError', code: 'full' });
    await rm(filler);
    await put(database, 'a', 1000);
    expect(await get(database, 'a')).toEqual(Buffer.alloc(1000, 'a'));
  });

  it('says that the disk is read-only', async (context) => {
    if (!mayMount || !mount('-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', scratch.folder)) {
      return context.skip('remounting a tmpfs read-only needs root');
    }
    const before = open();
    await put(before, 'a', 1000);
    await before.close();
    expect(mount('-o', 'remount,ro', scratch.folder)).toBe(true);
    const database = open();
    const readonly = { name: 'StoreError', code: 'readonly' };
    await expect(put(database, 'b', 1000)).rejects.toMatchObject(readonly);
    await rejectsOrHolds(database);
    const told: Error[] = [];
    const level = new FileLevel(database, (error) => told.push(error), { limits: { maxBytes: 1 } });
    expect(await level.tidy()).toEqual({ removed: [], bytes: 0 });
    expect(told).toContainEqual(expect.objectContaining(readonly));
    expect(mount('-o', 'remount,rw', scratch.folder)).toBe(true);
    await put(database, 'c', 1000);
    expect(await get(database, 'a')).toEqual(Buffer.alloc(1000, 'a'));
  });

  /** SQLite needs to write a little in order to read a write-ahead log; the JSON file does not. */
  async function rejectsOrHolds(database: FileDatabase): Promise<void> {
    if (kind === 'sqlite') await expect(get(database, 'a')).rejects.toMatchObject({ code: 'readonly' });
    else expect(await get(database, 'a')).toEqual(Buffer.alloc(1000, 'a'));
  }

  it('neither crashes nor hangs on damage anywhere in the file', async () => {
    const before = open();
    for (let index = 0; index < 60; index++) await put(before, `key-${index}`, 5000);
    await before.close();
    const intact = await readFile(file);
    for (let round = 0; round < 25; round++) {
      const damaged = Buffer.from(intact);
      randomBytes(64).copy(damaged, Math.floor((round / 25) * (intact.length - 64)));
      await writeFile(file, damaged);
      const database = open();
      await settle(database.each('h', () => {}));
      for (let index = 0; index < 60; index++) await settle(get(database, `key-${index}`));
      await settle(put(database, 'new', 20_000));
      const level = new FileLevel(database, (error) => expect(error).toBeInstanceOf(Error));
      await level.tidy();
      await settle(level.size());
      await put(database, 'again', 10);
      expect(await get(database, 'again')).toEqual(Buffer.alloc(10, 'again'));
      await database.close();
    }
  });

  async function settle(request: Promise<unknown>): Promise<void> {
    await request.catch((error) => expect(error).toMatchObject({ name: 'StoreError' }));
  }
});
