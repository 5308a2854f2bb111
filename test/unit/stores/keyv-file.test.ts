import { existsSync } from 'node:fs';
import { readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openKeyvFile, SAFE_SIZE } from '../../../src/cache/stores/keyv-file.ts';
import { checkSize } from '../../../src/cache/stores/keyv-file-content.ts';
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
  let warnings: string[];
  beforeEach(async () => {
    scratch = await temporaryFolder();
    file = path.join(scratch.folder, 'cache.json');
    problems = [];
    warnings = [];
  });
  afterEach(() => scratch.remove());

  const open = (options: { timeoutMs?: number } = {}) =>
    openKeyvFile({
      file,
      delayMs: 1,
      onProblem: (error) => problems.push(error),
      onWarning: (message) => warnings.push(message),
      ...options,
    });
  const put = (database: FileDatabase, key: string) =>
    database.commit([{ namespace: 'h', key, value: Buffer.from(key) }]);
  const keys = async (database: FileDatabase) => {
    const all: string[] = [];
    await database.each('h', (rows) => void all.push(...rows.map(([key]) => key)));
    return all.sort();
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
    ['of wrong types', '{"version":1,"cache":[["h:a",{"value":7}]],"lastExpire":0}'],
    ['of a version that is no number', '{"version":"1/../..","cache":[],"lastExpire":0}'],
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
    expect(warnings).toEqual([
      `The cache file ${file} has 5 records and 10.0 MB, more than keyv-file is made for (5,000 records, 8.0 MB): ` +
        'every change writes the whole file again, and reading it holds up the editor. Choose the store "sqlite", ' +
        'or a lower limit for the file level.',
    ]);
    expect(problems).toEqual([]);
  });

  it.each([
    ['older', 0],
    ['newer', 99],
  ])('puts a file of an %s version aside, and tells', async (_, version) => {
    const before = open();
    await put(before, 'a');
    await before.close();
    const text = (await readFile(file, 'utf8')).replace('"version":1', `"version":${version}`);
    await writeFile(file, text);
    const database = open();
    expect(await keys(database)).toEqual([]);
    await put(database, 'b');
    expect(await keys(database)).toEqual(['b']);
    const target = `${file}.format-${version}-1`;
    expect(problems.map(({ message }) => message)).toEqual([
      `The cache file ${file} has format ${version}, not 1. It was moved to ${target}; the cache starts empty.`,
    ]);
    expect(await readFile(target, 'utf8')).toBe(text);
  });

  it('neither reads nor writes a file that is longer than a string can be', async () => {
    await writeFile(file, '');
    await truncate(file, 600_000_000);
    const database = open();
    expect(await keys(database)).toEqual([]);
    const target = `${file}.too-large-1`;
    expect(problems.map(({ message }) => message)).toEqual([
      `The cache file ${file} is too large for keyv-file: choose the store "sqlite". It was moved to ${target}; the cache starts empty.`,
    ]);
    const value = 'A'.repeat(100_000_000);
    const records = ['a', 'b', 'c', 'd', 'e'].map((name) => [name, { value }] as const);
    expect(() => checkSize(file, records.slice(1))).not.toThrow();
    expect(() => checkSize(file, records)).toThrow('is too large for keyv-file');
  });

  it('does not fight with another version that saves to the file meanwhile', async () => {
    const database = open();
    await put(database, 'a');
    const theirs = '{"version":2,"lastExpire":0,"cache":[]}';
    await writeFile(file, theirs);
    await expect(put(database, 'b')).rejects.toMatchObject({
      code: 'failed',
      message: `The cache file ${file} has format 2, not 1. Another version is using it.`,
    });
    expect(await keys(database)).toEqual(['a']);
    expect(await readFile(file, 'utf8')).toBe(theirs);
  });

  it('counts by twos and threes without a loss, though two processes count at once', async () => {
    const databases = [open(), open()];
    const count = async (database: FileDatabase, by: number) => {
      for (let done = 0; done < 20; ) {
        const stored = (await database.store('h').get<Uint8Array>('n')) as { value: Uint8Array } | undefined;
        const onlyIf = { namespace: 'h', key: 'n', value: stored?.value };
        const value = Buffer.from(String(Number(Buffer.from(stored?.value ?? []).toString()) + by));
        const unmet = await database.commit([
          { namespace: 'h', key: 'n', value, onlyIf },
          { namespace: 'v', key: `${by}/${done}`, value, onlyIf },
        ]);
        if (unmet.length === 0) done++;
      }
    };
    await Promise.all(databases.flatMap((database) => [count(database, 2), count(database, 3)]));
    const again = open();
    const total = (await again.store('h').get<Uint8Array>('n')) as unknown as { value: Uint8Array };
    expect(Buffer.from(total.value).toString()).toBe(String(2 * 20 * (2 + 3)));
    expect(await again.size('v')).toMatchObject({ entries: 40 });
  });
});
