import { expect, it, vi } from 'vitest';
import { encode } from '../../../src/cache/codec.ts';
import type { Variant } from '../../../src/cache/head.ts';
import type { Announced } from '../../../src/cache/shared/pending-bumps.ts';
import { SharedLevel, type SharedLevelOptions } from '../../../src/cache/shared/shared-level.ts';
import type { SharedPut } from '../../../src/cache/shared/shared-put.ts';
import { type Bump, type Bumps, SharedStoreError } from '../../../src/cache/shared/shared-store.ts';
import { MemoryServer, MemoryStore } from './memory-store.ts';

function machine(server: MemoryServer, options: Partial<SharedLevelOptions> = {}) {
  const store = new MemoryStore(server);
  const problems: string[] = [];
  const heard: Bump[] = [];
  const level = new SharedLevel(store, {
    problem: (error) => problems.push(error.message),
    matches: (pattern, key) => key.startsWith(pattern.slice(0, -1)),
    pollMs: 3_600_000,
    ...options,
  });
  level.onInvalidated((bumps) => heard.push(...bumps));
  const found = async (key: string) => (await level.lookup([key])).found[0] ?? [];
  const ids = async (key: string) => (await found(key)).map(({ id }) => id);
  return { store, level, problems, heard, found, ids };
}

async function put(
  key: string,
  started: number,
  more: Partial<Variant> & { names?: string[]; value?: unknown } = {},
): Promise<SharedPut> {
  const { id = 'v', names = ['*', `key ${key}`], value = id, expiresAt = 0 } = more;
  return {
    key,
    variant: { id, stamp: null, costMs: 1, createdAt: 1, expiresAt },
    bytes: await encode(value),
    names,
    started,
  };
}

type Machine = ReturnType<typeof machine>;

async function share({ level }: Machine, key: string, more: Parameters<typeof put>[2] = {}) {
  const { sequence } = await level.lookup([key]);
  await level.put([await put(key, sequence, more)]);
}

/** Makes the next answers of a method wait until they are let go. */
function hold<T>(store: MemoryStore, method: 'read' | 'bump' | 'bumpsSince'): { release(): void } {
  const gate = Promise.withResolvers<void>();
  const original = (store[method] as (...args: unknown[]) => Promise<T>).bind(store);
  vi.spyOn(store, method).mockImplementationOnce(async (...args: unknown[]) => {
    const answer = await original(...args);
    await gate.promise;
    return answer as never;
  });
  return { release: () => gate.resolve() };
}

it('asks once for a typical hit, and once more for the value of an older variant', async () => {
  const server = new MemoryServer();
  const [one, other] = [machine(server), machine(server)];
  await share(one, 'k:a', { id: 'old' });
  await share(one, 'k:a', { id: 'new' });
  await other.level.lookup([]);
  other.store.calls.length = 0;
  const [newest, older] = await other.found('k:a');
  expect(await other.level.value('k:a', newest as Variant)).toEqual(await encode('new'));
  expect(other.store.calls).toEqual(['read']);
  expect(await other.level.value('k:a', older as Variant)).toEqual(await encode('old'));
  expect(other.store.calls).toEqual(['read', 'read']);
});

it('asks once more only when somebody else has invalidated something it has not heard of', async () => {
  const server = new MemoryServer();
  const [one, other] = [machine(server), machine(server)];
  await other.level.lookup([]);
  await other.level.invalidate([{ name: 'tag own', cause: '' }]);
  await one.level.lookup([]);
  other.store.calls.length = 0;
  await other.level.lookup(['k:a']);
  expect(other.store.calls).toEqual(['read']);
  await one.level.invalidate([{ name: 'tag told', cause: '' }]);
  await other.level.lookup(['k:a']);
  expect(other.store.calls).toEqual(['read', 'read']); // the message has told it
  server.bump([{ name: 'tag silent', cause: '' }], other.store); // of which no message comes
  await other.level.lookup(['k:a']);
  await other.level.lookup(['k:a']);
  expect(other.store.calls).toEqual(['read', 'read', 'read', 'bumpsSince', 'read']);
  expect(other.heard.map(({ name }) => name)).toEqual(['tag told', 'tag silent']);
});

it('finds a message of a gap, and asks what is missing', async () => {
  const server = new MemoryServer();
  const one = machine(server);
  await one.level.lookup([]);
  server.bump([{ name: 'tag unheard', cause: '' }], one.store);
  server.bump([{ name: 'tag heard', cause: '' }], undefined);
  await vi.waitFor(() => expect(one.heard.map(({ name }) => name)).toEqual(['tag heard', 'tag unheard']));
  expect(one.level.sequence).toBe(server.position.place);
});

it('stores nothing that is invalid by then, whichever way it became so', async () => {
  const server = new MemoryServer();
  const [one, other] = [machine(server), machine(server)];
  const { sequence } = await one.level.lookup([]);
  await other.level.invalidate([{ name: 'key k:told', cause: '' }]);
  server.bump([{ name: 'key k:silent', cause: '' }], one.store);
  await one.level.put([
    await put('k:told', sequence),
    await put('k:silent', sequence),
    await put('k:fine', sequence),
  ]);
  expect([await one.ids('k:told'), await one.ids('k:silent'), await one.ids('k:fine')]).toEqual([
    [],
    [],
    ['v'],
  ]);
  expect(one.level.counts.outdated).toBe(2);
});

it('takes nothing for begun now that was begun before the server lost its record, even if places come again', async () => {
  const server = new MemoryServer();
  const one = machine(server);
  server.bump(
    [
      { name: 'x', cause: '' },
      { name: 'y', cause: '' },
    ],
    undefined,
  );
  const { sequence } = await one.level.lookup([]);
  server.bump([{ name: 'key k:a', cause: '' }], one.store); // soon to be forgotten
  server.loseGenerations(sequence - 1);
  server.bump([{ name: 'z', cause: '' }], undefined);
  await one.level.put([await put('k:a', sequence)]);
  expect(await one.ids('k:a')).toEqual([]);
  server.bump(
    [
      { name: 'z', cause: '' },
      { name: 'z', cause: '' },
    ],
    undefined,
  );
  await share(one, 'k:a');
  expect(await one.ids('k:a')).toEqual(['v']);
});

it('takes nothing for begun at all whose look-up saw the server lose its record', async () => {
  const server = new MemoryServer();
  const one = machine(server);
  await one.level.lookup([]);
  server.bump([{ name: 'x', cause: '' }], one.store);
  const gate = hold(one.store, 'read');
  const looking = one.level.lookup([]);
  await new Promise(setImmediate);
  server.loseGenerations(1);
  gate.release();
  expect((await looking).sequence).toBe(0);
});

it('does not serve what another machine stored before it was invalidated there, before the server knew', async () => {
  const server = new MemoryServer();
  const [one, other] = [machine(server), machine(server)];
  await share(one, 'k:a');
  const gate = hold(other.store, 'read');
  const looking = other.ids('k:a');
  await new Promise(setImmediate);
  other.store.state = { state: 'down' };
  await other.level.invalidate([{ name: 'pattern k:*', cause: '' }]);
  other.store.state = { state: 'up' };
  gate.release();
  await looking.catch(() => {});
  expect(await other.ids('k:a')).toEqual([]);
});

it('forgets what is pending only when what it knows of the server says the same', async () => {
  const server = new MemoryServer();
  const [one, other] = [machine(server), machine(server)];
  await one.level.lookup([]);
  server.loseGenerations(10); // a line of which it knows nothing yet
  server.bump([{ name: 'x', cause: '' }], one.store);
  await share(other, 'k:a');
  vi.spyOn(one.store, 'bump').mockRejectedValueOnce(new SharedStoreError('lost', 'No answer.'));
  await one.level.invalidate([{ name: 'key k:a', cause: '' }]);
  const gate = hold<Bumps>(one.store, 'bumpsSince');
  const looking = one.ids('k:a'); // has read what there was before the server hears of it
  await new Promise(setImmediate);
  one.store.state = { state: 'up' }; // it hears of it now
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  gate.release();
  expect(await looking).toEqual([]);
});

it('serves nothing until it knows what the last run could not deliver', async () => {
  const server = new MemoryServer();
  await share(machine(server), 'k:a');
  const gate = Promise.withResolvers<readonly Announced[]>();
  const one = machine(server, { undelivered: { load: () => gate.promise, save: async () => {} } });
  const looking = one.ids('k:a');
  gate.resolve([{ name: 'key k:a', cause: 'before the restart' }]);
  expect(await looking).toEqual([]);
});

it('takes everything for invalid when what the last run could not deliver cannot be read', async () => {
  const server = new MemoryServer();
  await share(machine(server), 'k:a');
  const load = () => Promise.reject(new Error('The disk is gone.'));
  const one = machine(server, { undelivered: { load, save: async () => {} } });
  expect(await one.ids('k:a')).toEqual([]);
  expect(one.problems).toEqual(['The disk is gone.']);
});

it('keeps pending what the server refuses, tells that once, and offers it again later', async () => {
  const server = new MemoryServer();
  const one = machine(server);
  await share(one, 'k:a');
  const refusal = new SharedStoreError('refused', 'The server is full.');
  const bump = vi.spyOn(one.store, 'bump').mockRejectedValue(refusal);
  await one.level.invalidate([{ name: 'key k:a', cause: '' }]);
  for (let i = 0; i < 5; i++) expect(await one.ids('k:a')).toEqual([]);
  expect(bump).toHaveBeenCalledTimes(1);
  one.store.state = { state: 'up' };
  await vi.waitFor(() => expect(bump).toHaveBeenCalledTimes(2));
  expect(one.problems).toEqual(['The server is full.']);
  bump.mockRestore();
  one.store.state = { state: 'up' };
  await vi.waitFor(() => expect(server.position.place).toBe(2));
  expect(await one.ids('k:a')).toEqual([]);
});

it('makes one of more invalidations than it can keep, of everything', async () => {
  const server = new MemoryServer();
  const one = machine(server);
  await share(one, 'k:a');
  one.store.state = { state: 'down' };
  const many = Array.from({ length: 10_001 }, (_, i) => ({ name: `tag ${i}`, cause: '' }));
  await one.level.invalidate(many);
  one.store.state = { state: 'up' };
  expect(await one.ids('k:a')).toEqual([]);
  expect(server.position.place).toBe(2);
});

it('shortens names that no server would take, alike everywhere', async () => {
  const server = new MemoryServer();
  const [one, other] = [machine(server), machine(server)];
  const long = (end: string) => `file ${'x'.repeat(3000)}${end}`;
  await share(one, 'k:a', { names: [long('a')] });
  await share(one, 'k:b', { names: [long('b')] });
  await other.level.invalidate([{ name: long('a'), cause: '' }]);
  expect([await one.ids('k:a'), await one.ids('k:b')]).toEqual([[], ['v']]);
  await other.level.invalidate([{ name: `pattern ${'y'.repeat(3000)}*`, cause: '' }]);
  expect(await one.ids('k:b')).toEqual([]);
});

it('forgets names beyond its bound, and takes what began before them for stale', async () => {
  const server = new MemoryServer();
  const one = machine(server);
  await share(one, 'k:a');
  for (let round = 0; round < 101; round++)
    server.bump(
      Array.from({ length: 100 }, (_, i) => ({ name: `tag ${round}.${i}`, cause: '' })),
      undefined,
    );
  expect(await one.ids('k:a')).toEqual([]);
  await share(one, 'k:a');
  expect(await one.ids('k:a')).toEqual(['v']);
});

it('says that everything may be invalid when it has missed more than the server can tell', async () => {
  const server = new MemoryServer();
  const one = machine(server);
  await one.level.lookup([]);
  server.bump(
    [
      { name: 'a', cause: '' },
      { name: 'b', cause: '' },
      { name: 'c', cause: '' },
    ],
    one.store,
  );
  server.trim(1);
  await one.level.lookup([]);
  expect(one.heard.map(({ name }) => name)).toEqual(['*', 'c']);
  const fresh = machine(server);
  await fresh.level.lookup([]);
  expect(fresh.heard).toEqual([]); // it has missed nothing
});

it('reads many keys in batches, none of which takes long', async () => {
  const one = machine(new MemoryServer());
  await one.level.lookup([]);
  one.store.calls.length = 0;
  await one.level.lookup(Array.from({ length: 100 }, (_, i) => `k:${i}`));
  expect(one.store.calls).toEqual(['read', 'read', 'read', 'read']);
});

it('stores many results in batches, and gives up what is too much', async () => {
  const server = new MemoryServer();
  const one = machine(server);
  const { sequence } = await one.level.lookup([]);
  one.store.calls.length = 0;
  const puts = await Promise.all(Array.from({ length: 1100 }, (_, i) => put(`k:${i}`, sequence)));
  await one.level.put(puts);
  expect(one.level.counts.dropped).toBe(100);
  expect(one.store.calls.filter((call) => call === 'read')).toHaveLength(Math.ceil(1000 / 32));
  expect(server.records.size).toBe(1000);
});

it('rejects a put that does not reach the server, and one that cannot be swapped in', async () => {
  const one = machine(new MemoryServer());
  const { sequence } = await one.level.lookup([]);
  await expect(
    one.level.swap('k:a', undefined, await put('k:a', sequence, { value: new Map() })),
  ).rejects.toMatchObject({
    code: 'refused',
  });
  one.store.state = { state: 'down' };
  await expect(one.level.put([await put('k:a', sequence)])).rejects.toMatchObject({ code: 'unavailable' });
  await expect(one.level.lookup(['k:a'])).rejects.toMatchObject({ code: 'unavailable' });
  await one.level.flush();
  await one.level.close();
});

it('swaps only the variant that can be served now', async () => {
  const server = new MemoryServer();
  const [one, other] = [machine(server), machine(server)];
  await share(one, 'k:a', { id: '0', value: 1 });
  const [newest] = await one.found('k:a');
  const { sequence } = await one.level.lookup([]);
  expect(await other.level.swap('k:a', undefined, await put('k:a', sequence, { id: '0', value: 2 }))).toBe(
    false,
  );
  await other.level.invalidate([{ name: 'key k:a', cause: '' }]);
  expect(await one.level.swap('k:a', newest, await put('k:a', sequence, { id: '0', value: 2 }))).toBe(false);
  const after = await one.level.lookup([]);
  expect(
    await one.level.swap('k:a', undefined, await put('k:a', after.sequence, { id: '0', value: 3 })),
  ).toBe(true);
});
