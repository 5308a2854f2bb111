import { KeyvMemcache } from '@keyv/memcache';
import type { Keyv } from 'keyv';
import type { Connection, Server } from './connection.ts';
import { openBytesKeyv } from './keyv-bytes.ts';

/** Opcodes and statuses of Memcached's binary protocol. */
const GET = 0x00;
const SET = 0x01;
const ADD = 0x02;
const NOOP = 0x0a;
const APPEND = 0x0e;
const OK = 0x00;
/** Not found, exists already or is another now, not stored. */
const CONDITION_FAILED: ReadonlySet<number> = new Set([0x01, 0x02, 0x05]);

/** Memcached takes lifetimes in seconds, and one beyond 30 days for a time since the epoch. */
const LONGEST_LIFETIME = 30 * 24 * 3600;

/** Lifetime of what stays. */
export const FOREVER = Number.POSITIVE_INFINITY;

const EMPTY = Buffer.alloc(0);

interface Response {
  readonly header: { readonly status: number; readonly cas: Buffer };
  readonly val: Buffer;
}

/** What of memjs, the client in `@keyv/memcache`, is used here. */
interface Memjs {
  readonly seq: number;
  readonly servers: readonly [{ host: string; port: number; error(error: Error): void }];
  incrSeq(): void;
  perform(
    key: string,
    request: Buffer,
    seq: number,
    done: (error: unknown, response: Response) => void,
  ): void;
}

/** A record, and the token that changes with it. */
export interface Versioned {
  readonly value: Buffer;
  readonly cas: Buffer;
}

/**
 * One connection to one Memcached server, to be thrown away at the first sign of trouble: memjs
 * goes on with the rest of an answer that the last connection left half read. Records go through
 * Keyv; what its adapter does not have (compare-and-swap, append) is asked of memjs directly.
 */
export class MemcachedClient {
  readonly keyv: Keyv<Uint8Array>;
  readonly #memjs: Memjs;

  constructor(server: Server, { credentials, connectMs, requestMs, keepAliveMs }: Connection) {
    const adapter = new KeyvMemcache('localhost', {
      username: credentials.username,
      password: credentials.password,
      retries: 1, // which to memjs means: try once
      timeout: (2 * requestMs) / 1000, // who waits has given up by then
      conntimeout: connectMs / 1000,
      keepAlive: true,
      keepAliveDelay: keepAliveMs / 1000,
      logger: { log() {} },
      deserialize: (value: Buffer) => value,
    });
    adapter.on('error', () => {}); // it rejects, too
    this.#memjs = adapter.client as unknown as Memjs;
    Object.assign(this.#memjs.servers[0], server); // memjs cannot read an IPv6 address
    this.keyv = openBytesKeyv({
      get: async (key) => {
        const found: unknown = await adapter.get(key);
        return found instanceof Uint8Array ? found : undefined;
      },
      set: (key, value, expires = FOREVER) => adapter.set(key, value, lifetime(expires - Date.now()) * 1000),
      delete: (key) => adapter.delete(key),
    });
  }

  async ping(): Promise<void> {
    await this.#ask(NOOP, '', EMPTY, EMPTY);
  }

  async get(key: string): Promise<Versioned | undefined> {
    const { header, val } = await this.#ask(GET, key, EMPTY, EMPTY);
    return header.status === OK ? { value: val, cas: header.cas } : undefined;
  }

  /** False when there is a record already. */
  add(key: string, value: Buffer, ttlMs: number): Promise<boolean> {
    return this.#store(ADD, key, value, lifetime(ttlMs));
  }

  /** False when the record is another now, or gone. */
  replace(key: string, value: Buffer, was: Versioned, ttlMs: number): Promise<boolean> {
    return this.#store(SET, key, value, lifetime(ttlMs), was.cas);
  }

  /** False when there is no record. */
  async append(key: string, value: Buffer): Promise<boolean> {
    return (await this.#ask(APPEND, key, EMPTY, value)).header.status === OK;
  }

  /** Rejects what is under way. */
  destroy(): void {
    for (const server of this.#memjs.servers)
      server.error(new Error('Socket closed: the connection was given up'));
  }

  async #store(opcode: number, key: string, value: Buffer, seconds: number, cas?: Buffer): Promise<boolean> {
    const extras = Buffer.alloc(8); // flags, lifetime
    extras.writeUInt32BE(seconds, 4);
    return (await this.#ask(opcode, key, extras, value, cas)).header.status === OK;
  }

  #ask(opcode: number, key: string, extras: Buffer, value: Buffer, cas?: Buffer): Promise<Response> {
    this.#memjs.incrSeq();
    const { seq } = this.#memjs;
    return new Promise((resolve, reject) => {
      this.#memjs.perform(key, request(opcode, key, extras, value, seq, cas), seq, (error, response) => {
        if (error) reject(error instanceof Error ? error : new Error(String(error)));
        else if (response.header.status === OK || CONDITION_FAILED.has(response.header.status))
          resolve(response);
        else reject(new Error(`MemJS: ${response.val.toString().slice(0, 100) || response.header.status}`));
      });
    });
  }
}

/** Seconds as Memcached takes them; 0 is for ever. */
function lifetime(ms: number): number {
  if (ms === FOREVER) return 0;
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  return seconds <= LONGEST_LIFETIME ? seconds : Math.ceil(Date.now() / 1000) + seconds;
}

function request(
  opcode: number,
  key: string,
  extras: Buffer,
  value: Buffer,
  opaque: number,
  cas?: Buffer,
): Buffer {
  const name = Buffer.from(key);
  const header = Buffer.alloc(24);
  header[0] = 0x80;
  header[1] = opcode;
  header.writeUInt16BE(name.length, 2);
  header[4] = extras.length;
  header.writeUInt32BE(name.length + extras.length + value.length, 8);
  header.writeUInt32BE(opaque, 12);
  cas?.copy(header, 16);
  return Buffer.concat([header, extras, name, value]);
}
