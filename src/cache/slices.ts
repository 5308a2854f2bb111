/** Milliseconds of work after which the thread is given back: a third of what a frame has. */
const SLICE = 6;

/** Cuts a long stretch of work on this thread, so that nothing else waits for it. */
export class Slices {
  #began = performance.now();
  #pausing: Promise<void> | undefined;

  /** Asked between two steps: whether it is time to let others run, by awaiting {@link pause}. */
  get due(): boolean {
    return performance.now() - this.#began > SLICE;
  }

  /** Those who work side by side pause together: they share the slice. */
  pause(): Promise<void> {
    this.#pausing ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#pausing = undefined;
        this.#began = performance.now();
        resolve();
      });
    });
    return this.#pausing;
  }
}
