import { digest } from './digest.ts';

/** What a namespace is called. */
const NAMESPACE = /^[a-z][a-z0-9-]*$/;

/** Longest id kept readable; a longer one is hashed. */
const LONGEST_ID = 200;
/** What a hashed id keeps of its start. */
const START = 120;
/** Longest id accepted, in UTF-16 code units: beyond it the caller most likely passed content. */
const LONGEST_INPUT = 1_000_000;

/** The end of every hashed id, and of no other. */
const HASHED = /~[\w-]{22}$/;
/** Half a character: in UTF-8, and so in every store and hash, all of them become the same one. */
const HALF = /\p{Surrogate}/u;

export class KeyError extends Error {
  override readonly name = 'KeyError';
}

/**
 * `namespace:id`, the id being the parts with `:` between them; one past 200 characters keeps its
 * start and ends in a hash. Parts that give one id when joined give one key: escape a `:` where that
 * matters, or use the builders in `keys/`.
 */
export function makeKey(namespace: string, ...parts: readonly string[]): string {
  const id = parts.join(':');
  check(namespace, id);
  const readable = id.length <= LONGEST_ID && !HASHED.test(id) && !HALF.test(id);
  return `${namespace}:${readable ? id : hashed(id)}`;
}

/**
 * The key for parts that must not be read off it, such as ids of sessions: the id is only a hash of
 * them, and different parts give different keys. A secret that can be guessed can still be told by
 * its hash.
 */
export function opaqueKey(namespace: string, ...parts: readonly string[]): string {
  check(namespace, parts.join(':'));
  return `${namespace}:~${digest(JSON.stringify(parts))}`;
}

/** The namespace of a key. Throws {@link KeyError} when it has none. */
export function namespaceOf(key: string): string {
  const colon = key.indexOf(':');
  if (colon < 1 || colon === key.length - 1) {
    throw new KeyError(`"${key.slice(0, 80)}" is no key: expected "namespace:id".`);
  }
  return key.slice(0, colon);
}

function check(namespace: string, id: string): void {
  if (!NAMESPACE.test(namespace)) {
    throw new KeyError(`"${namespace}" is no namespace: use lower-case letters, digits and "-".`);
  }
  if (id === '') throw new KeyError('A key needs an id after its namespace.');
  if (id.length > LONGEST_INPUT) {
    throw new KeyError(`A key of ${id.length} characters is too long: ${LONGEST_INPUT} at the most.`);
  }
}

function hashed(id: string): string {
  if (HALF.test(id)) return `~${digest(JSON.stringify(id))}`; // which writes halves as escapes
  return `${id.slice(0, START).replace(HALF, '')}~${digest(id)}`;
}
