import type { Level } from '../../cache/policy/policy.ts';
import type { Match } from '../matching.ts';
import type { Recording } from './recording.ts';
import type { StoredAnswer } from './stored-answer.ts';

/** How a question is answered. */
export type Found =
  | { readonly from: Level; readonly answer: StoredAnswer }
  | { readonly from: 'similar'; readonly answer: StoredAnswer; readonly match: Match }
  | { readonly from: 'provider'; readonly recording: Recording };

/** How who answers a question tells of it. */
export interface Teller {
  /** The state of what the answer will rest on, before the provider is asked. */
  rests(state: string): void;
  found(found: Found): void;
  failed(error: unknown): void;
}

/**
 * One question, shared by all who ask it while it is answered. The provider is asked once, and left
 * alone when the last client has gone.
 */
export class Exchange {
  /** Settles when it is known how it is answered. */
  readonly found: Promise<Found>;
  /** The state of what the answer rests on; undefined when nothing is asked of the provider. */
  readonly state: Promise<string | undefined>;
  /** Settles when all is done. */
  readonly over: Promise<void>;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #lingerMs: number;
  #recording: Recording | undefined;
  #clients = 0;
  #over = false;
  #lingering: NodeJS.Timeout | undefined;

  /** `run` tells how it is answered as soon as it knows, and settles when all is done; it never rejects. */
  constructor(run: (tell: Teller, signal: AbortSignal) => Promise<void>, lingerMs: number) {
    this.#lingerMs = lingerMs;
    this.signal = this.#controller.signal;
    const { promise, resolve, reject } = Promise.withResolvers<Found>();
    this.found = promise;
    promise.catch(() => {}); // every client gets it through answer()
    const state = Promise.withResolvers<string | undefined>();
    this.state = state.promise;
    const found = (one: Found) => {
      if (one.from === 'provider') this.#watch(one.recording);
      resolve(one);
    };
    this.over = run({ rests: state.resolve, found, failed: reject }, this.signal);
    void this.over.then(() => {
      this.#over = true;
      state.resolve(undefined);
    });
  }

  /** Whether another client may share it. */
  get joinable(): boolean {
    return !this.signal.aborted && (this.#recording === undefined || this.#recording.whole);
  }

  /** How it is answered, with what the client has to call when it has left. Rejects when it leaves before that. */
  async join(signal: AbortSignal): Promise<{ readonly found: Found; readonly leave: () => void }> {
    signal.throwIfAborted();
    clearTimeout(this.#lingering);
    this.#clients++;
    let gone = false;
    const leave = () => {
      if (gone) return;
      gone = true;
      this.#clients--;
      if (this.#clients === 0) this.#abandoned();
    };
    const aborted = Promise.withResolvers<never>();
    const abort = () => aborted.reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      return { found: await Promise.race([this.found, aborted.promise]), leave };
    } catch (error) {
      leave();
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** Leaves the provider alone, whoever waits. */
  abort(): void {
    clearTimeout(this.#lingering);
    this.#controller.abort(new Error('The answer is not wanted any more.'));
  }

  #watch(recording: Recording): void {
    this.#recording = recording;
    void recording.ended.then((error) => {
      if (error)
        this.#controller.abort(error); // nobody joins what is cut off
      else this.#over = true;
    });
  }

  #abandoned(): void {
    if (this.#over || this.#recording?.over) return;
    if (this.#lingerMs === 0) this.abort();
    else this.#lingering = setTimeout(() => this.abort(), this.#lingerMs).unref();
  }
}
