import { digest } from './digest.ts';

/** Longest id kept readable; a longer one is hashed. */
const LONGEST_ID = 200;
/** Longest id accepted, in UTF-16 code units: beyond it the caller most likely passed content. */
const LONGEST_INPUT = 1_000_000;

export class KeyError extends Error {
  override readonly name = 'KeyError';
}

/** `namespace:id` from its parts; an id past 200 characters keeps its start and ends in a hash. */
export function makeKey(namespace: string, ...parts: readonly string[]): string {
  if (!/^[a-z][a-z0-9-]*$/.test(namespace)) {
    throw new KeyError(`"${namespace}" is no namespace: use lower-case letters, digits and "-".`);
  }
  const id = parts.join(':');
  if (id === '') throw new KeyError('A key needs an id after its namespace.');
  if (id.length > LONGEST_INPUT) {
    throw new KeyError(`A key of ${id.length} characters is too long: ${LONGEST_INPUT} at the most.`);
  }
  return `${namespace}:${id.length > LONGEST_ID ? `${id.slice(0, 120)}~${digest(id)}` : id}`;
}

/** The namespace of a key. Throws {@link KeyError} when it has none. */
export function namespaceOf(key: string): string {
  const colon = key.indexOf(':');
  if (colon < 1 || colon === key.length - 1) {
    throw new KeyError(`"${key.slice(0, 80)}" is no key: expected "namespace:id".`);
  }
  return key.slice(0, colon);
}
