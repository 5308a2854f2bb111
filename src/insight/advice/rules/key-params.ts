/** What a key was asked with: everything that stays the same in a group, and the parameters by name. */
export interface KeyParams {
  /** Keys of another group have nothing in common. */
  readonly group: string;
  readonly params: ReadonlyMap<string, string>;
}

/** Base64url of 128 bits: a hash, which tells nothing. */
const HASH = /^~?[\w-]{22}$|~[\w-]{22}$/;

/**
 * The parameters that a key tells, or that were told when it was made: the members of the JSON at its
 * end, or else its parts by their place. Undefined when it tells nothing.
 */
export function keyParams(key: string, told?: Readonly<Record<string, unknown>>): KeyParams | undefined {
  const id = key.slice(key.indexOf(':') + 1);
  const namespace = key.slice(0, key.length - id.length);
  if (told) return of(namespace, told);
  const brace = id.indexOf('{');
  if (brace >= 0) {
    const members = objectOf(id.slice(brace));
    return members && of(namespace + id.slice(0, brace), members);
  }
  const parts = id.split(':');
  if (HASH.test(parts.at(-1) ?? '')) return undefined;
  return of(namespace, Object.fromEntries(parts.map((part, index) => [`part ${index + 1}`, part])));
}

function of(prefix: string, members: Readonly<Record<string, unknown>>): KeyParams {
  const params = new Map<string, string>();
  for (const name of Object.keys(members).sort()) params.set(name, JSON.stringify(members[name]) ?? '');
  return { group: `${prefix}|${[...params.keys()].join('|')}`, params };
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // cut, as it was long
  }
}
