/** What is put at once, and what may wait for its turn; bytes of the values. */
const MOST_AT_ONCE = 32;
const MOST_BYTES_AT_ONCE = 1024 * 1024;
const MOST_WAITING = 1000;
const MOST_BYTES_WAITING = 64 * 1024 * 1024;

interface Waiting<T> {
  readonly put: T;
  readonly resolve: (stored: boolean) => void;
  readonly reject: (error: Error) => void;
}

/** One batch after the other: what is put while one is under way makes up the next. */
export class PutBatches<T extends { readonly key: string; readonly bytes: Uint8Array }> {
  readonly #write: (puts: readonly T[]) => Promise<ReadonlySet<string>>;
  #waiting: Waiting<T>[] = [];
  #bytes = 0;
  #working: Promise<void> | undefined;

  /** `write` resolves to the keys that are stored. */
  constructor(write: (puts: readonly T[]) => Promise<ReadonlySet<string>>) {
    this.#write = write;
  }

  /** Settles as its batch does, with whether it is stored; undefined when too much is waiting already. */
  add(put: T): Promise<boolean> | undefined {
    if (this.#waiting.length >= MOST_WAITING || this.#bytes + put.bytes.length > MOST_BYTES_WAITING)
      return undefined;
    this.#bytes += put.bytes.length;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ put, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  /** Settles when nothing is waiting any more. */
  async settled(): Promise<void> {
    while (this.#working) await this.#working;
  }

  async #work(): Promise<void> {
    await Promise.resolve(); // for what is put in the same breath to be in the first batch
    while (this.#waiting.length > 0) {
      const batch = this.#next();
      try {
        const stored = await this.#write(batch.map(({ put }) => put));
        for (const { put, resolve } of batch) resolve(stored.has(put.key));
      } catch (error) {
        for (const { reject } of batch) reject(error as Error);
      }
    }
    this.#working = undefined;
  }

  #next(): Waiting<T>[] {
    let bytes = 0;
    let count = 0;
    for (const { put } of this.#waiting) {
      if (count === MOST_AT_ONCE || (count > 0 && bytes + put.bytes.length > MOST_BYTES_AT_ONCE)) break;
      bytes += put.bytes.length;
      count++;
    }
    this.#bytes -= bytes;
    return this.#waiting.splice(0, count);
  }
}
