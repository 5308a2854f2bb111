import { digest } from '../digest.ts';
import type { Connection } from './connection.ts';
import { Listeners } from './listeners.ts';
import { MemcachedGenerations } from './memcached-generations.ts';
import { MemcachedNode } from './memcached-node.ts';
import { readPosition } from './position-text.ts';
import { recordKey } from './server-keys.ts';
import {
  type Bumps,
  NOWHERE,
  type Position,
  type SharedState,
  type SharedStore,
  type SharedWrite,
} from './shared-store.ts';

/** Records and invalidations on one or several Memcached servers. What others invalidate is found at the next read. */
export class MemcachedStore implements SharedStore {
  readonly kind = 'memcached';
  readonly largest: number;
  readonly #connection: Connection;
  readonly #nodes: readonly MemcachedNode[];
  readonly #generations: MemcachedGenerations;
  readonly #stateChanged = new Listeners<SharedState>();

  constructor(connection: Connection) {
    this.largest = connection.largest;
    this.#connection = connection;
    this.#generations = new MemcachedGenerations(connection);
    const changed = () => this.#stateChanged.tell(this.state);
    this.#nodes = connection.servers.map((server) => new MemcachedNode(server, connection, changed));
  }

  get state(): SharedState {
    const home = this.#node(this.#generations.key).circuit;
    if (!home.closed)
      return home.problem === undefined ? { state: 'connecting' } : { state: 'down', problem: home.problem };
    const problem = this.#nodes.find(({ circuit }) => circuit.problem !== undefined)?.circuit.problem;
    return problem === undefined ? { state: 'up' } : { state: 'up', problem };
  }

  async read(keys: readonly string[]) {
    const onServer = keys.map((key) => recordKey(this.#connection, key));
    const values = new Map<string, Uint8Array | undefined>();
    let position: Position | undefined;
    const home = this.#node(this.#generations.key);
    const byNode = this.#byNode(onServer, (key) => key);
    if (!byNode.has(home)) byNode.set(home, []);
    const reading = [...byNode].map(([node, some]) =>
      node.run(async (client) => {
        const [found, record] = await Promise.all([
          client.keyv.getMany(some),
          node === home ? client.get(this.#generations.key) : undefined,
        ]);
        for (const [i, value] of found.entries()) values.set(some[i] as string, value);
        if (node === home) position = readPosition(record?.value);
      }),
    );
    const results = await Promise.allSettled(reading);
    const ofHome = results[[...byNode.keys()].indexOf(home)];
    if (ofHome?.status === 'rejected') throw ofHome.reason;
    const lost = results.find((result) => result.status === 'rejected');
    if (lost && values.size === 0) throw lost.reason;
    position ??= (await this.bumpsSince(NOWHERE)).position;
    return { records: onServer.map((key) => values.get(key)), position };
  }

  async write(writes: readonly SharedWrite[]): Promise<void> {
    const onServer = writes.map((write) => ({ ...write, key: recordKey(this.#connection, write.key) }));
    await all(
      [...this.#byNode(onServer, ({ key }) => key)].map(([node, some]) =>
        node.run(({ keyv }) =>
          keyv.setMany(some.map(({ key, value, ttlMs }) => ({ key, value, ttl: ttlMs }))),
        ),
      ),
    );
  }

  async remove(keys: readonly string[]): Promise<void> {
    const onServer = keys.map((key) => recordKey(this.#connection, key));
    await all(
      [...this.#byNode(onServer, (key) => key)].map(([node, some]) =>
        node.run(({ keyv }) => keyv.deleteMany(some)),
      ),
    );
  }

  swap({ key, value, ttlMs }: SharedWrite, was: Uint8Array | undefined): Promise<boolean> {
    const onServer = recordKey(this.#connection, key);
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return this.#node(onServer).run(async (client) => {
      const now = await client.get(onServer);
      if (was === undefined) return now === undefined && client.add(onServer, bytes, ttlMs);
      return now?.value.equals(was) === true && client.replace(onServer, bytes, now, ttlMs);
    });
  }

  bump(bumps: readonly { readonly name: string; readonly cause: string }[], known: Position): Promise<Bumps> {
    return this.#node(this.#generations.key).run((client) => this.#generations.bump(client, bumps, known));
  }

  bumpsSince(known: Position): Promise<Bumps> {
    return this.#node(this.#generations.key).run((client) => this.#generations.since(client, known));
  }

  onBump() {
    return { dispose() {} };
  }

  onState(listener: (state: SharedState) => void) {
    return this.#stateChanged.add(listener);
  }

  async close(): Promise<void> {
    this.#stateChanged.clear();
    for (const node of this.#nodes) node.close();
  }

  /** By rendezvous hashing: a server more or less moves only its own share of the keys. */
  #node(key: string): MemcachedNode {
    const score = ({ address }: MemcachedNode) => digest(`${address} ${key}`);
    return this.#nodes.reduce((best, node) => (score(node) > score(best) ? node : best));
  }

  #byNode<T>(items: readonly T[], keyOf: (item: T) => string): Map<MemcachedNode, T[]> {
    const byNode = new Map<MemcachedNode, T[]>();
    for (const item of items) {
      const node = this.#node(keyOf(item));
      const some = byNode.get(node);
      if (some) some.push(item);
      else byNode.set(node, [item]);
    }
    return byNode;
  }
}

/** Waits for all, so that none goes on unseen, then rejects with the first failure. */
async function all(requests: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(requests))
    if (result.status === 'rejected') throw result.reason;
}
