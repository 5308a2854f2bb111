import { randomBytes, randomUUID } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { openSharedStore } from '../../../src/cache/shared/open.ts';
import { NOWHERE, type SharedStore } from '../../../src/cache/shared/shared-store.ts';
import { isInstalled, type RedisProgram, Servers, type TestServer } from '../../support/servers.ts';
import { connected } from './contract.ts';

const servers = new Servers();
const started: TestServer[] = [];
afterEach(() => {
  for (const server of started.splice(0)) server.thaw();
});
afterAll(() => servers.stop());

const redis = (program: RedisProgram) => ({
  name: program,
  kind: 'redis' as const,
  start: () => servers.redis([], program),
});
const kinds = [
  ...(['redis-server', 'valkey-server'] as const).filter(isInstalled).map(redis),
  { name: 'memcached', kind: 'memcached' as const, start: () => servers.memcached() },
];

const value = Buffer.from('value');
const outcome = (request: Promise<unknown>) =>
  request.then(
    () => 'answered',
    (error) => error.code as string,
  );

describe.each(kinds)('an outage of $name', ({ kind, start }) => {
  async function running() {
    const server = await start();
    started.push(server);
    const where = { kind, urls: [`127.0.0.1:${server.port}`], requestMs: 300 };
    return { server, where, open: () => connected(where, randomUUID()) };
  }
  const everything = (store: SharedStore) => [
    store.read(['a']),
    store.write([{ key: 'a', value, ttlMs: 60_000 }]),
    store.remove(['a']),
    store.swap({ key: 'a', value, ttlMs: 60_000 }, undefined),
    store.bump([{ name: 'a', cause: '' }], NOWHERE),
    store.bumpsSince(NOWHERE),
  ];

  it('before the start: nothing waits for the server, and it is used when it comes up', async () => {
    const { server, where } = await running();
    await server.kill();
    const store = openSharedStore({ ...where, project: randomUUID() });
    onTestFinished(() => store.close());
    expect(store.state).toEqual({ state: 'connecting' });
    expect(await Promise.all(everything(store).map(outcome))).toEqual(Array(6).fill('unavailable'));
    await expect
      .poll(() => store.state)
      .toEqual({
        state: 'down',
        problem: `The shared cache at 127.0.0.1:${server.port} refuses the connection: check that it runs, and that host and port are right.`,
      });
    await server.restart();
    await expect.poll(() => outcome(store.read(['a'])), { timeout: 30_000 }).toBe('answered');
    await expect.poll(() => store.state, { timeout: 30_000 }).toEqual({ state: 'up' });
  });

  it('by freezing: one request waits, all others are told at once, and thawing is noticed', async () => {
    const { server, open } = await running();
    const store = await open();
    await store.write([{ key: 'a', value, ttlMs: 60_000 }]);
    server.freeze();
    const outcomes: string[] = [];
    for (let i = 0; i < 200; i++) outcomes.push(await outcome(store.read(['a'])));
    expect(outcomes).toEqual(['lost', ...Array(199).fill('unavailable')]);
    expect(await Promise.all(everything(store).map(outcome))).toEqual(Array(6).fill('unavailable'));
    expect(store.state).toMatchObject({
      state: 'down',
      problem: expect.stringContaining('No answer within'),
    });
    server.thaw();
    await expect.poll(() => outcome(store.read(['a'])), { timeout: 30_000 }).toBe('answered');
    expect(Buffer.from((await store.read(['a'])).records[0] ?? [])).toEqual(value);
  });

  it('by freezing while many wait: none of them waits longer than the first', async () => {
    const { server, open } = await running();
    const store = await open();
    server.freeze();
    const first = outcome(store.read(['a']));
    const others = everything(store).map(outcome);
    expect(await first).toBe('lost');
    expect(new Set(await Promise.all(others))).toEqual(new Set(['unavailable']));
  });

  it('by a crash: what was lost with it counts as invalidated', async () => {
    const { server, open } = await running();
    const store = await open();
    const { position } = await store.bump([{ name: 'a', cause: '' }], (await store.read([])).position);
    await server.kill();
    expect(await outcome(store.read(['a']))).not.toBe('answered');
    await server.restart();
    await expect.poll(() => outcome(store.read(['a'])), { timeout: 30_000 }).toBe('answered');
    const after = await store.bumpsSince(position);
    expect(after.position.line).not.toBe(position.line);
    expect(after.floor).toBeGreaterThan(position.place);
  });

  it('that is no outage, but somebody else who listens there: it is said, and nothing breaks', async () => {
    const { where } = await running();
    let garbage = Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n');
    const foreign = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', () => socket.write(garbage));
    });
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void foreign.close());
    const { port } = foreign.address() as AddressInfo;
    for (const answer of [
      garbage,
      randomBytes(5000),
      Buffer.alloc(5000, 0x20),
      Buffer.from('$999999999\r\nx'),
      Buffer.from('+OK\r\n'),
    ]) {
      garbage = answer;
      const store = openSharedStore({
        ...where,
        urls: [`127.0.0.1:${port}`],
        connectMs: 200,
        keepAliveMs: 100,
        project: 'p',
      });
      await Promise.all(everything(store).map(outcome));
      await expect.poll(() => store.state.state === 'connecting').toBe(false);
      await Promise.all(everything(store).map(outcome));
      await store.close();
    }
  });

  it('while it is being closed: whoever waits is told, nothing is left behind', async () => {
    const { server, open } = await running();
    const store = await open();
    server.freeze();
    const waiting = everything(store).map(outcome);
    await store.close();
    expect(await Promise.all(waiting)).toEqual(Array(6).fill('closed'));
  });
});
