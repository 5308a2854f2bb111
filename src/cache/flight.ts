/** One computation of a key, shared by everyone who asks while it runs. */
export class Flight<T> {
  readonly promise: Promise<T>;
  readonly #controller = new AbortController();
  #waiting = 0;

  constructor(run: (signal: AbortSignal) => Promise<T>) {
    this.promise = run(this.#controller.signal);
    this.promise.catch(() => {}); // every caller gets it through wait()
  }

  /** Whether a new caller may share it; not once everybody left. */
  get joinable(): boolean {
    return !this.#controller.signal.aborted;
  }

  /** The result, or the caller's own abort; the computation is aborted when its last caller leaves. */
  async wait(signal: AbortSignal | undefined): Promise<T> {
    signal?.throwIfAborted();
    this.#waiting++;
    try {
      if (!signal) return await this.promise;
      return await new Promise<T>((resolve, reject) => {
        const abort = () => reject(signal.reason);
        signal.addEventListener('abort', abort, { once: true });
        this.promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
      });
    } finally {
      this.#waiting--;
      if (this.#waiting === 0) this.#controller.abort(new Error('Nobody waits for this result any more.'));
    }
  }
}
