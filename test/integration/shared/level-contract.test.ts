import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, onTestFinished, vi } from 'vitest';
import type { SharedStoreOptions } from '../../../src/cache/shared/connection.ts';
import { openSharedStore } from '../../../src/cache/shared/open.ts';
import { SharedLevel } from '../../../src/cache/shared/shared-level.ts';
import { compileGlob } from '../../../src/freshness/glob.ts';
import { describeLevel, LIMIT } from '../../support/level-contract.ts';
import { isInstalled, Servers, type TestServer } from '../../support/servers.ts';

type Where = Pick<SharedStoreOptions, 'kind' | 'urls'>;

const address = ({ port }: TestServer) => `127.0.0.1:${port}`;
const KINDS: readonly (readonly [string, (servers: Servers) => Promise<Where>])[] = [
  ['Redis', async (servers) => ({ kind: 'redis', urls: [address(await servers.redis())] })],
  [
    'Valkey',
    async (servers) => ({ kind: 'valkey', urls: [address(await servers.redis([], 'valkey-server'))] }),
  ],
  [
    'Redis Cluster',
    async (servers) => ({
      kind: 'redis-cluster',
      urls: (await servers.redisCluster()).slice(0, 2).map(address),
    }),
  ],
  ['Memcached', async (servers) => ({ kind: 'memcached', urls: [address(await servers.memcached())] })],
];

describe.each(KINDS.filter(([name]) => name !== 'Valkey' || isInstalled('valkey-server')))(
  '%s',
  (name, start) => {
    const servers = new Servers();
    let where: Where;
    beforeAll(async () => {
      where = await start(servers);
    });
    afterAll(() => servers.stop());

    describeLevel(`the shared level, ${name}`, { level: 'shared', anyValue: false }, async () => {
      const store = openSharedStore({
        ...where,
        project: randomUUID(),
        requestMs: 2000,
        largest: LIMIT - 1024,
      });
      const shared = new SharedLevel(store, {
        problem: () => {}, // what it cannot take is a miss, see the contract
        matches: (pattern, key) => compileGlob(pattern)(key),
      });
      onTestFinished(() => shared.close());
      await vi.waitUntil(() => shared.state.state === 'up', { timeout: 10_000 });
      await shared.lookup([]); // what is set before the sequence is known is not shared
      return { options: { shared }, settled: () => shared.flush() };
    });
  },
);
