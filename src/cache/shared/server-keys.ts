import { digest } from '../digest.ts';

/**
 * The key of a record on the server. Hashed, so that every string will do as a key (Memcached takes
 * 250 bytes, and none that end a line), and so that nobody reads keys off the server.
 */
export function recordKey(
  { prefix, project }: { readonly prefix: string; readonly project: string },
  key: string,
): string {
  return `${prefix}:${project}:${digest(key)}`;
}
