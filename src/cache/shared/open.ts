import { readFileSync } from 'node:fs';
import { ConnectionError, readConnection, type SharedStoreOptions } from './connection.ts';
import { MemcachedStore } from './memcached-store.ts';
import { redisOptions } from './redis-options.ts';
import { RedisStore } from './redis-store.ts';
import type { SharedStore } from './shared-store.ts';

/**
 * Begins to connect, without waiting for it. The only way to the clients of the servers, which are
 * large: to be bundled apart, and loaded when a shared cache is configured. Throws
 * {@link ConnectionError} for options that cannot work.
 */
export function openSharedStore(options: SharedStoreOptions): SharedStore {
  const connection = readConnection(options);
  if (connection.kind === 'memcached') return new MemcachedStore(connection);
  return new RedisStore(connection, redisOptions(connection, readAuthority(connection.caFile)));
}

function readAuthority(file: string | undefined): Buffer | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new ConnectionError(
      `The certificates in ${file} cannot be read (${reason}): correct the shared cache's "caFile".`,
    );
  }
}
