import KeyvRedis, { createCluster, type RedisClientType, type RedisClusterType } from '@keyv/redis';
import slotOf from 'cluster-key-slot';
import type { Keyv } from 'keyv';
import { Circuit } from './circuit.ts';
import { ClusterNodes } from './cluster-nodes.ts';
import type { Connection } from './connection.ts';
import { explain, isReply } from './explain.ts';
import { type BytesAdapter, openBytesKeyv } from './keyv-bytes.ts';
import { type RedisLink, type RedisWrite, runScript } from './redis-link.ts';
import type { RedisOptions } from './redis-options.ts';
import type { Script } from './redis-scripts.ts';
import { type SharedState, SharedStoreError } from './shared-store.ts';

/** Milliseconds that a node may be lost before its slots are looked for elsewhere. */
const REFRESH_AFTER = 1000;

interface ClusterNode {
  readonly address: string;
}

/** A Redis Cluster. Every node has a circuit of its own: one that fails takes nobody else's keys with it. */
export class RedisCluster implements RedisLink {
  readonly #cluster: RedisClusterType;
  readonly #keyv: Keyv<Uint8Array>;
  /** Closed while the cluster's layout is known. */
  readonly #layout: Circuit;
  readonly #nodes: ClusterNodes;
  readonly #replicaReads: boolean;
  readonly #home: string;
  readonly #typeMapping: RedisOptions['commandOptions']['typeMapping'];

  /** `home` is the key without whose node nothing works. */
  constructor(connection: Connection, options: RedisOptions, home: string, onState: () => void) {
    const { servers, requestMs, connectMs, replicaReads } = connection;
    const { commandOptions, RESP, ...defaults } = options;
    const cluster = createCluster({
      rootNodes: servers.map((server) => ({ socket: server })),
      defaults,
      RESP,
      commandOptions,
      useReplicas: replicaReads,
      minimizeConnections: true, // one node that does not answer must not keep the others from being used
      topologyRefreshOnReconnectionAttemptStrategy: REFRESH_AFTER,
    }) as unknown as RedisClusterType;
    this.#cluster = cluster;
    this.#home = home;
    this.#replicaReads = replicaReads;
    this.#typeMapping = commandOptions.typeMapping;
    this.#keyv = openBytesKeyv(
      new KeyvRedis(withoutInfo(cluster), { throwOnErrors: true }) as unknown as BytesAdapter,
    );
    this.#nodes = new ClusterNodes(cluster, connection, onState);
    let lost: Error | undefined;
    let connecting: Promise<unknown> | undefined;
    cluster.on('error', (error: Error) => {
      lost = error;
    });
    this.#layout = new Circuit({
      requestMs,
      probeMs: connectMs * (servers.length + 1),
      probe: async () => {
        if (cluster.isReady) return;
        connecting ??= cluster.connect().finally(() => {
          connecting = undefined;
        });
        await connecting.catch((error: Error) => {
          throw lost ?? error;
        });
      },
      isOutage: (error) => !isReply(error),
      explain: (error) => explain(error, servers[0], connection),
      onChange: () => {
        if (this.#layout.closed) this.#nodes.warm();
        onState();
      },
    });
    this.#layout.wake();
  }

  get state(): SharedState {
    const { closed, problem } = this.#layout;
    if (!closed) return problem === undefined ? { state: 'connecting' } : { state: 'down', problem };
    const home = this.#master(this.#home);
    const circuit = home && this.#nodes.circuit(home.address);
    const [some] = this.#nodes.problems;
    if (circuit?.closed) return some === undefined ? { state: 'up' } : { state: 'up', problem: some };
    return circuit?.problem === undefined
      ? { state: 'connecting' }
      : { state: 'down', problem: circuit.problem };
  }

  async read(
    keys: readonly string[],
    alsoOfMaster: string,
    exact: boolean,
  ): Promise<readonly (Buffer | null)[]> {
    const anywhere = this.#replicaReads && !exact;
    const reads = keys.map((key) => (anywhere ? this.#readAnywhere(key) : this.#onMaster(key, ['GET', key])));
    const results = await Promise.allSettled([...reads, this.#onMaster(alsoOfMaster, ['GET', alsoOfMaster])]);
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    const noneRead = keys.length > 0 && results.slice(0, -1).every(({ status }) => status === 'rejected');
    if (results.at(-1)?.status === 'rejected' || noneRead)
      throw failures.find(({ code }) => code === 'lost') ?? failures.at(-1);
    return results.map((result) =>
      result.status === 'fulfilled' ? result.value : null,
    ) as (Buffer | null)[];
  }

  async write(writes: readonly RedisWrite[]): Promise<void> {
    await all(writes.map(({ key, value, ttlMs }) => this.#at(key, () => this.#keyv.set(key, value, ttlMs))));
  }

  async remove(keys: readonly string[]): Promise<void> {
    await all(keys.map((key) => this.#at(key, () => this.#keyv.delete(key))));
  }

  run(script: Script, keys: readonly string[], args: readonly (string | Buffer)[]): Promise<unknown> {
    const [first = ''] = keys;
    const send = (command: (string | Buffer)[]) => this.#cluster.sendCommand(first, false, command);
    return this.#at(first, () => runScript(send, script, keys, args));
  }

  close(): void {
    this.#layout.dispose();
    this.#nodes.dispose();
    if (this.#cluster.isOpen) this.#cluster.destroy();
  }

  #master(key: string): ClusterNode | undefined {
    return this.#cluster.slots[slotOf(key)]?.master;
  }

  async #at<T>(key: string, request: () => Promise<T>): Promise<T> {
    if (!this.#layout.closed) return this.#layout.run(request); // which says why not
    const master = this.#master(key);
    if (!master)
      throw new SharedStoreError('unavailable', 'No node of the Redis Cluster has this part of the keys.');
    return this.#nodes.circuit(master.address).run(request);
  }

  #onMaster(key: string, command: string[]): Promise<unknown> {
    return this.#at(key, () => this.#cluster.sendCommand(key, false, command));
  }

  /** From a replica that answers, else from the master. */
  async #readAnywhere(key: string): Promise<unknown> {
    const replicas = this.#cluster.slots[slotOf(key)]?.replicas ?? [];
    const usable = replicas.filter(({ address }) => this.#nodes.circuit(address).closed);
    const replica = usable[Math.floor(Math.random() * usable.length)];
    if (!replica) return this.#onMaster(key, ['GET', key]);
    try {
      return await this.#nodes.circuit(replica.address).run(async () => {
        const client = (await this.#cluster.nodeClient(replica)) as RedisClientType;
        return client.sendCommand(['GET', key], { typeMapping: this.#typeMapping });
      });
    } catch (error) {
      // The layout has changed; asking the master finds out how.
      if ((error as SharedStoreError).code === 'refused') return this.#onMaster(key, ['GET', key]);
      throw error;
    }
  }
}

/**
 * The adapter asks for the server's version before its first write. On a cluster that question goes
 * to every node, and one that is frozen would hold up the writes to all others.
 */
function withoutInfo(cluster: RedisClusterType): RedisClusterType {
  return Object.create(cluster, { info: { value: async () => 'redis_version:7.0.0' } });
}

/** Waits for all, so that none goes on unseen, then rejects with the first failure. */
async function all(requests: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(requests))
    if (result.status === 'rejected') throw result.reason;
}
