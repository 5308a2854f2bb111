/** Values looked at before the rest is extrapolated. */
const SAMPLE = 1000;

/** Rough size in bytes of a value that is never encoded: strings two bytes a character, numbers eight. */
export function estimateBytes(value: unknown): number {
  let bytes = 0;
  let seen = 0;
  const stack: unknown[] = [value];
  const known = new Set<object>();
  while (stack.length > 0 && seen < SAMPLE) {
    const next = stack.pop();
    seen++;
    if (typeof next === 'string') bytes += next.length * 2;
    else if (typeof next !== 'object' || next === null) bytes += 8;
    else if (ArrayBuffer.isView(next)) bytes += next.byteLength;
    else if (!known.has(next)) {
      known.add(next);
      bytes += 16;
      if (next instanceof Map) for (const pair of next) stack.push(pair[0], pair[1]);
      else if (Array.isArray(next) || next instanceof Set) for (const item of next) stack.push(item);
      else for (const [name, item] of Object.entries(next)) stack.push(name, item);
    }
  }
  return seen === 0 ? bytes : Math.round((bytes * (seen + stack.length)) / seen);
}
