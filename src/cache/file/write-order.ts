/**
 * Keeps the writes of a level in the order of the calls, per key: what reads or writes a key comes
 * after the writes of it that were asked for before, and a write of all keys comes between those
 * before it and those after it.
 */
export class WriteOrder {
  /** The last write under way per key. */
  readonly #byKey = new Map<string, Promise<unknown>>();
  readonly #watchers = new Set<Set<string>>();
  /** The last write of all keys under way. */
  #sweep: Promise<unknown> | undefined;

  /** Settles when the writes of these keys asked for so far have ended, well or not; undefined when none is under way. */
  pending(keys: readonly string[]): Promise<unknown> | undefined {
    const before = new Set(keys.flatMap((key) => this.#byKey.get(key) ?? this.#sweep ?? []));
    return before.size > 0 ? Promise.allSettled(before) : undefined;
  }

  /** From now on, until it is unwatched, the set takes the keys that are put. */
  watch(put: Set<string>): () => void {
    this.#watchers.add(put);
    return () => void this.#watchers.delete(put);
  }

  /** These keys are about to be put. */
  putting(keys: Iterable<string>): void {
    if (this.#watchers.size > 0) for (const key of keys) for (const put of this.#watchers) put.add(key);
  }

  /** Whether this very key is being written. */
  isWritten(key: string): boolean {
    return this.#byKey.has(key);
  }

  /** Runs after what is being written for these keys, and before what comes later for them. */
  after<T>(keys: readonly string[], write: () => Promise<T>): Promise<T> {
    const next = this.pending(keys)?.then(write) ?? write();
    for (const key of keys) this.#byKey.set(key, next);
    const done = () => {
      for (const key of keys) if (this.#byKey.get(key) === next) this.#byKey.delete(key);
    };
    next.then(done, done);
    return next;
  }

  /** {@link after} for many parts: all are given their place now, and run one after the other. */
  async inParts<T>(
    parts: readonly T[][],
    keyOf: (item: T) => string,
    run: (part: T[]) => Promise<unknown>,
  ): Promise<void> {
    let last: Promise<unknown> = Promise.resolve();
    const all: Promise<unknown>[] = [];
    for (const part of parts) {
      const before = last;
      last = this.after([...new Set(part.map(keyOf))], async () => {
        await before.catch(() => {}); // awaited below
        await run(part);
      });
      all.push(last);
    }
    await Promise.all(all);
  }

  /** Runs after all that is being written, and before all that comes later. */
  afterAll<T>(write: () => Promise<T>): Promise<T> {
    const sweep = this.settled().then(write);
    this.#sweep = sweep;
    this.#byKey.clear(); // later reads and writes wait for this one instead
    const done = () => {
      if (this.#sweep === sweep) this.#sweep = undefined;
    };
    sweep.then(done, done);
    return sweep;
  }

  /** Settles when every write asked for so far has ended, well or not. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#byKey.values(), this.#sweep]);
  }
}
