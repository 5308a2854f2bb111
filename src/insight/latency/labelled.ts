/** What names beyond the bound are counted under. */
export const OTHER = 'other';

/** One of something for each name, of which there are at most so many; the rest share one. */
export class Labelled<T> {
  readonly #make: () => T;
  readonly #most: number;
  readonly #byName = new Map<string, T>();

  constructor(make: () => T, most: number) {
    this.#make = make;
    this.#most = most;
  }

  /** The first `most` names that are asked for have their own. */
  of(name: string): T {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const own = this.#byName.size < this.#most ? name : OTHER;
    const shared = this.#byName.get(own);
    if (shared !== undefined) return shared;
    const made = this.#make();
    this.#byName.set(own, made);
    return made;
  }

  [Symbol.iterator](): IterableIterator<[string, T]> {
    return this.#byName.entries();
  }
}
