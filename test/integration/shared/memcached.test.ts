import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Servers, type TestServer } from '../../support/servers.ts';
import { connected, describeSharedStore } from './contract.ts';

const servers = new Servers();
let pair: readonly [TestServer, TestServer];
beforeAll(async () => {
  pair = [await servers.memcached(), await servers.memcached()];
});
afterAll(() => servers.stop());

const one = () => ({ kind: 'memcached' as const, urls: [`127.0.0.1:${pair[0].port}`] });
const both = () => ({ kind: 'memcached' as const, urls: pair.map(({ port }) => `127.0.0.1:${port}`) });

/** One command of Memcached's text protocol, and the first line of its answer. */
function command(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(pair[0].port, '127.0.0.1', () => socket.write(`${text}\r\n`));
    socket.once('error', reject).once('data', (data) => {
      socket.destroy();
      resolve(data.toString().split('\r\n')[0] ?? '');
    });
  });
}

describeSharedStore('memcached', one);
describeSharedStore('two memcached servers', both);

describe('memcached', () => {
  it('refuses a record past its limit, and goes on', async () => {
    const store = await connected(one(), randomUUID());
    const write = (length: number) =>
      store.write([{ key: 'k', value: new Uint8Array(length), ttlMs: 60_000 }]);
    await write(store.largest - 100);
    expect((await store.read(['k'])).records[0]).toHaveLength(store.largest - 100);
    await expect(write(1024 * 1024)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/takes no record of this size/),
    });
    expect(store.state).toEqual({ state: 'up' });
    await write(1);
  });

  it.each(['position', 'log'])('starts anew, or goes on, when it loses its %s', async (part) => {
    const project = randomUUID();
    const store = await connected(one(), project);
    const before = await store.bump([{ name: 'a', cause: '' }], (await store.read([])).position);
    expect(await command(`delete agent-cache:${project}:${part}`)).toBe('DELETED');
    const after = await store.bump([{ name: 'b', cause: '' }], before.position);
    expect((await store.read([])).position).toEqual(after.position);
    if (part === 'position')
      expect(after.position).toEqual({ ...before.position, place: before.position.place + 1 });
    else {
      expect(after.position.line).not.toBe(before.position.line);
      expect(after.floor).toBeGreaterThan(before.position.place);
    }
    expect((await store.bumpsSince(before.position)).bumps.map(({ name }) => name)).toEqual(['b']);
  });

  it('makes do with records that somebody else has filled with something else', async () => {
    const project = randomUUID();
    for (const part of ['position', 'log'])
      expect(await command(`set agent-cache:${project}:${part} 0 0 7\r\nforeign`)).toBe('STORED');
    const store = await connected(one(), project);
    const { position } = await store.read([]);
    const { bumps } = await store.bump([{ name: 'a', cause: '' }], position);
    await command(`append agent-cache:${project}:log 0 0 8\r\ngarbage\n`);
    const next = await store.bump([{ name: 'b', cause: '' }], position);
    const names = (await store.bumpsSince(position)).bumps.map(({ name }) => name);
    expect(names).toEqual(['a', '*', 'b']); // what cannot be read may have been anything
    expect(next.position.place).toBe((bumps[0]?.at ?? 0) + 2);
  });

  it('moves no more keys than it must when a server is added', async () => {
    const project = randomUUID();
    const [few, more] = [await connected(one(), project), await connected(both(), project)];
    const keys = Array.from({ length: 200 }, (_, i) => `key ${i}`);
    await few.write(keys.map((key) => ({ key, value: Buffer.from(key), ttlMs: 60_000 })));
    const kept = (await more.read(keys)).records.filter((record) => record !== undefined).length;
    expect(kept).toBeGreaterThan(60);
    expect(kept).toBeLessThan(140);
  });
});
