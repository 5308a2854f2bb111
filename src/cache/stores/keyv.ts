import { Keyv } from 'keyv';
import type { FileDatabase } from './store.ts';

/**
 * A Keyv over one namespace of a file database: `Uint8Array` in, `Uint8Array` out, untouched.
 *
 * Rejects when the store fails. Keyv 6 has no option for that: it catches what a store throws and
 * emits it as `error`, from inside the catch block, so a listener that throws again makes the
 * operation itself reject; without any listener a later version might swallow the failure.
 */
export function openKeyv(database: FileDatabase, namespace: string): Keyv<Uint8Array> {
  const keyv = new Keyv<Uint8Array>({
    store: database.store(namespace),
    serialization: false,
    checkExpired: false, // the stores check it on every read
  });
  keyv.on('error', (error: unknown) => {
    throw error;
  });
  return keyv;
}
