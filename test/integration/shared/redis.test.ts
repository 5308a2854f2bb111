import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOWHERE } from '../../../src/cache/shared/shared-store.ts';
import { isInstalled, type RedisProgram, redisCli, Servers, type TestServer } from '../../support/servers.ts';
import { connected, describeSharedStore } from './contract.ts';

const programs: RedisProgram[] = ['redis-server', 'valkey-server'];

describe.each(programs.filter(isInstalled))('%s', (program) => {
  const servers = new Servers();
  let server: TestServer;
  beforeAll(async () => {
    server = await servers.redis([], program);
  });
  afterAll(() => servers.stop());

  const where = () => ({ kind: 'redis' as const, urls: [`127.0.0.1:${server.port}`] });
  const cli = (...args: string[]) => redisCli(['-p', String(server.port), ...args]);

  describeSharedStore(program, where);

  it.each(['position', 'names'])('starts anew above all that was when it loses its %s', async (part) => {
    const project = randomUUID();
    const store = await connected(where(), project);
    const before = await store.bump([{ name: 'a', cause: '' }], (await store.read([])).position);
    await cli('del', `agent-cache:{${project}}:${part}`);
    const after = await store.bumpsSince(before.position);
    expect(after.position.line).not.toBe(before.position.line);
    expect(after.floor).toBeGreaterThan(before.position.place);
    expect(after.bumps).toEqual([]);
    expect((await store.read([])).position).toEqual(after.position);
  });

  it('starts anew when the server has forgotten its last invalidations', async () => {
    const project = randomUUID();
    const store = await connected(where(), project);
    const { position } = await store.read([]);
    const ahead = { ...position, place: position.place + 1000 };
    const after = await store.bumpsSince(ahead);
    expect(after.position.line).not.toBe(position.line);
    expect(after.floor).toBeGreaterThan(ahead.place);
  });

  it('makes do with keys that somebody else has filled with something else', async () => {
    const project = randomUUID();
    const key = (part: string) => `agent-cache:{${project}}:${part}`;
    for (const part of ['position', 'names', 'causes']) await cli('lpush', key(part), 'foreign');
    const store = await connected(where(), project);
    const { position } = await store.read(['a']);
    const { bumps } = await store.bump([{ name: 'a', cause: '' }], position);
    expect((await store.bumpsSince(position)).bumps).toEqual(bumps);
    for (const foreign of ['99999999999999999:x', '-1:x', '12', 'x:12', '']) {
      await cli('set', key('position'), foreign);
      expect((await store.read([])).position.place).toBeGreaterThan(position.place);
    }
  });

  it('is heard by others, not by itself, and passes over what is no message of its own', async () => {
    const project = randomUUID();
    const [teller, listener] = [await connected(where(), project), await connected(where(), project)];
    const heard: unknown[] = [];
    teller.onBump(() => heard.push('itself'));
    listener.onBump((bumps) => heard.push(bumps));
    const channel = `agent-cache:{${project}}:bumps`;
    for (const message of ['', 'no JSON', '{}', '{"by":"x","line":1}', '[1]', 'null'])
      await cli('publish', channel, message);
    const told = await teller.bump([{ name: 'a\n', cause: 'why' }], (await teller.read([])).position);
    await expect.poll(() => heard).toEqual([told]);
  });

  it('never looks through the keys of the server, and never clears it', async () => {
    const stats = await cli('info', 'commandstats');
    expect(stats).toContain('cmdstat_mget');
    expect(stats).not.toMatch(/cmdstat_(?:keys|scan|flush)/);
    expect(await (await connected(where(), 'p')).bumpsSince(NOWHERE)).toBeDefined();
  });
});
