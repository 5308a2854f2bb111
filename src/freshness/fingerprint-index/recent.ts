/**
 * Values by key, bounded: when there is no room, what was not asked for lately goes. Two maps, as the
 * order of one LRU list would cost every hit more than the lookup itself.
 */
export class Recent<V extends object> {
  readonly #half: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();

  /** Holds at most `most` values, and at least half of that before anything goes. */
  constructor(most: number) {
    this.#half = Math.max(1, Math.floor(most / 2));
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(key: string): V | undefined {
    const value = this.#young.get(key);
    if (value !== undefined || this.#old.size === 0) return value;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: V): void {
    this.#old.delete(key);
    if (this.#young.size >= this.#half && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  delete(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  /** May be left and taken up again; what changes meanwhile may come twice or not at all. */
  *[Symbol.iterator](): Generator<[string, V]> {
    const [old, young] = [this.#old, this.#young];
    yield* old;
    yield* young;
  }
}
