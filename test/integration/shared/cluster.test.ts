import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordKey } from '../../../src/cache/shared/server-keys.ts';
import type { SharedStore } from '../../../src/cache/shared/shared-store.ts';
import { redisCli, Servers, type TestServer } from '../../support/servers.ts';
import { connected, describeSharedStore } from './contract.ts';

const servers = new Servers();
let nodes: readonly TestServer[];
beforeAll(async () => {
  nodes = await servers.redisCluster();
});
afterAll(() => servers.stop());

const where = (replicaReads = false) => ({
  kind: 'redis-cluster' as const,
  urls: nodes.slice(0, 2).map(({ port }) => `127.0.0.1:${port}`),
  replicaReads,
});

const cli = (server: TestServer, ...args: string[]) => redisCli(['-p', String(server.port), ...args]);
const roleOf = async (server: TestServer) => (await cli(server, 'role')).split('\n')[0];

async function withRole(role: string): Promise<TestServer[]> {
  const roles = await Promise.all(nodes.map(roleOf));
  return nodes.filter((_, i) => roles[i] === role);
}

/** The master that has a key. */
async function masterOf(key: string): Promise<TestServer> {
  for (const master of await withRole('master'))
    if ((await cli(master, 'exists', key)).trim() === '1') return master;
  throw new Error(`No node has ${key}.`);
}

/** How often a command was asked of these. */
async function calls(command: string, of: readonly TestServer[]): Promise<number> {
  const stats = await Promise.all(of.map((server) => cli(server, 'info', 'commandstats')));
  return stats.reduce(
    (sum, text) => sum + Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(text)?.[1] ?? 0),
    0,
  );
}

const KEYS = Array.from({ length: 60 }, (_, i) => `key ${i}`);
const fill = (store: SharedStore) =>
  store.write(KEYS.map((key) => ({ key, value: Buffer.from(key), ttlMs: 600_000 })));

/** What came of reading every key by itself, one after the other. */
async function readEach(store: SharedStore): Promise<Record<string, number>> {
  const outcomes: Record<string, number> = {};
  for (const key of KEYS) {
    const outcome = await store.read([key]).then(
      ({ records }) => (records[0] === undefined ? 'absent' : 'read'),
      (error) => error.code as string,
    );
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return outcomes;
}

describeSharedStore('Redis Cluster', where);

describe('Redis Cluster', () => {
  it('reads values from replicas, and the position from its master', async () => {
    const store = await connected(where(true), randomUUID());
    await fill(store);
    await expect.poll(() => readEach(store), { timeout: 20_000 }).toEqual({ read: KEYS.length });
    const [masters, replicas] = [await withRole('master'), await withRole('slave')];
    const counts = async () => [await calls('get', masters), await calls('get', replicas)];
    const readings = async () => {
      const before = await counts();
      await readEach(store);
      return (await counts()).map((count, i) => count - (before[i] ?? 0));
    };
    await expect.poll(readings, { timeout: 20_000 }).toEqual([KEYS.length, KEYS.length]);
  });

  it('goes on without a replica that does not answer', async () => {
    const store = await connected({ ...where(true), requestMs: 300 }, randomUUID());
    await fill(store);
    await expect.poll(() => readEach(store), { timeout: 20_000 }).toEqual({ read: KEYS.length });
    const [replica] = await withRole('slave');
    replica?.freeze();
    try {
      expect(await readEach(store)).toEqual({ read: KEYS.length - 1, lost: 1 });
      expect(store.state).toMatchObject({
        state: 'up',
        problem: expect.stringContaining(`:${replica?.port}`),
      });
    } finally {
      replica?.thaw();
    }
    await expect.poll(() => store.state, { timeout: 30_000 }).toEqual({ state: 'up' });
  });

  it('serves the keys of all other nodes while one is frozen, and its own once its replica has taken over', async () => {
    const project = randomUUID();
    const store = await connected({ ...where(), requestMs: 300 }, project);
    await fill(store);
    await store.read([]);
    const home = await masterOf(`agent-cache:{${project}}:position`);
    let frozen: TestServer | undefined;
    for (const key of KEYS) {
      const master = await masterOf(recordKey({ prefix: 'agent-cache', project }, key));
      if (master !== home) frozen = master;
    }
    if (!frozen) throw new Error('All keys are on one node.');
    frozen.freeze();
    try {
      const outcomes = await readEach(store);
      expect(outcomes.lost).toBe(1); // one waited
      expect(outcomes.unavailable).toBeGreaterThan(5); // the others were told at once
      expect(outcomes.read).toBe(KEYS.length - 1 - (outcomes.unavailable ?? 0));
      const { records } = await store.read(KEYS); // what can be had is had
      expect(records.filter((record) => record !== undefined)).toHaveLength(outcomes.read ?? 0);
      await expect(
        store.write(KEYS.map((key) => ({ key, value: Buffer.from('2'), ttlMs: 600_000 }))),
      ).rejects.toMatchObject({
        code: 'unavailable',
      });
      await expect
        .poll(() => readEach(store), { timeout: 40_000, interval: 500 })
        .toEqual({ read: KEYS.length });
    } finally {
      frozen.thaw();
    }
  });

  it('says what is wrong when the server is no cluster', async () => {
    const single = await servers.redis();
    const { openSharedStore } = await import('../../../src/cache/shared/open.ts');
    const store = openSharedStore({
      kind: 'redis-cluster',
      urls: [`127.0.0.1:${single.port}`],
      project: 'p',
    });
    await expect.poll(() => store.state.problem).toMatch(/is no Redis Cluster: choose the kind "redis"/);
    await store.close();
    const node = nodes[0] as TestServer;
    const other = openSharedStore({ kind: 'redis', urls: [`127.0.0.1:${node.port}`], project: 'p' });
    await expect
      .poll(() => other.read(['a', 'b', 'c', 'd']).catch((error) => error.message))
      .toMatch(/belongs to a Redis Cluster: choose the kind "redis-cluster"/);
    await other.close();
  });
});
