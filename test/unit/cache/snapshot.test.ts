import { cpSync, utimesSync } from 'node:fs';
import { mkdir, open as openFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { KeyvFile } from 'keyv-file';
import { describe, expect, it } from 'vitest';
import { decode, encode } from '../../../src/cache/codec.ts';
import { FileLevel, type FileLevelOptions } from '../../../src/cache/file-level.ts';
import { exportSnapshot } from '../../../src/cache/snapshot/export.ts';
import { SnapshotError } from '../../../src/cache/snapshot/format.ts';
import { type ImportOptions, importSnapshot } from '../../../src/cache/snapshot/import.ts';
import { JsonSplitter } from '../../../src/cache/snapshot/json-splitter.ts';
import { FolderDisk } from '../../../src/freshness/disk.ts';
import type { Stamp } from '../../../src/freshness/stamp.ts';
import { StampGuard } from '../../../src/freshness/stamp-guard.ts';
import { WorkspaceCache } from '../../../src/freshness/workspace-cache.ts';
import { ChaosDatabase, MemoryDatabase } from '../../support/chaos-database.ts';
import { databaseIn } from '../../support/database.ts';
import { Random } from '../../support/fuzz/random.ts';
import { Witness } from '../../support/witness.ts';
import { temporaryFolder, write } from '../../support/workspace.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const now = () => NOW;

function newLevel(options: FileLevelOptions = {}) {
  return new FileLevel(new MemoryDatabase(), (error) => expect.fail(error.message), { now, ...options });
}

interface Times {
  readonly createdAt?: number;
  readonly expiresAt?: number;
}

async function put(
  level: FileLevel,
  key: string,
  value: unknown,
  id = 'a',
  times: Times = {},
): Promise<void> {
  const stamp = { rests: ['on', key] };
  const variant = { id, stamp, costMs: 12.5, createdAt: NOW - 1000, expiresAt: 0, ...times };
  await level.put(key, variant, await encode(value), () => false);
}

async function contents(level: FileLevel) {
  const found: Record<string, { id: string; value: unknown; createdAt: number; expiresAt: number }[]> = {};
  for (const key of (await level.keys()).sort()) {
    const variants = await level.variants(key);
    const values = await level.values(variants.map((variant) => ({ key, variant })));
    found[key] = variants.map(({ id, createdAt, expiresAt }, i) => {
      return { id, createdAt, expiresAt, value: decode(values[i] ?? new Uint8Array()) };
    });
  }
  return found;
}

const newest = async (level: FileLevel, key: string) => (await contents(level))[key]?.[0]?.value;

/** The level with three keys, and the text of its snapshot. */
async function sample() {
  const level = newLevel();
  await put(level, 'test:b', { list: [1, 'two', null], nested: { ':colon': ':text' } }, 'old', {
    createdAt: NOW - 9000,
  });
  await put(level, 'test:b', 'newer', 'new', { expiresAt: NOW + 60_000 });
  await put(level, 'test:a', new Map([[1, 'one']]));
  await put(level, 'test:c', 'soon gone', '0', { expiresAt: NOW + 1000 });
  const file = path.join(temporaryFolder(), 'snapshot.json');
  const exported = await exportSnapshot(level, { file, now });
  return { level, file, exported, text: await readFile(file, 'utf8') };
}

async function importText(text: string | Uint8Array, level = newLevel(), options: ImportOptions = {}) {
  const file = path.join(temporaryFolder(), 'snapshot.json');
  await writeFile(file, text);
  return importSnapshot(level, file, { now, ...options });
}

describe('an exported snapshot', () => {
  it('is text that people can read, a line a key, in the order of the keys', async () => {
    const { text, exported } = await sample();
    const base64 = 'OwIAAAA'; // begins the bytes of a Map
    expect(text.split('\n').map((line) => line.replace(/"base64":"[^"]*"/, `"base64":"${base64}"`))).toEqual([
      '{"cache":[',
      '["agent-cache:snapshot",{"value":{"version":1}}],',
      `["test:a",{"value":{"variants":[{"id":"a","createdAt":"2026-03-01T11:59:59.000Z","costMs":12.5,"stamp":{"rests":["on","test:a"]},"encoding":"v8","base64":"${base64}"}]}}],`,
      '["test:b",{"value":{"variants":[{"id":"new","createdAt":"2026-03-01T11:59:59.000Z","expiresAt":"2026-03-01T12:01:00.000Z","costMs":12.5,"stamp":{"rests":["on","test:b"]},"json":"newer"},{"id":"old","createdAt":"2026-03-01T11:59:51.000Z","costMs":12.5,"stamp":{"rests":["on","test:b"]},"json":{"list":[1,"two",null],"nested":{":colon":":text"}}}]}}],',
      '["test:c",{"value":{"variants":[{"id":"0","createdAt":"2026-03-01T11:59:59.000Z","expiresAt":"2026-03-01T12:00:01.000Z","costMs":12.5,"stamp":{"rests":["on","test:c"]},"json":"soon gone"}]},"expire":1772366401000}]',
      '],"lastExpire":0}',
      '',
    ]);
    expect(exported).toEqual({ entries: 3, bytes: Buffer.byteLength(text), skipped: 0 });
  });

  it('opens in keyv-file', async () => {
    const { file } = await sample();
    const plain = new KeyvFile({ filename: file });
    expect(await plain.get('agent-cache:snapshot')).toEqual({ version: 1 });
    expect(await plain.get('test:b')).toMatchObject({ variants: [{ json: 'newer' }, { id: 'old' }] });
    const exact = new KeyvFile({ filename: file, deserialize: (text) => JSON.parse(text.toString()) });
    expect(await exact.get('test:b')).toMatchObject({
      variants: [{ json: 'newer' }, { json: { list: [1, 'two', null], nested: { ':colon': ':text' } } }],
    });
  });

  it('is the same text whatever the order of writing and the store', async () => {
    const keys = ['test:é', 'test:z', 'test:🧪', 'test:ﬀ', 'test:a', 'other:a'];
    const texts: string[] = [];
    for (const order of [keys, keys.toReversed()]) {
      for (const kind of ['sqlite', 'keyv-file'] as const) {
        const level = new FileLevel(await databaseIn(temporaryFolder(), kind), (error) =>
          expect.fail(error.message),
        );
        await Promise.all(order.map((key) => put(level, key, { key })));
        const file = path.join(temporaryFolder(), 'new', 'folder', 'snapshot.json');
        await exportSnapshot(level, { file, now });
        texts.push(await readFile(file, 'utf8'));
      }
    }
    expect(new Set(texts).size).toBe(1);
  });

  it('leaves out what has expired, what the filter excludes, what is not portable, and counts what it cannot write', async () => {
    const level = newLevel();
    await put(level, 'test:stays', 1);
    await put(level, 'test:expired', 2, 'a', { expiresAt: NOW });
    await put(level, 'secret:token', 3);
    await put(level, 'test:bound', 4);
    await put(level, 'test:large', 'x'.repeat((4 << 20) + 1));
    const file = path.join(temporaryFolder(), 'snapshot.json');
    const exported = await exportSnapshot(level, {
      file,
      now,
      filter: (key) => !key.startsWith('secret:'),
      portable: (stamp) =>
        (stamp as { rests: string[] }).rests[1] === 'test:bound' ? undefined : 'portable',
    });
    expect(exported).toMatchObject({ entries: 1, skipped: 2 });
    const text = await readFile(file, 'utf8');
    expect(text).toContain('"stamp":"portable"');
    expect(text).not.toContain('secret');
    expect(text).not.toContain('test:expired');
    const into = newLevel();
    expect(await importText(text, into)).toMatchObject({ imported: 1, skipped: 0, problems: [] });
    expect(Object.keys(await contents(into))).toEqual(['test:stays']);
  });

  it('replaces the file as a whole or not at all', async () => {
    const { level, file, text } = await sample();
    const folder = path.dirname(file);
    const portable = () => {
      throw new Error('no more');
    };
    await expect(exportSnapshot(level, { file, now, portable })).rejects.toThrow('no more');
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    await expect(exportSnapshot(level, { file, now, signal: stop.signal })).rejects.toThrow('stopped');
    expect(await readFile(file, 'utf8')).toBe(text);
    expect(await readdir(folder)).toEqual(['snapshot.json']);
  });

  it('tells how far it is', async () => {
    const { level, file } = await sample();
    const seen: [number, number][] = [];
    await exportSnapshot(level, { file, now, onProgress: (done, keys) => seen.push([done, keys]) });
    expect(seen.at(-1)).toEqual([3, 3]);
    const read: [number, number][] = [];
    await importSnapshot(newLevel(), file, { now, onProgress: (done, bytes) => read.push([done, bytes]) });
    expect(read.at(-1)?.[0]).toBe(read.at(-1)?.[1]);
  });
});

describe('an imported snapshot', () => {
  it('gives back every value with its variants and times', async () => {
    const { level, text } = await sample();
    const into = newLevel();
    const result = await importText(text, into);
    expect(result).toEqual({ imported: 3, skipped: 0, keys: ['test:a', 'test:b', 'test:c'], problems: [] });
    expect(await contents(into)).toEqual(await contents(level));
    const file = path.join(temporaryFolder(), 'again.json');
    await exportSnapshot(into, { file, now });
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('gives back any value that the cache stores', async () => {
    const anything = fc.anything({
      withMap: true,
      withSet: true,
      withDate: true,
      withTypedArray: true,
      withBigInt: true,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { minLength: 1, maxLength: 5 }), async (values) => {
        const level = newLevel();
        for (const [i, value] of values.entries()) await put(level, `test:${i}`, value);
        const file = path.join(temporaryFolder(), 'snapshot.json');
        await exportSnapshot(level, { file, now });
        const into = newLevel();
        expect((await importSnapshot(into, file, { now })).problems).toEqual([]);
        expect(await contents(into)).toEqual(await contents(level));
      }),
      { numRuns: 40 },
    );
  });

  it('never overwrites what is newer', async () => {
    const { text } = await sample();
    const into = newLevel();
    await put(into, 'test:b', 'ours, newer', 'new', { createdAt: NOW - 500 });
    await put(into, 'test:b', 'ours, other', 'other', { createdAt: NOW - 5000 });
    await put(into, 'test:c', 'set by hand', '0', { createdAt: NOW - 1000 });
    const result = await importText(text, into);
    expect(result).toMatchObject({ imported: 2, skipped: 1, keys: ['test:a', 'test:b'], problems: [] });
    expect(
      (await contents(into))['test:b']?.map(({ id, value }) => [id, typeof value === 'string' ? value : '…']),
    ).toEqual([
      ['new', 'ours, newer'],
      ['other', 'ours, other'],
      ['old', '…'],
    ]);
    expect(await newest(into, 'test:c')).toBe('set by hand');
    expect(await importText(text, into)).toMatchObject({ imported: 0, skipped: 3 });
  });

  it('brings nothing back over a value that rests on no inputs and is newer', async () => {
    const { text } = await sample();
    const into = newLevel();
    await put(into, 'test:b', 'set', '0', { createdAt: NOW - 2000 });
    await importText(text, into);
    expect((await contents(into))['test:b']?.map(({ id }) => id)).toEqual(['new']);
    await put(into, 'test:b', 'set again', '0', { createdAt: NOW });
    await importText(text, into);
    expect((await contents(into))['test:b']?.map(({ id }) => id)).toEqual(['0']);
  });

  it('makes the stamps its own, and leaves out what rests on what it cannot read', async () => {
    const { text } = await sample();
    const into = newLevel();
    const { problems } = await importText(text, into, {
      filter: (key) => key !== 'test:c',
      adopt: (stamp) => {
        const [, key] = (stamp as { rests: string[] }).rests;
        return key === 'test:a' ? undefined : { adopted: key };
      },
    });
    expect(problems).toEqual(['A value of test:a is left out: what it rests on is unreadable.']);
    expect(Object.keys(await contents(into))).toEqual(['test:b']);
    expect((await into.variants('test:b'))[0]?.stamp).toEqual({ adopted: 'test:b' });
  });

  it('may have been formatted anew, or saved again by keyv-file', async () => {
    const { level, file, text } = await sample();
    const pretty = `\uFEFF${JSON.stringify(JSON.parse(text), undefined, '\t')}\r\n`;
    const one = newLevel();
    await importText(pretty, one);
    expect(await contents(one)).toEqual(await contents(level));
    const json = {
      serialize: JSON.stringify,
      deserialize: (data: string | Buffer) => JSON.parse(data.toString()),
    };
    const library = new KeyvFile({ filename: file, writeDelay: 0, expiredCheckDelay: 1e15, ...json });
    await library.delete('test:a');
    const other = newLevel();
    const result = await importSnapshot(other, file, { now });
    expect(result).toMatchObject({ imported: 2, problems: [] });
  });

  it('writes in batches, and ends with what is in when the store fails or it is cancelled', async () => {
    const level = newLevel();
    for (let i = 0; i < 450; i++) await put(level, `test:${i}`, i);
    const file = path.join(temporaryFolder(), 'snapshot.json');
    await exportSnapshot(level, { file, now });
    const database = new ChaosDatabase(new MemoryDatabase(), new Random(1), { slow: 0 });
    const into = new FileLevel(database, (error) => expect.fail(error.message));
    expect(await importSnapshot(into, file, { now })).toMatchObject({ imported: 450 });
    expect(database.requests.filter((name) => name === 'commit')).toHaveLength(3);
    database.chaos = { slow: 0, failing: 1 };
    expect(await importSnapshot(into, file, { now })).toMatchObject({
      imported: 0,
      problems: ['Chaos lets the disk fail. The import ended after 0 entries.'],
    });
    const stop = new AbortController();
    const fresh = newLevel();
    const merge = fresh.merge.bind(fresh);
    fresh.merge = async (items) => {
      stop.abort();
      return merge(items);
    };
    const result = await importSnapshot(fresh, file, { now, signal: stop.signal });
    expect(result.imported % 200).toBe(0);
    expect((await fresh.size()).entries).toBe(result.imported);
    await expect(importSnapshot(fresh, file, { now, signal: stop.signal })).rejects.toThrow('aborted');
  });
});

describe.each(['sqlite', 'keyv-file'] as const)('a snapshot taken to another machine, into %s', (kind) => {
  const window = async (root: string, store: 'sqlite' | 'keyv-file') => {
    const witness = new Witness<Stamp>();
    const level = new FileLevel(await databaseIn(temporaryFolder(), store), (error) =>
      expect.fail(error.message),
    );
    const cache = new WorkspaceCache({ disk: new FolderDisk(root), observer: witness, file: level });
    const guard = new StampGuard(cache.inputs, cache.generations);
    const count = (folder: string) =>
      cache.getOrCompute(`test:count:${folder}`, async (context) => {
        const names = (await context.list(folder)) ?? [];
        const texts = await Promise.all(names.map((name) => context.readFile(`${folder}/${name}`)));
        context.tag('counts');
        return new Map(names.map((name, i) => [name, texts[i]?.text().length]));
      });
    return { cache, level, guard, witness, count };
  };

  it('gives hits without computing, as the contents are the same, and none where they differ', async () => {
    const here = temporaryFolder();
    for (const file of ['a/1.txt', 'a/2.txt', 'b/1.txt', 'c/1.txt']) write(here, file, `text of ${file}`);
    const one = await window(here, 'sqlite');
    for (const folder of ['a', 'b', 'c']) expect((await one.count(folder)).from).toBe('computed');
    await one.cache.cache.flush();
    const file = path.join(temporaryFolder(), 'snapshot.json');
    await exportSnapshot(one.level, { file, portable: (stamp) => one.guard.portable(stamp) });
    expect(await readFile(file, 'utf8')).not.toMatch(/\d{13}\.\d+/); // no stat of this machine

    const there = temporaryFolder();
    cpSync(here, there, { recursive: true });
    utimesSync(path.join(there, 'a', '1.txt'), 1, 1);
    write(there, 'c/1.txt', 'TEXT OF C/1.TXT');
    const other = await window(there, kind);
    await other.cache.invalidate({ all: true });
    const result = await importSnapshot(other.level, file, {
      adopt: (stamp) => {
        const revived = other.guard.revive(stamp, other.guard.moment());
        return revived && other.guard.dump(revived);
      },
    });
    expect(result).toMatchObject({ imported: 3, skipped: 0, problems: [] });
    expect(await other.count('a')).toEqual({ ...(await one.count('a')), from: 'file' });
    expect((await other.count('b')).from).toBe('file');
    expect(await other.count('c')).toMatchObject({ from: 'computed', miss: { reason: 'changed' } });
    expect(other.witness.problems).toEqual([]);
    expect(other.witness.computations).toBe(1);
    await one.cache.cache.close();
    await other.cache.cache.close();
  });
});

describe('a hostile file', () => {
  const head = '{"cache":[["agent-cache:snapshot",{"value":{"version":1}}]';

  it.each([
    ['empty', '', 'The file is cut off after 0 bytes.'],
    ['only white space', '  \n ', 'The file is cut off after 4 bytes.'],
    ['text', 'hello', 'The file is not a snapshot: byte 0 does not belong there.'],
    ['a list', '[]', 'The file is not a snapshot: byte 0 does not belong there.'],
    ['of something else', '{"name":"package","version":"1.0.0"}', 'The file is not a snapshot of the cache.'],
    [
      'a store of keyv-file',
      '{"version":1,"lastExpire":0,"cache":[["h:a",{"value":"AA=="}]]}',
      'The file is not a snapshot of the cache.',
    ],
    [
      'of a newer version',
      '{"cache":[["agent-cache:snapshot",{"value":{"version":99}}]]}',
      'The snapshot has format 99, this version of the extension reads format 1: export it anew.',
    ],
    [
      'of an older version',
      '{"cache":[["agent-cache:snapshot",{"value":{"version":0}}]]}',
      'The snapshot has format 0, this version of the extension reads format 1: export it anew.',
    ],
    ['followed by more', `${head}]}{}`, 'The file is not a snapshot: byte 60 does not belong there.'],
    ['with a stray comma', `${head},]}`, 'The file is not a snapshot: byte 59 does not belong there.'],
    ['with a bad word', `${head},nonsense]}`, /^The file is not JSON: /],
    ['with a bad element', `${head},["a" 1]]}`, /^The file is not JSON: /],
    ['of other characters', 'é', 'The file is cut off after 2 bytes.'],
  ])('that is %s is refused with a sentence', async (_, text, message) => {
    const level = newLevel();
    const refused = expect(importText(text, level)).rejects;
    await refused.toThrow(SnapshotError);
    await expect(importText(text, level)).rejects.toThrow(message);
    expect(await level.keys()).toEqual([]);
  });

  it('that is cut off anywhere is refused, and nothing is half done', async () => {
    const { text } = await sample();
    const bytes = Buffer.from(text);
    const level = newLevel();
    for (let length = 0; length < bytes.length - 2; length += 3) {
      await expect(importText(bytes.subarray(0, length), level), `cut at ${length}`).rejects.toThrow(
        SnapshotError,
      );
    }
    expect(await level.keys()).toEqual([]);
  });

  it('of a gigabyte of nonsense is refused without reading it', async () => {
    const file = path.join(temporaryFolder(), 'large.json');
    await writeFile(file, '');
    await truncate(file, 1e9);
    await expect(importSnapshot(newLevel(), file)).rejects.toThrow('byte 0 does not belong there');
    await writeFile(file, `${head},["test:`);
    const handle = await openFile(file, 'r+');
    const piece = Buffer.alloc(10 << 20, 'x');
    for (let i = 0; i < 3; i++) await handle.write(piece, 0, piece.length, 100 + i * piece.length);
    await handle.close();
    await truncate(file, 1e9);
    await expect(importSnapshot(newLevel(), file)).rejects.toThrow(
      'The file has a record of more than 25165824 bytes.',
    );
    await truncate(file, 5e9);
    await expect(importSnapshot(newLevel(), file)).rejects.toThrow('is too large for a snapshot');
    await mkdir(`${file}.folder`);
    await expect(importSnapshot(newLevel(), `${file}.folder`)).rejects.toThrow('is no file');
    await expect(importSnapshot(newLevel(), `${file}.missing`)).rejects.toThrow('ENOENT');
  });

  it('with records that do not fit: these are left out, and told', async () => {
    const good = { id: 'a', createdAt: '2026-03-01T11:00:00Z', costMs: 1, stamp: {}, json: 'good' };
    const records: [string, unknown][] = [
      ['test:good', { variants: [good] }],
      ['test:none', { variants: [] }],
      ['test:value', 'text'],
      ['test:time', { variants: [{ ...good, createdAt: 'yesterday' }] }],
      ['test:cost', { variants: [{ ...good, costMs: -1 }] }],
      ['test:id', { variants: [{ ...good, id: 'with#sign' }] }],
      ['test:missing', { variants: [{ ...good, json: undefined }] }],
      ['test:both', { variants: [{ ...good, encoding: 'v8', base64: '' }] }],
      ['test:v8', { variants: [{ ...good, json: undefined, encoding: 'v8', base64: 'bm9uc2Vuc2U=' }] }],
      ['test:base64', { variants: [{ ...good, json: undefined, encoding: 'v8', base64: '%%' }] }],
      ['no colon', { variants: [good] }],
      [`test:${'x'.repeat(6000)}`, { variants: [good] }],
      ['test:half \ud800', { variants: [good] }],
      ['test:proto', { variants: [{ ...good, json: JSON.parse('{"__proto__":{"polluted":1}}') }] }],
    ];
    const lines = records.map(([key, value]) => `,\n${JSON.stringify([key, { value }])}`).join('');
    const level = newLevel();
    const { imported, skipped, problems } = await importText(`${head}${lines},7,null,[],"x"]}`, level);
    expect(Object.keys(await contents(level))).toEqual(['test:good', 'test:proto']);
    expect({ imported, skipped }).toEqual({ imported: 2, skipped: 16 });
    expect(problems).toHaveLength(16);
    for (const problem of problems) expect(problem).toMatch(/ left out: /);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('with more wrong records than anybody reads is told in twenty sentences', async () => {
    const { problems } = await importText(`${head}${',0'.repeat(1000)}]}`);
    expect(problems).toHaveLength(20);
    expect(problems.at(-1)).toBe('… and 981 more.');
  });

  it('with deep nesting, or times to come, does no harm', async () => {
    const variant = (json: string, createdAt = '2026-03-01T11:00:00Z') =>
      `{"value":{"variants":[{"id":"a","createdAt":"${createdAt}","costMs":1,"stamp":{},"json":${json}}]}}`;
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const level = newLevel();
    const future = variant('1', '2999-01-01T00:00:00Z');
    const { imported } = await importText(
      `${head},["test:deep",${variant(deep)}],["test:future",${future}]]}`,
      level,
    );
    expect(imported).toBeGreaterThanOrEqual(1);
    expect((await level.variants('test:future'))[0]?.createdAt).toBe(NOW);
  });
});

describe('the splitter', () => {
  it('finds the same elements however the text is cut into chunks', () => {
    const json = fc.jsonValue({ noUnicodeString: false });
    fc.assert(
      fc.property(
        fc.array(json),
        fc.dictionary(fc.string(), json),
        fc.nat(3),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        (list, others, indent, cuts) => {
          const { list: _, ...rest } = others;
          const text = JSON.stringify({ ...rest, list, after: [1, { list: [2] }] }, undefined, indent);
          const bytes = Buffer.from(text);
          const splitter = new JsonSplitter('list', 1 << 20);
          const found: unknown[] = [];
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const length = cuts[i % cuts.length] ?? 1;
            for (const element of splitter.push(bytes.subarray(at, at + length)))
              found.push(JSON.parse(element));
            at += length;
          }
          splitter.finish();
          expect(found).toEqual(JSON.parse(text).list);
        },
      ),
    );
  });
});
