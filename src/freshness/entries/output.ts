import { randomUUID } from 'node:crypto';
import { CodecError, unpacked } from '../../cache/codec.ts';
import { digest } from '../../cache/digest.ts';

const known = new WeakMap<object, string>();

/**
 * Names a value: equal names, equal values. Values that differ in the order of their properties
 * have different names, which costs a computation and is never wrong; so has a value that cannot be
 * stored, such as a function, from every other one.
 */
export function outputDigest(value: unknown): string {
  const object =
    (typeof value === 'object' && value !== null) || typeof value === 'function' ? value : undefined;
  const before = object && known.get(object);
  if (before !== undefined) return before;
  const name = contentName(value) ?? `unique ${randomUUID()}`;
  if (object) known.set(object, name);
  return name;
}

function contentName(value: unknown): string | undefined {
  try {
    const { encoding, payload } = unpacked(value);
    return digest(Buffer.concat([Buffer.from(encoding), payload]));
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}
