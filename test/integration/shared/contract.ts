import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SharedStoreOptions } from '../../../src/cache/shared/connection.ts';
import { openSharedStore } from '../../../src/cache/shared/open.ts';
import { NOWHERE, type SharedStore } from '../../../src/cache/shared/shared-store.ts';

export type Where = Omit<SharedStoreOptions, 'project'>;

const STRANGE_KEYS = [
  'k'.repeat(300),
  'k'.repeat(5000),
  'ключ/键/キー',
  'nul\0inside',
  'nul\0other',
  '\0',
  ' space ',
  'line\r\nbreak',
  'get x\r\nflush_all\r\n',
  '{slot}',
  '🧪👩‍🚀',
  'e\u0301',
  '\u00e9',
  '',
];

const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();
const bytes = (value: string) => new TextEncoder().encode(value);

/** Open and connected, with patience for a machine that is busy; closed at the end of the test. */
export async function connected(where: Where, project: string): Promise<SharedStore> {
  const store = openSharedStore({ requestMs: 5000, ...where, project });
  onTestFinished(() => store.close());
  await expect.poll(() => store.state, { timeout: 20_000 }).toEqual({ state: 'up' });
  return store;
}

/** What every kind of shared store must do; each test has a project of its own on the one server. */
export function describeSharedStore(name: string, where: () => Where): void {
  describe(`${name} as a shared store`, () => {
    const open = () => connected(where(), randomUUID());
    const put = (store: SharedStore, key: string, value: string, ttlMs = 60_000) =>
      store.write([{ key, value: bytes(value), ttlMs }]);
    const get = async (store: SharedStore, ...keys: string[]) => (await store.read(keys)).records.map(text);

    it('gives back the very bytes that were written, in the order of the keys', async () => {
      const store = await open();
      const all = Uint8Array.from({ length: 70_000 }, (_, i) => i % 256);
      await store.write([
        { key: 'all', value: all, ttlMs: 60_000 },
        { key: 'none', value: new Uint8Array(), ttlMs: 60_000 },
      ]);
      const { records } = await store.read(['none', 'missing', 'all']);
      expect(records[0]).toHaveLength(0);
      expect(records[1]).toBeUndefined();
      expect(Buffer.compare(records[2] ?? bytes(''), all)).toBe(0);
    });

    it('takes any string for a key', async () => {
      const store = await open();
      await store.write(STRANGE_KEYS.map((key, i) => ({ key, value: bytes(`${i}`), ttlMs: 60_000 })));
      expect(await get(store, ...STRANGE_KEYS)).toEqual(STRANGE_KEYS.map((_, i) => `${i}`));
      await store.remove(STRANGE_KEYS);
      expect(await get(store, ...STRANGE_KEYS)).toEqual(STRANGE_KEYS.map(() => undefined));
    });

    it('removes only what it is told to, and what there is not without complaint', async () => {
      const store = await open();
      await put(store, 'a', '1');
      await put(store, 'b', '2');
      await store.remove(['a', 'never there']);
      expect(await get(store, 'a', 'b')).toEqual([undefined, '2']);
    });

    it('keeps projects apart', async () => {
      const [one, other] = [await open(), await open()];
      await put(one, 'a', '1');
      await one.bump([{ name: 'n', cause: '' }], (await one.read([])).position);
      expect(await get(other, 'a')).toEqual([undefined]);
      expect((await other.bumpsSince(NOWHERE)).bumps).toEqual([]);
    });

    it('lets go of a record when its lifetime is over', async () => {
      const store = await open();
      await put(store, 'short', '1', 1000);
      await put(store, 'long', '2', 90 * 24 * 3600 * 1000);
      await expect.poll(() => get(store, 'short', 'long'), { timeout: 20_000 }).toEqual([undefined, '2']);
    });

    it('swaps a record only when it is what it is said to be', async () => {
      const store = await open();
      const swap = (value: string, was: string | undefined) =>
        store.swap(
          { key: 'k', value: bytes(value), ttlMs: 60_000 },
          was === undefined ? undefined : bytes(was),
        );
      expect(await swap('1', 'not there')).toBe(false);
      expect(await swap('1', undefined)).toBe(true);
      expect(await swap('2', undefined)).toBe(false);
      expect(await swap('2', 'other')).toBe(false);
      expect(await swap('2', '1')).toBe(true);
      expect(await get(store, 'k')).toEqual(['2']);
    });

    it('lets one of many instances win that swap the same record at once', async () => {
      const project = randomUUID();
      const stores = [await connected(where(), project), await connected(where(), project)];
      const race = (was: Uint8Array | undefined, round: string) =>
        Promise.all(
          Array.from({ length: 20 }, (_, i) =>
            (stores[i % 2] as SharedStore).swap(
              { key: 'k', value: bytes(`${round}${i}`), ttlMs: 60_000 },
              was,
            ),
          ),
        );
      for (const round of ['a', 'b', 'c']) {
        const { records } = await (stores[0] as SharedStore).read(['k']);
        const won = (await race(records[0], round)).flatMap((swapped, i) =>
          swapped ? [`${round}${i}`] : [],
        );
        expect(won).toHaveLength(1);
        expect(await get(stores[1] as SharedStore, 'k')).toEqual(won);
      }
    });

    it('gives every invalidation the next place, and tells them from any place on', async () => {
      const store = await open();
      const { position: start } = await store.read([]);
      const first = await store.bump(
        [
          { name: 'a', cause: 'why' },
          { name: 'pattern *', cause: '' },
        ],
        start,
      );
      const second = await store.bump([{ name: 'c\n"\0ключ', cause: 'línea\n' }], first.position);
      const places = [start.place, ...first.bumps.map(({ at }) => at), ...second.bumps.map(({ at }) => at)];
      expect([...places].sort((a, b) => a - b)).toEqual(places);
      expect(new Set(places)).toHaveProperty('size', 4);
      expect(second.from).toBe(first.position.place);
      expect((await store.read(['x'])).position).toEqual(second.position);
      expect(await store.bumpsSince(start)).toEqual({
        position: second.position,
        from: start.place,
        floor: first.floor,
        bumps: [...first.bumps, ...second.bumps],
      });
      expect(await store.bumpsSince(first.position)).toMatchObject({
        from: first.position.place,
        bumps: second.bumps,
      });
      expect((await store.bumpsSince(second.position)).bumps).toEqual([]);
      expect(first.bumps[0]).toMatchObject({ name: 'a', cause: 'why' });
    });

    it('tells an instance that knows nothing, or another line, all there is above the floor', async () => {
      const store = await open();
      const { position } = await store.read([]);
      const { bumps, floor } = await store.bump(
        [
          { name: 'a', cause: '' },
          { name: 'b', cause: '' },
        ],
        position,
      );
      for (const known of [NOWHERE, { place: position.place + 10, line: 'another' }])
        expect(await store.bumpsSince(known)).toMatchObject({ from: floor, floor, bumps });
    });

    it('loses no invalidation when several instances invalidate at once', async () => {
      const project = randomUUID();
      const stores = [await connected(where(), project), await connected(where(), project)];
      const { position } = await (stores[0] as SharedStore).read([]);
      const told = await Promise.all(
        stores.flatMap((store, s) =>
          Array.from({ length: 8 }, (_, i) => store.bump([{ name: `${s}.${i}`, cause: '' }], position)),
        ),
      );
      const all = told.flatMap(({ bumps }) => bumps).sort((a, b) => a.at - b.at);
      expect(new Set(all.map(({ at }) => at)).size).toBe(16);
      const since = await (stores[1] as SharedStore).bumpsSince(position);
      expect(since.bumps).toEqual(all);
      expect(since.position.place).toBe(all.at(-1)?.at);
    });

    it('forgets the oldest names when they are too many, and says so with the floor', async () => {
      const store = await open();
      const { position: start } = await store.read([]);
      let last = await store.bumpsSince(start);
      const places = new Map<string, number>();
      for (let round = 0; last.floor <= start.place && round < 120; round++) {
        const names = Array.from({ length: 100 }, (_, i) => ({
          name: `tag folder-${round}/${i}`,
          cause: 'x',
        }));
        last = await store.bump(names, last.position);
        for (const { name, at } of last.bumps) places.set(name, at);
      }
      const { floor, bumps } = await store.bumpsSince(start);
      expect(floor).toBeGreaterThan(start.place);
      expect(bumps.length).toBeGreaterThan(100);
      expect(bumps.map(({ name }) => name)).toEqual(
        [...places].filter(([, at]) => at > floor).map(([name]) => name),
      );
    });

    it('answers nothing any more once it is closed', async () => {
      const store = await open();
      await store.close();
      await store.close();
      await expect(store.read(['a'])).rejects.toMatchObject({ code: 'closed' });
      await expect(store.bump([{ name: 'a', cause: '' }], NOWHERE)).rejects.toMatchObject({ code: 'closed' });
    });
  });
}
