import { createHash } from 'node:crypto';
import { Slices } from '../../cache/slices.ts';
import { isObject } from './model-request.ts';

/** Values within each other. */
const DEEPEST = 200;

/** Why a body makes no key, in a sentence: its request passes by the cache. */
export class NoKey extends Error {
  override readonly name = 'NoKey';
}

/** A string of the body that is to count as empty: the member `name` of this very object or list. */
export interface Left {
  readonly holder: object;
  readonly name: string | number;
}

/**
 * SHA-256 of what JSON says, whatever its bytes are: members sorted, lists in their order. Unlike in
 * the keys of other namespaces null counts, for a provider may mean something by it. Rejects with
 * {@link NoKey} for numbers of which JavaScript knows only the neighbour, and for what is nested too deeply.
 */
export async function canonicalDigest(value: unknown, left?: Left): Promise<string> {
  const hash = createHash('sha256');
  const slices = new Slices();
  for (const piece of pieces(value, 0, left)) {
    hash.update(piece);
    if (slices.due) await slices.pause();
  }
  return hash.digest('base64url').slice(0, 22);
}

function* pieces(value: unknown, depth: number, left: Left | undefined): Generator<string> {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new NoKey('A number in it is too large to be told from its neighbours.');
  }
  if (typeof value !== 'object' || value === null) {
    yield JSON.stringify(value) ?? 'null';
    return;
  }
  if (depth === DEEPEST) throw new NoKey(`It has more than ${DEEPEST} values within each other.`);
  const list = !isObject(value);
  const names: readonly (string | number)[] = list ? [...(value as unknown[]).keys()] : sorted(value);
  yield list ? '[' : '{';
  for (const name of names) {
    if (!list) yield `${JSON.stringify(name)}:`;
    if (left?.holder === value && left.name === name) yield '""';
    else yield* pieces((value as Record<string | number, unknown>)[name], depth + 1, left);
    yield ',';
  }
  yield list ? ']' : '}';
}

function sorted(value: object): string[] {
  return Object.keys(value)
    .filter((name) => (value as Record<string, unknown>)[name] !== undefined)
    .sort();
}
