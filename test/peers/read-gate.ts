export interface Held {
  /** Resolves when the read has its answer, and waits. */
  readonly reached: Promise<'reached'>;
  /** Lets the read return its answer. */
  release(): void;
}

/** Holds one chosen read of a second level between its answer and its reader. */
export class ReadGate {
  #countdown = 0;
  #arrive = () => {};
  #released = Promise.resolve();

  /** Holds the `nth` read from now, counted from 1. */
  hold(nth: number): Held {
    const arrival = Promise.withResolvers<'reached'>();
    const release = Promise.withResolvers<void>();
    this.#countdown = nth;
    this.#arrive = () => arrival.resolve('reached');
    this.#released = release.promise;
    return { reached: arrival.promise, release: release.resolve };
  }

  /** A second level calls it with every answer before it gives it away. */
  async pass<T>(answer: T): Promise<T> {
    if (this.#countdown > 0 && --this.#countdown === 0) {
      this.#arrive();
      await this.#released;
    }
    return answer;
  }
}
