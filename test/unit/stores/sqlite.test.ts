import { existsSync, statSync } from 'node:fs';
import { copyFile, readdir, readFile, rename, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSqlite } from '../../../src/cache/stores/sqlite.ts';
import type { FileDatabase } from '../../../src/cache/stores/store.ts';
import { describeStore } from './contract.ts';
import { bundleWorker, temporaryFolder } from './worker.ts';

let build: Awaited<ReturnType<typeof temporaryFolder>>;
let worker: string;
beforeAll(async () => {
  build = await temporaryFolder();
  worker = await bundleWorker(build.folder);
});
afterAll(() => build.remove());

const unexpected = (error: Error) => expect.fail(`reported: ${error.message}`);

describeStore('sqlite', async () => {
  const { folder, remove } = await temporaryFolder();
  const file = path.join(folder, 'new', 'cache.sqlite');
  let database = openSqlite({ file, worker, onProblem: unexpected });
  return {
    database,
    async reopen() {
      await database.close();
      database = openSqlite({ file, worker, onProblem: unexpected });
      return database;
    },
    async destroy() {
      await database.close();
      await remove();
    },
  };
});

describe('sqlite', () => {
  let scratch: Awaited<ReturnType<typeof temporaryFolder>>;
  let file: string;
  let problems: Error[];
  const opened: FileDatabase[] = [];
  beforeEach(async () => {
    scratch = await temporaryFolder();
    file = path.join(scratch.folder, 'cache.sqlite');
    problems = [];
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((database) => database.close()));
    await scratch.remove();
  });

  const open = (options: { worker?: string; timeoutMs?: number } = {}) => {
    const database = openSqlite({ file, worker, onProblem: (error) => problems.push(error), ...options });
    opened.push(database);
    return database;
  };
  const put = (database: FileDatabase, key: string, value: Uint8Array = Buffer.from(key)) =>
    database.commit([{ namespace: 'h', key, value }]);
  const keys = async (database: FileDatabase) => {
    const all: string[] = [];
    await database.each('h', (rows) => void all.push(...rows.map(([key]) => key)));
    return all;
  };
  const filled = async () => {
    const database = open();
    for (let index = 0; index < 200; index++)
      await put(database, `key-${index}`, Buffer.alloc(10_000, index));
    await database.close();
  };

  it('does not touch the disk before the first request', async () => {
    const database = open();
    expect(existsSync(file)).toBe(false);
    await database.close();
    expect(existsSync(file)).toBe(false);
  });

  it('puts a file aside that is no database', async () => {
    await writeFile(file, 'this is not a database, by far '.repeat(400));
    const database = open();
    await put(database, 'a');
    expect(await keys(database)).toEqual(['a']);
    expect(problems).toMatchObject([{ name: 'StoreError', code: 'corrupt' }]);
    expect(await readFile(`${file}.corrupt-1`, 'utf8')).toContain('not a database');
  });

  it('puts a damaged database aside when the damage is met while in use', async () => {
    await filled();
    const bytes = await readFile(file);
    for (let page = 2; page < bytes.length / 8192; page++) bytes.fill(0xee, page * 8192, page * 8192 + 4000);
    await writeFile(file, bytes);
    const database = open();
    const reads = await Promise.all(
      Array.from({ length: 200 }, (_, index) => database.store('h').get(`key-${index}`)),
    );
    expect(reads.every((value) => value === undefined)).toBe(true);
    await put(database, 'a');
    expect(await keys(database)).toEqual(['a']);
    expect(problems.map((error) => (error as { code?: string }).code)).toEqual(['corrupt']);
    expect(statSync(`${file}.corrupt-1`).size).toBe(bytes.length);
  });

  it('survives a file that is cut short', async () => {
    await filled();
    await truncate(file, 8192 * 20 + 100);
    const database = open();
    await expect(keys(database)).resolves.toBeInstanceOf(Array);
    await put(database, 'a');
    expect(await keys(database)).toContain('a');
    expect(problems.length).toBeGreaterThan(0);
  });

  it('keeps three damaged files at the most', async () => {
    for (let round = 1; round <= 5; round++) {
      await writeFile(file, `garbage ${round} `.repeat(500));
      const database = open();
      await put(database, 'a');
      await database.close();
    }
    const aside = (await readdir(scratch.folder)).filter((name) => name.includes('.corrupt-'));
    expect(aside.sort()).toEqual([
      'cache.sqlite.corrupt-3',
      'cache.sqlite.corrupt-4',
      'cache.sqlite.corrupt-5',
    ]);
  });

  it.each([
    ['older', 0],
    ['old', 1],
    ['newer', 99],
  ])('puts a database of an %s version aside, and tells', async (_, version) => {
    await filled();
    const other = new DatabaseSync(file);
    other.exec(`PRAGMA user_version = ${version}`);
    other.close();
    const database = open();
    expect(await keys(database)).toEqual([]);
    await put(database, 'a');
    expect(await keys(database)).toEqual(['a']);
    const target = `${file}.format-${version}-1`;
    expect(problems.map(({ message }) => message)).toEqual([
      `The cache file has format ${version}, not 2. It was moved to ${target}; the cache starts empty.`,
    ]);
    const kept = new DatabaseSync(target, { readOnly: true });
    expect(kept.prepare('SELECT count(*) AS n FROM entry').get()).toEqual({ n: 200 });
    kept.close();
  });

  it('puts a database of something else aside', async () => {
    const foreign = new DatabaseSync(file);
    foreign.exec('CREATE TABLE precious (x)');
    foreign.close();
    expect(await keys(open())).toEqual([]);
    expect(existsSync(`${file}.format-0-1`)).toBe(true);
    expect(problems).toHaveLength(1);
  });

  it('starts anew after its file was deleted or replaced', async () => {
    const database = open();
    await put(database, 'a');
    const empty = open();
    await copyFile(file, `${file}.copy`);
    await rename(file, `${file}.away`);
    await vi.waitUntil(async () => {
      await put(database, 'b');
      return existsSync(file);
    }, 5000);
    await put(database, 'c');
    expect(await keys(empty)).toContain('c');
    expect(problems).toEqual([]);
  });

  it('rejects a key that UTF-8 cannot hold', async () => {
    const database = open();
    await expect(put(database, 'half \ud800')).rejects.toMatchObject({ code: 'failed' });
    await expect(database.store('h').get('half \ud800')).rejects.toMatchObject({ code: 'failed' });
  });

  it('lets a write that fails take neither its batch nor the others of its transaction with it', async () => {
    const database = open();
    const impossible = { namespace: 'h', key: null as unknown as string, value: Buffer.from('x') };
    const results = await Promise.allSettled([
      put(database, 'a'),
      database.commit([{ namespace: 'h', key: 'half', value: Buffer.from('x') }, impossible]),
      put(database, 'b'),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await keys(database)).toEqual(['a', 'b']);
    expect(problems).toEqual([]);
  });

  it('rejects what waits when the worker ends, and starts another one', async () => {
    const dying = path.join(build.folder, 'dying.cjs');
    const flag = path.join(scratch.folder, 'died');
    await writeFile(
      dying,
      `const { existsSync, writeFileSync } = require('node:fs');
       const { parentPort } = require('node:worker_threads');
       if (existsSync(${JSON.stringify(flag)})) require(${JSON.stringify(worker)});
       else parentPort.on('message', () => { writeFileSync(${JSON.stringify(flag)}, ''); throw new Error('out of order'); });`,
    );
    const database = open({ worker: dying });
    const both = await Promise.allSettled([put(database, 'a'), put(database, 'b')]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await put(database, 'c');
    expect(await keys(database)).toEqual(['c']);
    expect(problems).toMatchObject([{ code: 'failed', message: expect.stringContaining('out of order') }]);
  });

  it('rejects when its worker is missing', async () => {
    const database = open({ worker: path.join(scratch.folder, 'missing.cjs') });
    await expect(put(database, 'a')).rejects.toMatchObject({ name: 'StoreError', code: 'failed' });
    await expect(put(database, 'b')).rejects.toMatchObject({ name: 'StoreError', code: 'failed' });
  });

  it('never waits longer than its limit for a worker that hangs, and only once', async () => {
    const hanging = path.join(build.folder, 'hanging.cjs');
    await writeFile(hanging, `require('node:worker_threads').parentPort.on('message', () => {});`);
    const database = open({ worker: hanging, timeoutMs: 50 });
    const late = { name: 'StoreError', code: 'failed', message: expect.stringContaining('within 50 ms') };
    await expect(put(database, 'a')).rejects.toMatchObject(late);
    const soon = { name: 'StoreError', code: 'failed', message: expect.stringContaining('does not answer') };
    await expect(put(database, 'b')).rejects.toMatchObject(soon);
    await database.close();
  });

  it('rejects while another process keeps the file locked, then goes on', async () => {
    const database = open({ timeoutMs: 400 });
    await put(database, 'a');
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(put(database, 'b')).rejects.toMatchObject({ code: 'failed', message: /locked/ });
    expect(await keys(database)).toEqual(['a']);
    other.exec('ROLLBACK');
    other.close();
    await put(database, 'c');
    expect(await keys(database)).toEqual(['a', 'c']);
  });

  it('deletes expired records and gives their space back by itself', async () => {
    const database = open();
    const writes = Array.from({ length: 1500 }, (_, index) => ({
      namespace: 'v',
      key: `key-${index}`,
      value: Buffer.alloc(10_000),
      expires: Date.now() + 500,
    }));
    await database.commit(writes);
    await put(database, 'stays');
    const other = new DatabaseSync(file, { readOnly: true });
    const rows = other.prepare('SELECT count(*) AS n FROM entry');
    const pages = other.prepare('PRAGMA page_count');
    expect(rows.get()).toEqual({ n: 1501 });
    await vi.waitUntil(() => Number(rows.get()?.n) === 1, { timeout: 20_000, interval: 50 });
    await vi.waitUntil(() => Number(pages.get()?.page_count) < 1400, { timeout: 20_000, interval: 50 });
    other.close();
    expect(await keys(database)).toEqual(['stays']);
  }, 60_000);
});
