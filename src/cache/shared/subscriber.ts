import type { RedisClientType } from '@keyv/redis';
import type { Server } from './connection.ts';
import { type RedisOptions, reconnectDelay, redisClient } from './redis-options.ts';

/**
 * Listens to a channel, on whichever of the servers will have it: all nodes of a cluster pass on
 * what is published at one. A connection that is lost is made anew, at the next server.
 */
export class Subscriber {
  readonly #servers: readonly Server[];
  readonly #options: RedisOptions;
  readonly #channel: string;
  readonly #heard: (message: string) => void;
  readonly #listening: () => void;
  readonly #failed: (error: Error, server: Server) => void;
  #client: RedisClientType | undefined;
  #attempts = 0;
  #next: number;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: {
    readonly servers: readonly Server[];
    readonly client: RedisOptions;
    readonly channel: string;
    heard(message: string): void;
    /** Whenever it listens again: what was published in the meantime went unheard. */
    listening(): void;
    failed(error: Error, server: Server): void;
  }) {
    this.#servers = options.servers;
    this.#options = options.client;
    this.#channel = options.channel;
    this.#heard = options.heard;
    this.#listening = options.listening;
    this.#failed = options.failed;
    this.#next = Math.floor(Math.random() * options.servers.length);
    void this.#open();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#client?.destroy();
  }

  async #open(): Promise<void> {
    const server = this.#servers[this.#next++ % this.#servers.length] as Server;
    const client = redisClient(this.#options, server, false);
    this.#client = client;
    const lost = (error: Error) => {
      if (this.#client !== client) return;
      this.#client = undefined;
      client.destroy();
      if (this.#closed) return;
      this.#failed(error, server);
      this.#timer = setTimeout(() => void this.#open(), reconnectDelay(this.#attempts++));
      this.#timer.unref();
    };
    client.on('error', lost);
    try {
      await client.connect();
      await client.subscribe(this.#channel, (message) => this.#heard(message));
      this.#attempts = 0;
      this.#listening();
    } catch (error) {
      lost(error as Error);
    }
  }
}
