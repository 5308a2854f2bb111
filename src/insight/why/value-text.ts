/** Characters of a value that are shown. */
const MOST_SHOWN = 4000;
/** Characters that are looked at for secrets: one that begins in what is shown is seen whole. */
const MOST_READ = 4 * MOST_SHOWN;
const DEEPEST = 30;

/** Takes secrets out of a value. Rejects when it cannot tell. */
export type Sanitise = (
  value: unknown,
) => Promise<{ readonly value: unknown; readonly found: readonly unknown[] }>;

/** The beginning of a value as text, without secrets. Rejects when it cannot be checked for them. */
export async function valueText(
  value: unknown,
  sanitise: Sanitise,
): Promise<{ readonly text: string; readonly truncated: boolean; readonly secrets: number }> {
  const reading = new Reading();
  const start = reading.take(value, 0);
  const { value: clean, found } = await sanitise(start);
  const text = typeof clean === 'string' ? clean : (JSON.stringify(clean, null, 2) ?? String(clean));
  const truncated = reading.left <= 0 || text.length > MOST_SHOWN;
  return { text: text.slice(0, MOST_SHOWN), truncated, secrets: found.length };
}

/** Copies of a value only as much as is read, as JSON can show it. */
class Reading {
  left = MOST_READ;

  take(value: unknown, depth: number): unknown {
    this.left -= 4;
    if (typeof value === 'string') {
      const text = value.slice(0, Math.max(0, this.left));
      this.left -= value.length;
      return text;
    }
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value !== 'object' || value === null) return value;
    if (depth === DEEPEST) return '…';
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'no date' : value.toISOString();
    if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
    if (value instanceof ArrayBuffer) return `${value.byteLength} bytes`;
    if (value instanceof Map) return { Map: this.#list(value, depth + 1) };
    if (value instanceof Set) return { Set: this.#list(value, depth + 1) };
    if (Array.isArray(value)) return this.#list(value, depth);
    return this.#fields(value, depth);
  }

  #list(items: Iterable<unknown>, depth: number): unknown[] {
    const taken: unknown[] = [];
    for (const item of items) {
      if (this.left <= 0) break;
      taken.push(this.take(item, depth + 1));
    }
    return taken;
  }

  #fields(value: object, depth: number): object {
    const taken: [string, unknown][] = [];
    for (const name in value) {
      if (this.left <= 0) break;
      if (!Object.hasOwn(value, name)) continue;
      this.left -= name.length;
      taken.push([name.slice(0, MOST_READ), this.take((value as Record<string, unknown>)[name], depth + 1)]);
    }
    return Object.fromEntries(taken);
  }
}
