/** The JSON text of a value; undefined for one that would come back as another: a Map, a Buffer, a bigint, NaN. */
export function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, asItIs);
  } catch (error) {
    if (error instanceof NotJson || error instanceof TypeError || error instanceof RangeError)
      return undefined;
    throw error;
  }
}

class NotJson extends Error {
  override readonly name = 'NotJson';
}

/** `value` is what `toJSON` has made of the member; what it was is in its holder. */
function asItIs(this: unknown, name: string, value: unknown): unknown {
  const was = (this as Record<string, unknown>)[name];
  if (typeof was === 'number' && !Number.isFinite(was)) throw new NotJson();
  if (typeof was === 'function' || typeof was === 'symbol') throw new NotJson();
  if (typeof was === 'object' && was !== null && !Array.isArray(was)) {
    const prototype = Object.getPrototypeOf(was);
    if (prototype !== Object.prototype && prototype !== null) throw new NotJson();
  }
  return value;
}
