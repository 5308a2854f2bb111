/** A cache to measure, by our names for what it does. Absent is what it does not have. */
export interface Library {
  /** The value, or a promise of it; undefined when it is not there. */
  get(key: string): unknown;
  set(key: string, value: object): unknown;
  getOrCompute?(key: string, compute: () => Promise<object>): unknown;
  readonly tagged?: {
    set(key: string, value: object, tag: string): unknown;
    get(key: string, tag: string): unknown;
    invalidate(tag: string): unknown;
    /** Whether it is in effect when the call returns; what it gives settles when the entries are gone, too. */
    readonly immediate?: boolean;
  };
  close?(): Promise<unknown>;
}

/** What every library stands for in the tables. */
export interface Contestant {
  readonly name: string;
  /** The npm package, for its version; absent for ours. */
  readonly package?: string;
  /** How many operations per second it does about, as a part of the fastest: it is given that part of the work. */
  readonly part: number;
  /** For so many entries, in memory alone. */
  open(capacity: number): Library;
}

/** Which keys carry a tag, for libraries without tags: what their users write. */
export class TagKeys {
  readonly #byTag = new Map<string, Set<string>>();

  add(key: string, tag: string): void {
    let keys = this.#byTag.get(tag);
    if (!keys) {
      keys = new Set();
      this.#byTag.set(tag, keys);
    }
    keys.add(key);
  }

  /** The keys of a tag, which then has none. */
  take(tag: string): string[] {
    const keys = this.#byTag.get(tag);
    this.#byTag.delete(tag);
    return [...(keys ?? [])];
  }
}
