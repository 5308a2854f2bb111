import type { Entry } from './entry.ts';

/**
 * Results in memory for inputs as they were, of keys that no level below has: found again when the
 * inputs are as they were. As many per key as its policy says; they take room among all others, and
 * leave it by the same rules.
 */
export class OlderResults<S> {
  /** The newest first. */
  readonly #byKey = new Map<string, Entry<S>[]>();

  get size(): number {
    return this.#byKey.size;
  }

  add(entry: Entry<S>): void {
    const known = this.#byKey.get(entry.key);
    if (known) known.unshift(entry);
    else this.#byKey.set(entry.key, [entry]);
  }

  /** Those of the key beyond the bound, which have to leave memory. */
  beyond(key: string, most: number): readonly Entry<S>[] {
    return this.#byKey.get(key)?.slice(most) ?? NONE;
  }

  /** A copy: the original changes when one of them is taken. */
  of(key: string): readonly Entry<S>[] {
    const known = this.#byKey.get(key);
    return known ? [...known] : NONE;
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  remove(entry: Entry<S>): void {
    const known = this.#byKey.get(entry.key);
    const at = known?.indexOf(entry) ?? -1;
    if (!known || at < 0) return;
    known.splice(at, 1);
    if (known.length === 0) this.#byKey.delete(entry.key);
  }

  keys(): IterableIterator<string> {
    return this.#byKey.keys();
  }

  *values(): Generator<Entry<S>> {
    for (const known of this.#byKey.values()) yield* known;
  }
}

const NONE: readonly never[] = [];
