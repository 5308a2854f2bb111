import type { Answers, ParseRequest, Task } from './messages.ts';

/** A request that waits for a thread, then for its answer; it settles once. */
export class Pending {
  readonly answer: Promise<Answers[Task]>;
  readonly resolve: (answer: Answers[Task]) => void;
  readonly reject: (reason: unknown) => void;
  /** Let go as soon as it is not needed here: its bytes may be many. */
  #request: ParseRequest | undefined;

  /** `dropped` is called when the signal aborts it. */
  constructor(request: ParseRequest, signal: AbortSignal | undefined, dropped: () => void) {
    this.#request = request;
    const { promise, resolve, reject } = Promise.withResolvers<Answers[Task]>();
    this.answer = promise;
    const abort = () => {
      dropped();
      this.reject(signal?.reason);
    };
    const settled = () => {
      this.#request = undefined;
      signal?.removeEventListener('abort', abort);
    };
    this.resolve = (answer) => {
      settled();
      resolve(answer);
    };
    this.reject = (reason) => {
      settled();
      reject(reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
  }

  /** The request, once, and only before it is settled. */
  take(): ParseRequest {
    const request = this.#request;
    if (!request) throw new Error('This request was taken or dropped before.');
    this.#request = undefined;
    return request;
  }
}
