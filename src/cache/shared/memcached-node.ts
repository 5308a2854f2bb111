import { Circuit } from './circuit.ts';
import type { Connection, Server } from './connection.ts';
import { explain } from './explain.ts';
import { MemcachedClient } from './memcached-client.ts';
import { SharedStoreError } from './shared-store.ts';

/** One Memcached server: a connection, until it fails, and then the next. */
export class MemcachedNode {
  readonly address: string;
  readonly circuit: Circuit;
  #client: MemcachedClient | undefined;

  constructor(server: Server, connection: Connection, onState: () => void) {
    this.address = `${server.host}:${server.port}`;
    this.circuit = new Circuit({
      requestMs: connection.requestMs,
      probeMs: connection.connectMs,
      probe: async () => {
        this.#drop();
        this.#client = new MemcachedClient(server, connection);
        await this.#client.ping();
      },
      isOutage: (error) => !error.message.startsWith('MemJS'), // begins what the server answers
      explain: (error) => explain(error, server, connection),
      onChange: () => {
        if (!this.circuit.closed) this.#drop();
        onState();
      },
    });
    this.circuit.wake();
  }

  /** All that is asked within one call shares its time limit. */
  run<T>(request: (client: MemcachedClient) => Promise<T>): Promise<T> {
    return this.circuit.run(async () => {
      if (!this.#client) throw new SharedStoreError('lost', 'Not connected.');
      return request(this.#client);
    });
  }

  close(): void {
    this.circuit.dispose();
    this.#drop();
  }

  #drop(): void {
    this.#client?.destroy();
    this.#client = undefined;
  }
}
