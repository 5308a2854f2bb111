import type { RedisClientType, RedisClusterType } from '@keyv/redis';
import { Circuit } from './circuit.ts';
import type { Connection, Server } from './connection.ts';
import { explain, isReply } from './explain.ts';
import { Pings } from './pings.ts';

interface Node {
  readonly circuit: Circuit;
  readonly pings: Pings;
}

/** The nodes of a cluster, by address, each with its circuit. */
export class ClusterNodes {
  readonly #cluster: RedisClusterType;
  readonly #connection: Connection;
  readonly #onState: () => void;
  readonly #nodes = new Map<string, Node>();

  constructor(cluster: RedisClusterType, connection: Connection, onState: () => void) {
    this.#cluster = cluster;
    this.#connection = connection;
    this.#onState = onState;
    cluster.on('node-error', (error: Error, { host, port }: Server) => {
      const node = this.#nodes.get(`${host}:${port}`);
      node?.pings.lost(error);
      node?.circuit.trip(error);
    });
    cluster.on('node-ready', ({ host, port }: Server) => this.#nodes.get(`${host}:${port}`)?.circuit.wake());
  }

  /** Connects to all, without waiting for any. */
  warm(): void {
    for (const { address } of [...this.#cluster.masters, ...this.#cluster.replicas]) this.circuit(address);
  }

  circuit(address: string): Circuit {
    let node = this.#nodes.get(address);
    if (!node) {
      node = this.#create(address);
      this.#nodes.set(address, node);
      node.circuit.wake();
    }
    return node.circuit;
  }

  get problems(): readonly string[] {
    return [...this.#nodes.values()].flatMap(({ circuit }) => circuit.problem ?? []);
  }

  dispose(): void {
    for (const { circuit } of this.#nodes.values()) circuit.dispose();
  }

  #create(address: string): Node {
    const colon = address.lastIndexOf(':');
    const server = { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
    const pings = new Pings();
    const circuit = new Circuit({
      requestMs: this.#connection.requestMs,
      probeMs: this.#connection.connectMs,
      probe: async () => {
        const node = this.#cluster.nodeByAddress.get(address);
        if (node) await pings.ask((await this.#cluster.nodeClient(node as never)) as RedisClientType);
        else this.#forget(address);
      },
      isOutage: (error) => !isReply(error),
      explain: (error) => explain(error, server, this.#connection),
      onChange: this.#onState,
    });
    return { circuit, pings };
  }

  /** The cluster has no such node any more. */
  #forget(address: string): void {
    this.#nodes.get(address)?.circuit.dispose();
    this.#nodes.delete(address);
    this.#onState();
  }
}
