/** Waits for answers, none of them longer than its time limit; all can be given up together. */
export class BoundedWaits {
  readonly #pending = new Set<(error: Error) => void>();

  /** Settles as the work does, or rejects with `late()` after `ms`; what comes of the work then is ignored. */
  wait<T>(work: Promise<T>, ms: number, late: () => Error): Promise<T> {
    return new Promise((resolve, reject) => {
      const give = (error: Error) => {
        settled();
        reject(error);
      };
      // A thread that was busy for long finds the timer due and the answer, too, in its socket:
      // the answer is read before an immediate runs.
      let immediate: NodeJS.Immediate | undefined;
      const timer = setTimeout(() => {
        immediate = setImmediate(() => give(late()));
      }, ms);
      const settled = () => {
        clearTimeout(timer);
        clearImmediate(immediate);
        this.#pending.delete(give);
      };
      this.#pending.add(give);
      work.then((value) => {
        settled();
        resolve(value);
      }, give);
    });
  }

  /** Rejects everything that is waited for now. */
  giveUp(error: Error): void {
    for (const give of [...this.#pending]) give(error);
  }
}
