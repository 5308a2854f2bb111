/**
 * Keeps the writes of a level in the order of the calls, per key: what reads or writes a key comes
 * after the writes of it that were asked for before, and a write of all keys comes between those
 * before it and those after it.
 */
export class WriteOrder {
  /** The last write under way per key. */
  readonly #byKey = new Map<string, Promise<unknown>>();
  /** The last write of all keys under way. */
  #sweep: Promise<unknown> | undefined;

  /** Settles when the writes of these keys asked for so far have ended, well or not; undefined when none is under way. */
  pending(keys: readonly string[]): Promise<unknown> | undefined {
    const before = new Set(keys.flatMap((key) => this.#byKey.get(key) ?? this.#sweep ?? []));
    return before.size > 0 ? Promise.allSettled(before) : undefined;
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
