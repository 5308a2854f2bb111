import KeyvRedis, { type RedisClientType } from '@keyv/redis';
import type { Keyv } from 'keyv';
import { Circuit } from './circuit.ts';
import type { Connection } from './connection.ts';
import { explain, isReply } from './explain.ts';
import { type BytesAdapter, openBytesKeyv } from './keyv-bytes.ts';
import { Pings } from './pings.ts';
import { type RedisLink, type RedisWrite, runScript } from './redis-link.ts';
import { type RedisOptions, redisClient } from './redis-options.ts';
import type { Script } from './redis-scripts.ts';
import type { SharedState } from './shared-store.ts';

/** One Redis or Valkey server. */
export class RedisSingle implements RedisLink {
  readonly #client: RedisClientType;
  readonly #keyv: Keyv<Uint8Array>;
  readonly #circuit: Circuit;

  constructor(connection: Connection, options: RedisOptions, onState: () => void) {
    const [server] = connection.servers;
    const client = redisClient(options, server, true);
    this.#client = client;
    this.#keyv = openBytesKeyv(new KeyvRedis(client, { throwOnErrors: true }) as unknown as BytesAdapter);
    const pings = new Pings();
    this.#circuit = new Circuit({
      requestMs: connection.requestMs,
      probeMs: connection.connectMs,
      probe: () => pings.ask(client),
      isOutage: (error) => !isReply(error),
      explain: (error) => explain(error, server, connection),
      onChange: onState,
    });
    client.on('error', (error: Error) => {
      pings.lost(error);
      this.#circuit.trip(error);
    });
    client.on('ready', () => this.#circuit.wake());
    client.connect().catch(() => {}); // told by the event
  }

  get state(): SharedState {
    const { closed, problem } = this.#circuit;
    if (closed) return { state: 'up' };
    return problem === undefined ? { state: 'connecting' } : { state: 'down', problem };
  }

  read(keys: readonly string[], alsoOfMaster: string): Promise<readonly (Buffer | null)[]> {
    return this.#circuit.run(() => this.#client.sendCommand(['MGET', ...keys, alsoOfMaster]));
  }

  async write(writes: readonly RedisWrite[]): Promise<void> {
    const entries = writes.map(({ key, value, ttlMs }) => ({ key, value, ttl: ttlMs }));
    await this.#circuit.run(() => this.#keyv.setMany(entries));
  }

  async remove(keys: readonly string[]): Promise<void> {
    await this.#circuit.run(() => this.#keyv.deleteMany([...keys]));
  }

  run(script: Script, keys: readonly string[], args: readonly (string | Buffer)[]): Promise<unknown> {
    return this.#circuit.run(() =>
      runScript((command) => this.#client.sendCommand(command), script, keys, args),
    );
  }

  close(): void {
    this.#circuit.dispose();
    this.#client.destroy();
  }
}
