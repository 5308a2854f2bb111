import { existsSync } from 'node:fs';
import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openKeyvFile, SAFE_SIZE } from '../../../src/cache/stores/keyv-file.ts';
import type { FileDatabase } from '../../../src/cache/stores/store.ts';
import { describeStore } from './contract.ts';
import { temporaryFolder } from './worker.ts';

const unexpected = (error: Error) => expect.fail(`reported: ${error.message}`);

describeStore('keyv-file', async () => {
  const { folder, remove } = await temporaryFolder();
  const file = path.join(folder, 'new', 'cache.json');
  let database = openKeyvFile({ file, delayMs: 1, onProblem: unexpected });
  return {
    database,
    async reopen() {
      await database.close();
      database = openKeyvFile({ file, delayMs: 1, onProblem: unexpected });
      return database;
    },
    async destroy() {
      await database.close();
      await remove();
    },
  };
});

describe('keyv-file', () => {
  let scratch: Awaited<ReturnType<typeof temporaryFolder>>;
  let file: string;
  let problems: Error[];
  beforeEach(async () => {
    scratch = await temporaryFolder();
    file = path.join(scratch.folder, 'cache.json');
    problems = [];
  });
  afterEach(() => scratch.remove());

  const open = (options: { timeoutMs?: number } = {}) =>
    openKeyvFile({ file, delayMs: 1, onProblem: (error) => problems.push(error), ...options });
  const put = (database: FileDatabase, key: string) =>
    database.commit([{ namespace: 'h', key, value: Buffer.from(key) }]);
  const keys = async (database: FileDatabase) => {
    const all: string[] = [];
    await database.each('h', (rows) => all.push(...rows.map(([key]) => key)));
    return all;
  };
  const onDisk = async () =>
    JSON.parse(await readFile(file, 'utf8')) as { cache: [string, { value: string }][] };

  it('writes JSON that people can read, in the form of keyv-file', async () => {
    const database = open();
    await put(database, 'a');
    expect((await onDisk()).cache).toEqual([['h:a', { value: Buffer.from('a').toString('base64') }]]);
    expect(await readdir(scratch.folder)).toEqual(['cache.json']);
  });

  it('has on the disk whatever it acknowledged, also what came during a save', async () => {
    const database = open();
    let running = true;
    const saves: Promise<void>[] = [];
    for (let index = 0; running; index++) {
      const key = `key-${index}`;
      saves.push(
        put(database, key).then(async () => {
          const { cache } = await onDisk();
          expect(cache.map(([name]) => name)).toContain(`h:${key}`);
        }),
      );
      await new Promise(setImmediate);
      running = index < 200;
    }
    await Promise.all(saves);
  });

  it.each([
    ['cut short', '{"cache":[["h:a",{"val'],
    ['empty', ''],
    ['of something else', '{"name":"package"}'],
    ['of wrong types', '{"cache":[["h:a",{"value":7}]],"lastExpire":0}'],
  ])('puts a file aside that is %s', async (_, content) => {
    await writeFile(file, content);
    const database = open();
    expect(await keys(database)).toEqual([]);
    await put(database, 'b');
    expect(await keys(database)).toEqual(['b']);
    expect(problems).toMatchObject([{ name: 'StoreError', code: 'corrupt' }]);
    expect(await readFile(`${file}.corrupt-1`, 'utf8')).toBe(content);
  });

  it('merges with what another process has saved', async () => {
    const one = open();
    const two = open();
    await put(one, 'both');
    expect(await keys(two)).toEqual(['both']);
    await put(one, 'one');
    await put(two, 'two');
    await one.commit([{ namespace: 'h', key: 'both' }]);
    expect(await keys(one)).toEqual(['one', 'two']);
    await put(two, 'three');
    expect(await keys(two)).toEqual(['one', 'three', 'two']);
    await one.clear('h');
    await put(two, 'four');
    expect(await keys(open())).toEqual(['four']);
  });

  it('takes over the lock of a dead process, and removes old temporary files', async () => {
    const left = `${file}.left-behind.tmp`;
    await writeFile(left, '');
    await utimes(left, 0, 0);
    await writeFile(`${file}.lock`, '999999999:dead');
    const database = open();
    await put(database, 'a');
    expect(await keys(open())).toEqual(['a']);
    await vi.waitUntil(() => !existsSync(left));
    expect(await readdir(scratch.folder)).toEqual(['cache.json']);
  });

  it('rejects while a live process keeps the lock, and takes back what it could not save', async () => {
    const database = open({ timeoutMs: 100 });
    await put(database, 'kept');
    await put(database, 'cleared');
    await writeFile(`${file}.lock`, `${process.pid}:somebody`);
    const refused = { name: 'StoreError', code: 'failed' };
    const attempts = [
      put(database, 'a'),
      database.commit([{ namespace: 'h', key: 'kept', value: Buffer.from('other') }]),
      database.clear('h'),
    ];
    for (const attempt of attempts) await expect(attempt).rejects.toMatchObject(refused);
    expect(await keys(database)).toEqual(['cleared', 'kept']);
    await rm(`${file}.lock`);
    await put(database, 'b');
    expect(await keys(database)).toEqual(['b', 'cleared', 'kept']);
    expect(await onDisk()).toMatchObject({
      cache: expect.arrayContaining([['h:kept', { value: btoa('kept') }]]),
    });
    expect(await keys(open())).toEqual(['b', 'cleared', 'kept']);
  });

  it('warns once when the file grows past its safe size', async () => {
    const database = open();
    const value = Buffer.alloc(SAFE_SIZE.bytes / 4);
    for (let index = 0; index < 6; index++) {
      await database.commit([{ namespace: 'v', key: String(index), value }]);
    }
    expect(problems).toMatchObject([{ message: expect.stringContaining('sqlite') }]);
  });
});
