import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openKeyv } from '../../../src/cache/stores/keyv.ts';
import type { FileDatabase, Write } from '../../../src/cache/stores/store.ts';

export interface OpenedStore {
  readonly database: FileDatabase;
  /** Closes the database and opens the same file again. */
  reopen(): Promise<FileDatabase>;
  /** Closes whatever is open and removes the file. */
  destroy(): Promise<void>;
}

const text = (value: string) => new TextEncoder().encode(value);
const plain = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes);
const same = (value: Uint8Array | string) => Buffer.from(value as string);

const STRANGE_KEYS = [
  'k'.repeat(5000),
  'ключ/键/キー',
  'nul\0inside',
  'nul\0other',
  '\0',
  `'";--\`\\`,
  '100%_off',
  '🧪👩‍🚀',
  '__proto__',
  'constructor',
  'a:b:c',
  ' space ',
  'e\u0301',
  '\u00e9',
  'line\nbreak',
  '../../etc/passwd',
];

/** What every store of the file level must do; `open` gives an empty one. */
export function describeStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(`${name} as a store`, () => {
    let opened: OpenedStore;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.destroy());

    const put = (database: FileDatabase, namespace: string, key: string, value: Uint8Array | string) =>
      database.commit([{ namespace, key, value: typeof value === 'string' ? text(value) : value }]);
    const read = async (database: FileDatabase, namespace: string, key: string) =>
      plain(await openKeyv(database, namespace).get<Uint8Array>(key));
    const rows = async (database: FileDatabase, namespace: string) => {
      const all: [string, string][] = [];
      await database.each(namespace, (chunk) => {
        for (const [key, value] of chunk) all.push([key, Buffer.from(value).toString()]);
      });
      return all.sort(([a], [b]) => (a < b ? -1 : 1));
    };

    describe('through Keyv', () => {
      it('sets, gets, has and deletes', async () => {
        const keyv = openKeyv(opened.database, 'h');
        expect(await keyv.get('a')).toBeUndefined();
        expect(await keyv.has('a')).toBe(false);
        expect(await keyv.set('a', text('one'))).toBe(true);
        expect(plain(await keyv.get<Uint8Array>('a'))).toEqual(same('one'));
        expect(await keyv.has('a')).toBe(true);
        expect(await keyv.delete('a')).toBe(true);
        expect(await keyv.delete('a')).toBe(false);
        expect(await keyv.get('a')).toBeUndefined();
      });

      it('does the same with many at once, in the order of the keys', async () => {
        const keyv = openKeyv(opened.database, 'h');
        await keyv.setMany([
          { key: 'a', value: text('1') },
          { key: 'b', value: text('2') },
          { key: 'a', value: text('3') },
        ]);
        const values = await keyv.getMany<Uint8Array>(['b', 'nothing', 'a']);
        expect(values.map(plain)).toEqual([same('2'), undefined, same('3')]);
        expect(await keyv.hasMany(['nothing', 'a'])).toEqual([false, true]);
        expect(await keyv.deleteMany(['nothing', 'a', 'b'])).toEqual([false, true, true]);
        expect(await keyv.hasMany(['a', 'b'])).toEqual([false, false]);
        expect(await keyv.getMany([])).toEqual([]);
      });

      it('gives two Keyvs on one database a namespace each', async () => {
        const heads = openKeyv(opened.database, 'h');
        const values = openKeyv(opened.database, 'v');
        await Promise.all([heads.set('same', text('head')), values.set('same', text('value'))]);
        expect(plain(await heads.get<Uint8Array>('same'))).toEqual(same('head'));
        expect(plain(await values.get<Uint8Array>('same'))).toEqual(same('value'));
        await heads.clear();
        expect(await heads.has('same')).toBe(false);
        expect(await values.has('same')).toBe(true);
      });

      it('keeps the lifetime and forgets what has expired', async () => {
        const keyv = openKeyv(opened.database, 'h');
        await keyv.set('long', text('x'), 60_000);
        await keyv.set('short', text('x'), 1);
        await vi.waitUntil(async () => !(await keyv.has('short')));
        expect(await keyv.get('short')).toBeUndefined();
        expect(await keyv.has('long')).toBe(true);
        expect(await rows(opened.database, 'h')).toEqual([['long', 'x']]);
        expect(await opened.database.size()).toEqual({ entries: 1, bytes: 1 });
        expect(await keyv.delete('short')).toBe(false);
        const raw = await keyv.getRaw('long');
        expect((raw as { expires: number }).expires).toBeGreaterThan(Date.now());
      });

      it('iterates over the namespace only', async () => {
        const keyv = openKeyv(opened.database, 'h');
        await put(opened.database, 'v', 'other', 'x');
        await keyv.set('a', text('1'));
        await keyv.set('b', text('2'));
        const seen: string[] = [];
        for await (const [key, value] of keyv.iterator())
          seen.push(`${key}=${Buffer.from(value).toString()}`);
        expect(seen.sort()).toEqual(['a=1', 'b=2']);
      });

      it('rejects what is not bytes', async () => {
        const keyv = openKeyv(opened.database, 'h');
        const refused = keyv.set('a', 'a string' as unknown as Uint8Array);
        await expect(refused).rejects.toMatchObject({ name: 'StoreError', code: 'failed' });
      });
    });

    describe('bytes', () => {
      it.each([
        ['none', 0],
        ['one', 1],
        ['a megabyte', 1 << 20],
      ])('gives back %s', async (_, length) => {
        const value = Uint8Array.from({ length }, (_, index) => (index * 31) % 256);
        await put(opened.database, 'v', 'k', value);
        expect((await read(opened.database, 'v', 'k'))?.equals(value)).toBe(true);
      });

      it('gives back every byte value, and a view on a larger buffer without its surroundings', async () => {
        const all = Uint8Array.from({ length: 256 }, (_, index) => index);
        const large = new Uint8Array(1000).fill(9);
        large.set(all, 500);
        await put(opened.database, 'v', 'k', large.subarray(500, 756));
        expect(await read(opened.database, 'v', 'k')).toEqual(same(all));
      });

      it('neither takes nor follows the buffer of the caller', async () => {
        const value = text('before');
        const writing = put(opened.database, 'v', 'k', value);
        value.set(text('after!'));
        await writing;
        expect(await read(opened.database, 'v', 'k')).toEqual(same('before'));
        expect(Buffer.from(value).toString()).toBe('after!');
      });
    });

    it('tells strange keys apart', async () => {
      await opened.database.commit(
        STRANGE_KEYS.map((key, index) => ({ namespace: 'h', key, value: text(String(index)) })),
      );
      const database = await opened.reopen();
      const expected = STRANGE_KEYS.map((key, index) => [key, String(index)] as [string, string]);
      expect(await rows(database, 'h')).toEqual(expected.sort(([a], [b]) => (a < b ? -1 : 1)));
      for (const [key, value] of expected) expect(await read(database, 'h', key)).toEqual(same(value));
    });

    it('does not mistake one namespace and key for another', async () => {
      await put(opened.database, 'a', 'b:c', '1');
      await put(opened.database, 'a:b', 'c', '2');
      await put(opened.database, '', 'a:b:c', '3');
      expect(await read(opened.database, 'a', 'b:c')).toEqual(same('1'));
      expect(await read(opened.database, 'a:b', 'c')).toEqual(same('2'));
      await opened.database.clear('a');
      expect(await read(opened.database, 'a', 'b:c')).toBeUndefined();
      expect(await read(opened.database, 'a:b', 'c')).toEqual(same('2'));
      expect(await read(opened.database, '', 'a:b:c')).toEqual(same('3'));
    });

    describe('commit', () => {
      it('writes and deletes across namespaces, a later write of the batch over an earlier one', async () => {
        await put(opened.database, 'v', 'old', 'x');
        await opened.database.commit([
          { namespace: 'v', key: 'new', value: text('value') },
          { namespace: 'h', key: 'head', value: text('1') },
          { namespace: 'v', key: 'old' },
          { namespace: 'h', key: 'head', value: text('2') },
        ]);
        expect(await rows(opened.database, 'v')).toEqual([['new', 'value']]);
        expect(await rows(opened.database, 'h')).toEqual([['head', '2']]);
      });

      it('writes nothing when one of the writes cannot be made', async () => {
        await put(opened.database, 'h', 'k', 'before');
        const broken = [
          { namespace: 'h', key: 'k', value: text('after') },
          { namespace: 'h', key: 'other', value: 'no bytes' },
        ] as unknown as Write[];
        await expect(opened.database.commit(broken)).rejects.toMatchObject({ name: 'StoreError' });
        expect(await rows(opened.database, 'h')).toEqual([['k', 'before']]);
      });

      it('accepts an empty batch', async () => {
        await opened.database.commit([]);
        expect(await opened.database.size()).toEqual({ entries: 0, bytes: 0 });
      });

      it('does not keep what has expired already', async () => {
        await put(opened.database, 'h', 'k', 'x');
        await opened.database.commit([
          { namespace: 'h', key: 'k', value: text('y'), expires: Date.now() - 1 },
        ]);
        expect(await read(opened.database, 'h', 'k')).toBeUndefined();
      });
    });

    describe('commit on condition', () => {
      const seen = (value?: string) => ({
        namespace: 'h',
        key: 'k',
        value: value?.length ? text(value) : undefined,
      });

      it('makes the writes while the record is as it was read, and leaves them out when it is not', async () => {
        const { database } = opened;
        const absent = seen();
        expect(await database.commit([{ ...absent, value: text('1'), onlyIf: absent }])).toEqual([]);
        expect(await database.commit([{ ...absent, value: text('2'), onlyIf: absent }])).toEqual([absent]);
        expect(await read(database, 'h', 'k')).toEqual(same('1'));
        const one = seen('1');
        expect(await database.commit([{ ...one, value: text('2'), onlyIf: one }])).toEqual([]);
        expect(await database.commit([{ namespace: 'h', key: 'k', onlyIf: one }])).toEqual([one]);
        expect(await read(await opened.reopen(), 'h', 'k')).toEqual(same('2'));
      });

      it('leaves out all that shares the condition, and nothing else', async () => {
        const { database } = opened;
        await put(database, 'v', 'old', 'x');
        const unmet = seen('no such value');
        const met = seen();
        const results = await database.commit([
          { namespace: 'v', key: 'a', value: text('a'), onlyIf: unmet },
          { namespace: 'v', key: 'b', value: text('b') },
          { namespace: 'h', key: 'k', value: text('k'), onlyIf: met },
          { namespace: 'v', key: 'c', value: text('c'), onlyIf: met },
          { namespace: 'v', key: 'old', onlyIf: unmet },
        ]);
        expect(results).toEqual([unmet]);
        expect(results[0]).toBe(unmet);
        expect(await rows(database, 'v')).toEqual([
          ['b', 'b'],
          ['c', 'c'],
          ['old', 'x'],
        ]);
      });

      it('takes an expired record for none', async () => {
        const { database } = opened;
        const short = { namespace: 'h', key: 'k', value: text('x'), expires: Date.now() + 5 };
        await database.commit([short]);
        await vi.waitUntil(async () => (await read(database, 'h', 'k')) === undefined);
        const absent = seen();
        expect(await database.commit([{ ...absent, value: text('1'), onlyIf: absent }])).toEqual([]);
      });

      it('lets one of many at once through', async () => {
        const { database } = opened;
        const absent = () => seen();
        const attempts = await Promise.all(
          Array.from({ length: 50 }, (_, index) =>
            database.commit([{ namespace: 'h', key: 'k', value: text(String(index)), onlyIf: absent() }]),
          ),
        );
        expect(attempts.filter((unmet) => unmet.length === 0)).toHaveLength(1);
        expect(await read(database, 'h', 'k')).toEqual(same('0'));
      });
    });

    it('lets the last call win among concurrent writes to a key', async () => {
      const writes = Array.from({ length: 100 }, (_, index) => put(opened.database, 'h', 'k', String(index)));
      const removal = opened.database.commit([{ namespace: 'h', key: 'k' }]);
      const last = put(opened.database, 'h', 'k', 'last');
      const seen = read(opened.database, 'h', 'k');
      await Promise.all([...writes, removal, last]);
      expect(await seen).toEqual(same('last'));
      expect(await read(await opened.reopen(), 'h', 'k')).toEqual(same('last'));
    });

    it('orders clear among the writes', async () => {
      const before = put(opened.database, 'h', 'before', 'x');
      const clearing = opened.database.clear('h');
      const after = put(opened.database, 'h', 'after', 'x');
      await Promise.all([before, clearing, after]);
      expect(await rows(opened.database, 'h')).toEqual([['after', 'x']]);
    });

    it('clears several namespaces at once, and no other', async () => {
      for (const namespace of ['h', 'v', 'g']) await put(opened.database, namespace, 'k', namespace);
      await opened.database.clear('h', 'v');
      const database = await opened.reopen();
      expect(await rows(database, 'h')).toEqual([]);
      expect(await rows(database, 'v')).toEqual([]);
      expect(await rows(database, 'g')).toEqual([['k', 'g']]);
    });

    it('hands over many records in chunks, each once, and counts them', async () => {
      const writes = Array.from({ length: 1000 }, (_, index) => ({
        namespace: 'h',
        key: `key-${index}`,
        value: text('12345'),
      }));
      await opened.database.commit([...writes, { namespace: 'h', key: '', value: text('empty') }]);
      await put(opened.database, 'v', 'other', '1234567');
      let chunks = 0;
      const keys = new Set<string>();
      let count = 0;
      await opened.database.each('h', (chunk) => {
        chunks += 1;
        count += chunk.length;
        for (const [key] of chunk) keys.add(key);
      });
      expect(chunks).toBeGreaterThan(1);
      expect(count).toBe(1001);
      expect(keys.size).toBe(1001);
      expect(await opened.database.size()).toEqual({ entries: 1002, bytes: 1001 * 5 + 7 });
      await opened.database.each('nothing', () => expect.unreachable());
    });

    it('hands over the keys with their sizes, and counts a namespace, without reading values', async () => {
      const { database } = opened;
      const keys = Array.from({ length: 2500 }, (_, index) => `key-${String(index).padStart(4, '0')}`);
      const write = (key: string, index: number) => ({
        namespace: 'v',
        key,
        value: text('x'.repeat(index % 7)),
      });
      await database.commit([...keys.map(write), { namespace: 'h', key: 'other', value: text('12345') }]);
      await database.commit([write('key-0003', 6), { namespace: 'v', key: 'key-0004' }]);
      await put(database, 'v', '', '1');
      const seen = new Map<string, number>();
      let chunks = 0;
      await database.eachKey('v', async (found) => {
        chunks++;
        await new Promise(setImmediate);
        for (const [key, bytes] of found) {
          expect(seen.has(key)).toBe(false);
          seen.set(key, bytes);
        }
      });
      const expected = new Map(keys.map((key, index) => [key, index % 7]));
      expected.set('key-0003', 6).set('', 1).delete('key-0004');
      expect(seen).toEqual(expected);
      expect(chunks).toBeGreaterThan(1);
      const bytes = [...expected.values()].reduce((sum, one) => sum + one, 0);
      expect(await database.size('v')).toEqual({ entries: 2500, bytes });
      expect(await database.size('h')).toEqual({ entries: 1, bytes: 5 });
      expect(await database.size('nothing')).toEqual({ entries: 0, bytes: 0 });
      await database.clear('v');
      expect(await database.size('v')).toEqual({ entries: 0, bytes: 0 });
      expect(await (await opened.reopen()).size()).toEqual({ entries: 1, bytes: 5 });
    });

    it('finds small records whose keys begin alike, if it does so at all', async () => {
      const { database } = opened;
      const names = ['k#a', 'k#b', 'k', 'k!', 'k$', 'kk#a', 'k#large', 'K#a'];
      const value = (name: string) => text(name.endsWith('large') ? 'x'.repeat(11) : name);
      await database.commit(names.map((key) => ({ namespace: 'v', key, value: value(key) })));
      await put(database, 'h', 'k#c', 'x');
      const found = await database.startingWith?.('v', 'k#', 10);
      if (database.kind === 'keyv-file') expect(found).toBeUndefined();
      else
        expect(found?.map(([key, bytes]) => [key, Buffer.from(bytes).toString()]).sort()).toEqual([
          ['k#a', 'k#a'],
          ['k#b', 'k#b'],
        ]);
    });

    it('reads the next chunk when the last one has been handled', async () => {
      const { database } = opened;
      await database.commit(
        Array.from({ length: 1200 }, (_, index) => ({ namespace: 'h', key: `k${index}`, value: text('x') })),
      );
      let handling = 0;
      let most = 0;
      await database.each('h', async () => {
        most = Math.max(most, ++handling);
        await new Promise(setImmediate);
        handling--;
      });
      expect(most).toBe(1);
      await expect(database.each('h', () => Promise.reject(new Error('enough')))).rejects.toThrow('enough');
    });

    it('keeps everything over a restart', async () => {
      await put(opened.database, 'h', 'k', 'kept');
      await put(opened.database, 'h', 'gone', 'x');
      await opened.database.commit([{ namespace: 'h', key: 'gone' }]);
      const again = await opened.reopen();
      expect(await rows(again, 'h')).toEqual([['k', 'kept']]);
      const keyv = openKeyv(again, 'h');
      await keyv.clear();
      expect(await rows(await opened.reopen(), 'h')).toEqual([]);
    });

    it('flushes on close, then rejects everything', async () => {
      const keyv = openKeyv(opened.database, 'h');
      const writing = put(opened.database, 'h', 'k', 'flushed');
      await opened.database.close();
      await opened.database.close();
      await writing;
      const closed = { name: 'StoreError', code: 'closed' };
      await expect(put(opened.database, 'h', 'k', 'late')).rejects.toMatchObject(closed);
      await expect(opened.database.each('h', () => {})).rejects.toMatchObject(closed);
      await expect(opened.database.size()).rejects.toMatchObject(closed);
      await expect(opened.database.clear('h')).rejects.toMatchObject(closed);
      await expect(keyv.get('k')).rejects.toMatchObject(closed);
      await expect(keyv.set('k', text('late'))).rejects.toMatchObject(closed);
      await expect(keyv.has('k')).rejects.toMatchObject(closed);
      await expect(keyv.getMany(['k'])).rejects.toMatchObject(closed);
      await expect(keyv.clear()).rejects.toMatchObject(closed);
      expect(await rows(await opened.reopen(), 'h')).toEqual([['k', 'flushed']]);
    });
  });
}
