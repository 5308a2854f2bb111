import { describe, expect, it, vi } from 'vitest';
import { FileLevel } from '../../../src/cache/file-level.ts';
import type { StoreKind } from '../../../src/cache/stores/open.ts';
import { type FileDatabase, StoreError } from '../../../src/cache/stores/store.ts';
import { FolderDisk } from '../../../src/freshness/disk.ts';
import { GenerationStore } from '../../../src/freshness/generation-store.ts';
import type { Stamp } from '../../../src/freshness/stamp.ts';
import { WorkspaceCache } from '../../../src/freshness/workspace-cache.ts';
import { databaseIn } from '../../support/database.ts';
import { Witness } from '../../support/witness.ts';
import { temporaryFolder, write } from '../../support/workspace.ts';

const KINDS: readonly StoreKind[] = ['sqlite', 'keyv-file'];

/** Opens the cache of `root` as a new window does. */
async function open(root: string, database: FileDatabase, now = Date.now) {
  const witness = new Witness<Stamp>();
  const generations = new GenerationStore(database);
  const cache = new WorkspaceCache({
    disk: new FolderDisk(root),
    observer: witness,
    file: new FileLevel(database, (error) => witness.problem('file', error)),
    saveBump: (bump) => generations.save(bump),
    now,
  });
  await generations.load(cache.generations);
  const shout = (path: string) =>
    cache.getOrCompute<string>(`test:shout:${path}`, async (context) => {
      context.tag(`shout/${path}`);
      return ((await context.readFile(path))?.text() ?? 'nothing').toUpperCase();
    });
  const close = () => cache.cache.close();
  return { cache, witness, shout, close };
}

describe.each(KINDS)('the file level on %s', (kind) => {
  const start = async (files: Record<string, string>) => {
    const root = temporaryFolder();
    const storage = temporaryFolder();
    for (const [path, text] of Object.entries(files)) write(root, path, text);
    const window = async () => open(root, await databaseIn(storage, kind));
    return { root, storage, window, write: (path: string, text: string) => write(root, path, text) };
  };

  it('answers after a restart, and promotes to memory', async () => {
    const { window } = await start({ 'a.txt': 'a' });
    const first = await window();
    await first.shout('a.txt');
    await first.close();
    const second = await window();
    expect(await second.shout('a.txt')).toEqual({ value: 'A', from: 'file' });
    expect(await second.shout('a.txt')).toEqual({ value: 'A', from: 'memory' });
    expect(second.witness.computations).toBe(0);
    expect(second.witness.problems).toEqual([]);
  });

  it('says of a read by key which level had the value, or why none did, and counts it', async () => {
    const { window, write } = await start({ 'a.txt': 'a' });
    const first = await window();
    await first.shout('a.txt');
    await first.close();
    const { cache } = await window();
    const read = () => cache.read('test:shout:a.txt');
    expect(await read()).toEqual({ value: 'A', from: 'file' });
    expect(await read()).toEqual({ value: 'A', from: 'memory' });
    write('a.txt', 'x');
    expect(await read()).toMatchObject({ miss: { reason: 'changed', detail: 'a.txt changed' } });
    expect(await cache.read('test:none')).toEqual({ miss: { reason: 'never-cached' } });
    const { memoryHits, fileHits, misses } = cache.cache.namespaces.get('test');
    expect([memoryHits, fileHits, misses]).toEqual([1, 1, 2]);
  });

  it('serves nothing stale after edits while nobody watched', async () => {
    const { window, write } = await start({ 'a.txt': 'a', 'b.txt': 'b' });
    const first = await window();
    await first.shout('a.txt');
    await first.shout('b.txt');
    await first.close();
    write('a.txt', 'x');
    const second = await window();
    await second.cache.cache.loadCatalog();
    expect([...second.witness.live]).toEqual(['test:shout:b.txt']);
    expect(await second.shout('a.txt')).toMatchObject({
      value: 'X',
      miss: { reason: 'changed', detail: 'a.txt changed' },
    });
    expect((await second.shout('b.txt')).from).toBe('file');
  });

  it('keeps a variant per state: back and forth hits again, across restarts too', async () => {
    const { window, write } = await start({ 'a.txt': 'main' });
    const first = await window();
    await first.shout('a.txt');
    write('a.txt', 'branch');
    expect((await first.shout('a.txt')).from).toBe('computed');
    write('a.txt', 'main');
    expect(await first.shout('a.txt')).toEqual({ value: 'MAIN', from: 'file' });
    await first.close();
    write('a.txt', 'branch');
    const second = await window();
    expect(await second.shout('a.txt')).toEqual({ value: 'BRANCH', from: 'file' });
  });

  it('keeps the four newest variants', async () => {
    const { window, write } = await start({ 'a.txt': '0' });
    const { shout, witness } = await window();
    for (let i = 0; i < 6; i++) {
      write('a.txt', `${i}`);
      await shout('a.txt');
    }
    write('a.txt', '5');
    await shout('a.txt');
    expect(witness.computations).toBe(6);
    write('a.txt', '2');
    expect((await shout('a.txt')).from).toBe('file');
    write('a.txt', '1');
    expect((await shout('a.txt')).from).toBe('computed');
  });

  it.each([
    ['key', { key: 'test:shout:a.txt' }],
    ['tag', { tag: 'shout' }],
    ['pattern', { pattern: 'test:*' }],
    ['namespace', { namespace: 'test' }],
    ['all', { all: true }],
  ] as const)(
    'keeps what was invalidated by %s gone, also in its older states and after a restart',
    async (_, selector) => {
      const { window, write } = await start({ 'a.txt': 'main' });
      const first = await window();
      await first.shout('a.txt');
      write('a.txt', 'branch');
      await first.shout('a.txt');
      await first.cache.invalidate(selector);
      expect((await first.shout('a.txt')).from).toBe('computed');
      await first.cache.invalidate(selector);
      await first.close();
      const second = await window();
      expect((await second.shout('a.txt')).from).toBe('computed');
      write('a.txt', 'main');
      expect((await second.shout('a.txt')).from).toBe('computed');
    },
  );

  it('clears a level and leaves the other', async () => {
    const { window } = await start({ 'a.txt': 'a' });
    const { cache, shout } = await window();
    await shout('a.txt');
    await cache.cache.flush();
    await cache.invalidate({ level: 'memory' });
    expect((await shout('a.txt')).from).toBe('file');
    await cache.invalidate({ level: 'file' });
    expect((await shout('a.txt')).from).toBe('memory');
    await cache.invalidate({ level: 'memory' });
    expect((await shout('a.txt')).from).toBe('computed');
  });

  it('forgets an entry whose lifetime has passed, wherever it is', async () => {
    const { window } = await start({});
    const { cache } = await window();
    await cache.cache.getOrCompute('test:soon', async () => draft(cache, 1), { ttlMs: 60_000 });
    expect(await cache.get('test:soon')).toBe(1);
    await cache.set('test:gone', 2, { ttlMs: 1 });
    await expect.poll(() => cache.get('test:gone')).toBeUndefined();
  });

  it('lets a set and a delete win over a promotion under way', async () => {
    const { window } = await start({});
    const { cache } = await window();
    await cache.set('test:k', 'old');
    await cache.invalidate({ level: 'memory' });
    const reading = cache.get('test:k');
    const setting = cache.set('test:k', 'new');
    await Promise.all([reading, setting]);
    expect(await cache.get('test:k')).toBe('new');
    await cache.invalidate({ level: 'memory' });
    const again = cache.get('test:k');
    await Promise.all([again, cache.delete('test:k')]);
    expect(await cache.get('test:k')).toBeUndefined();
  });
});

describe('a file level that fails', () => {
  /** A database whose every operation rejects while it is broken: a full disk, a dead worker. */
  class Broken implements FileDatabase {
    readonly kind = 'sqlite';
    readonly #inner: FileDatabase;
    broken = true;

    constructor(inner: FileDatabase) {
      this.#inner = inner;
    }

    store(namespace: string) {
      const store = this.#inner.store(namespace);
      const get = store.getMany?.bind(store);
      store.getMany = async (keys) => {
        this.#check();
        return get?.(keys) ?? [];
      };
      return store;
    }

    commit(...args: Parameters<FileDatabase['commit']>) {
      return this.#try(() => this.#inner.commit(...args));
    }

    each(...args: Parameters<FileDatabase['each']>) {
      return this.#try(() => this.#inner.each(...args));
    }

    eachKey(...args: Parameters<FileDatabase['eachKey']>) {
      return this.#try(() => this.#inner.eachKey(...args));
    }

    size(namespace?: string) {
      return this.#try(() => this.#inner.size(namespace));
    }

    clear(...namespaces: string[]) {
      return this.#try(() => this.#inner.clear(...namespaces));
    }

    close() {
      return this.#inner.close();
    }

    #check(): void {
      if (this.broken) throw new StoreError('full', 'The disk is full.');
    }

    async #try<T>(work: () => Promise<T>): Promise<T> {
      this.#check();
      return work();
    }
  }

  const start = async (now = Date.now) => {
    const root = temporaryFolder();
    write(root, 'a.txt', 'a');
    const database = new Broken(await databaseIn(temporaryFolder()));
    database.broken = false;
    return { database, root, ...(await open(root, database, now)) };
  };

  it('costs nobody an answer, and is told', async () => {
    const { database, shout, witness } = await start();
    database.broken = true;
    expect((await shout('a.txt')).value).toBe('A');
    expect((await shout('a.txt')).from).toBe('memory');
    expect(witness.problems.map(({ error }) => error.message)).toContain('The disk is full.');
  });

  it('does not bring back what could not be removed', async () => {
    const { database, cache } = await start();
    await cache.set('test:k', 1);
    database.broken = true;
    await cache.delete('test:k');
    database.broken = false;
    expect(await cache.get('test:k')).toBeUndefined();
    await cache.set('test:k', 2);
    await cache.invalidate({ level: 'memory' });
    expect(await cache.get('test:k')).toBe(2);
  });

  it('serves nothing of what could not be taken out of reach to those who asked meanwhile', async () => {
    const { database, root, cache } = await start();
    await cache.set('test:k', 1);
    await cache.cache.flush();
    const { cache: other } = await open(root, database); // has not listed what is stored
    let fail = () => {};
    const failing = new Promise<void>((_, reject) => {
      fail = () => reject(new StoreError('failed', 'The disk fails.'));
    });
    database.eachKey = () => failing;
    const invalidated = other.invalidate({ pattern: 'test:*' });
    const asked = other.get('test:k');
    setImmediate(fail);
    await Promise.all([invalidated, asked]);
    expect(await other.get('test:k')).toBeUndefined();
    await other.set('test:k', 2);
    await other.invalidate({ level: 'memory' });
    expect(await other.get('test:k')).toBe(2);
  });

  it('serves nothing older than a value that could not be written to those who waited for it', async () => {
    let now = 1_800_000_000_000;
    const { database, cache } = await start(() => now);
    await cache.set('test:k', 1);
    await cache.cache.flush();
    let fail = () => {};
    const failing = new Promise<never>((_, reject) => {
      fail = () => reject(new StoreError('failed', 'The disk fails.'));
    });
    failing.catch(() => {}); // whoever commits hears of it
    database.commit = () => failing;
    const set = cache.set('test:k', 2, { request: { ttl: 1 } });
    for (let turns = 20; turns > 0; turns--) await Promise.resolve(); // it is in memory
    now += 10; // and its lifetime is over
    const asked = cache.get('test:k');
    setImmediate(fail);
    await Promise.all([set, asked]);
    expect(await cache.get('test:k')).toBeUndefined();
  });

  it('takes a torn, foreign or swapped record for a miss', async () => {
    const { database, cache, witness } = await start();
    for (const key of ['test:torn', 'test:foreign', 'test:swapped']) await cache.set(key, 'x'.repeat(5000));
    await cache.invalidate({ level: 'memory' });
    const heads = database.store('h');
    const torn = await heads.get<Uint8Array>('test:torn');
    const bytes = (torn as { value: Uint8Array }).value ?? torn;
    await database.commit([
      { namespace: 'h', key: 'test:torn', value: bytes.slice(0, bytes.length - 3) },
      { namespace: 'h', key: 'test:foreign', value: Buffer.from('hello') },
      { namespace: 'v', key: 'test:swapped#0', value: bytes },
    ]);
    for (const key of ['test:torn', 'test:foreign', 'test:swapped'])
      expect(await cache.get(key)).toBeUndefined();
    expect(witness.problems).toHaveLength(3);
  });
});

it('does not list as stored what a clear takes from the file level while it is read', async () => {
  const root = temporaryFolder();
  const { cache } = await open(root, await databaseIn(temporaryFolder()));
  const others = Array.from({ length: 3000 }, (_, i) => ({ key: `test:${i}`, value: i }));
  await cache.setMany([...others, { key: 'test:k', value: 'test:k' }]);
  await cache.invalidate({ level: 'memory' });
  const busy = vi.spyOn(performance, 'now').mockImplementation(() => (time += 10)); // each step takes a slice
  let time = 0;
  const asked = cache.get('test:k');
  for (let turns = 20; turns > 0; turns--) await Promise.resolve(); // its head is asked for
  await Promise.all([asked, cache.invalidate({ level: 'file' })]);
  busy.mockRestore();
  expect(await asked).toBe('test:k');
  expect(cache.cache.entry('test:k')).toMatchObject({ inMemory: true, inFile: false });
});

function draft(cache: WorkspaceCache, value: unknown) {
  return {
    value,
    stamp: { marks: cache.generations.marks([], 'test'), started: 0, dependencies: [], watched: 0 },
  };
}
