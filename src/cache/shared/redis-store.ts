import { createHash } from 'node:crypto';
import type { Connection } from './connection.ts';
import { explain } from './explain.ts';
import { Listeners } from './listeners.ts';
import { readPosition } from './position-text.ts';
import { RedisCluster } from './redis-cluster.ts';
import { RedisGenerations } from './redis-generations.ts';
import type { RedisLink } from './redis-link.ts';
import type { RedisOptions } from './redis-options.ts';
import { SWAP } from './redis-scripts.ts';
import { RedisSingle } from './redis-single.ts';
import { recordKey } from './server-keys.ts';
import {
  type Bumps,
  NOWHERE,
  type Position,
  type SharedState,
  type SharedStore,
  type SharedWrite,
} from './shared-store.ts';
import { Subscriber } from './subscriber.ts';

/** Records and invalidations on Redis, Valkey or a Redis Cluster. */
export class RedisStore implements SharedStore {
  readonly kind: 'redis' | 'redis-cluster';
  readonly largest: number;
  readonly #connection: Connection;
  readonly #link: RedisLink;
  readonly #subscriber: Subscriber;
  readonly #generations: RedisGenerations;
  readonly #bumped = new Listeners<Bumps>();
  readonly #stateChanged = new Listeners<SharedState>();
  /** Why nothing is heard from other instances. */
  #deaf: string | undefined;

  constructor(connection: Connection, options: RedisOptions) {
    this.kind = connection.kind === 'redis-cluster' ? 'redis-cluster' : 'redis';
    this.largest = connection.largest;
    this.#connection = connection;
    this.#generations = new RedisGenerations(connection);
    const changed = () => this.#stateChanged.tell(this.state);
    this.#link =
      this.kind === 'redis'
        ? new RedisSingle(connection, options, changed)
        : new RedisCluster(connection, options, this.#generations.key, changed);
    this.#subscriber = new Subscriber({
      servers: connection.servers,
      client: options,
      channel: this.#generations.channel,
      heard: (message) => {
        const bumps = this.#generations.hear(message);
        if (bumps) this.#bumped.tell(bumps);
      },
      listening: () => {
        this.#deaf = undefined;
        changed();
      },
      failed: (error, server) => {
        const was = this.#deaf;
        this.#deaf = `What other instances invalidate is heard late. ${explain(error, server, connection)}`;
        if (this.#deaf !== was) changed();
      },
    });
  }

  get state(): SharedState {
    const { state, problem = this.#deaf } = this.#link.state;
    return state === 'up' && problem !== undefined ? { state, problem } : this.#link.state;
  }

  async read(keys: readonly string[], exact = false) {
    const onServer = keys.map((key) => recordKey(this.#connection, key));
    const values = await this.#link.read(onServer, this.#generations.key, exact);
    const bytes = (index: number) => (values[index] instanceof Buffer ? values[index] : undefined);
    const position = readPosition(bytes(keys.length)) ?? (await this.bumpsSince(NOWHERE)).position;
    return { records: keys.map((_, index) => bytes(index)), position };
  }

  async write(writes: readonly SharedWrite[]): Promise<void> {
    if (writes.length > 0) await this.#link.write(writes.map((write) => this.#onServer(write)));
  }

  async remove(keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await this.#link.remove(keys.map((key) => recordKey(this.#connection, key)));
  }

  async swap(write: SharedWrite, was: Uint8Array | undefined): Promise<boolean> {
    const { key, value, ttlMs } = this.#onServer(write);
    const before = was === undefined ? '' : createHash('sha1').update(was).digest('hex');
    return (await this.#link.run(SWAP, [key], [before, value, String(ttlMs)])) === 1;
  }

  bump(bumps: readonly { readonly name: string; readonly cause: string }[], known: Position): Promise<Bumps> {
    return this.#generations.bump(this.#link, bumps, known);
  }

  bumpsSince(known: Position): Promise<Bumps> {
    return this.#generations.since(this.#link, known);
  }

  onBump(listener: (bumps: Bumps) => void) {
    return this.#bumped.add(listener);
  }

  onState(listener: (state: SharedState) => void) {
    return this.#stateChanged.add(listener);
  }

  async close(): Promise<void> {
    this.#bumped.clear();
    this.#stateChanged.clear();
    this.#subscriber.close();
    this.#link.close();
  }

  #onServer({ key, value, ttlMs }: SharedWrite) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return { key: recordKey(this.#connection, key), value: bytes, ttlMs: Math.max(1, Math.ceil(ttlMs)) };
  }
}
