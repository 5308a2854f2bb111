/** Values looked at before the rest is extrapolated. */
const SAMPLE = 1000;

/**
 * Rough size in bytes of a value that is never encoded: strings two bytes a character, numbers eight.
 * What is in it twice counts twice.
 */
export function estimateBytes(value: unknown): number {
  const shallow = flat(value);
  if (shallow !== undefined) return shallow;
  let bytes = 0;
  let seen = 0;
  const open: unknown[] = [value];
  while (open.length > 0 && seen < SAMPLE) {
    const next = open.pop();
    seen++;
    const size = flat(next);
    if (size !== undefined) {
      bytes += size;
      continue;
    }
    bytes += 16;
    if (next instanceof Map) for (const pair of next) open.push(pair[0], pair[1]);
    else if (Array.isArray(next) || next instanceof Set) for (const item of next) open.push(item);
    else {
      for (const name in next as object) {
        bytes += name.length * 2;
        open.push((next as Record<string, unknown>)[name]);
      }
    }
  }
  return Math.round((bytes * (seen + open.length)) / seen);
}

/** Undefined for what holds other values. */
function flat(value: unknown): number | undefined {
  if (typeof value === 'string') return value.length * 2;
  if (typeof value !== 'object' || value === null) return 8;
  return ArrayBuffer.isView(value) ? value.byteLength : undefined;
}
