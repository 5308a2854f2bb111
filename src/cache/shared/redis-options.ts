import { createClient, type RedisClientType } from '@keyv/redis';
import type { Connection, Server } from './connection.ts';

/** Type of RESP that holds values: the code of `$`. As bytes, so that they arrive as they were stored. */
const BLOB_STRING = 36;

/** A connection in silence for this many keep-alive intervals is taken for lost. */
const SILENCE = 2.5;

const FIRST_RECONNECT = 50;
const LONGEST_RECONNECT = 10_000;

/** Milliseconds until the next attempt, at growing intervals that differ between instances. */
export function reconnectDelay(attempts: number, random: () => number = Math.random): number {
  return Math.min(FIRST_RECONNECT * 2 ** Math.min(attempts, 20), LONGEST_RECONNECT) * (0.75 + random() / 4);
}

/** What all connections have in common; no request waits for a connection, none has a timer of the client's. */
export function redisOptions(connection: Connection, ca: Buffer | undefined) {
  const { credentials, keepAliveMs, connectMs, tls, rejectUnauthorized, db } = connection;
  const { username, password } = credentials;
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(db !== 0 && { database: db }),
    RESP: 2 as const, // which every server and proxy speaks
    disableOfflineQueue: true,
    maintNotifications: 'disabled' as const,
    pingInterval: keepAliveMs,
    commandOptions: { typeMapping: { [BLOB_STRING]: Buffer }, timeout: 0 },
    socket: {
      connectTimeout: connectMs,
      socketTimeout: keepAliveMs * SILENCE,
      keepAlive: true,
      keepAliveInitialDelay: keepAliveMs,
      reconnectStrategy: (attempts: number) => reconnectDelay(attempts),
      ...(tls && { tls: true as const, rejectUnauthorized, ...(ca !== undefined && { ca }) }),
    },
  };
}

export type RedisOptions = ReturnType<typeof redisOptions>;

/** A client that is not connected yet. Without `reconnects` it ends with its first connection. */
export function redisClient(options: RedisOptions, server: Server, reconnects: boolean): RedisClientType {
  const { socket } = options;
  const reconnectStrategy = reconnects ? socket.reconnectStrategy : (false as const);
  return createClient({
    ...options,
    socket: { ...socket, ...server, reconnectStrategy },
  }) as unknown as RedisClientType;
}
