import { BoundedWaits } from './bounded-waits.ts';
import { SharedStoreError } from './shared-store.ts';

export interface CircuitOptions {
  /** Milliseconds that a request may take. */
  readonly requestMs: number;
  /** Milliseconds that a probe may take. */
  readonly probeMs: number;
  /** Resolves when requests would be answered again; makes the connection anew where that needs it. */
  probe(): Promise<void>;
  /** Whether this failure means that nobody answers, as opposed to an answer that is an error. */
  isOutage(error: Error): boolean;
  /** The sentence for people. */
  explain(error: Error): string;
  onChange(): void;
  /** A number from 0 to 1, to keep instances from probing in step. */
  random?(): number;
}

const FIRST_DELAY = 100;
const LONGEST_DELAY = 10_000;

/**
 * A circuit breaker (Nygard, Release It!, 2007). Open from the start, until the first probe ends
 * well. After a failure it is open again: whoever waits then is rejected, later requests at once, so
 * that a frozen server costs one wait. Probes run in the background, at growing intervals; the
 * interval shrinks only when a request was answered, so that a server that answers nothing but
 * probes is left alone more and more.
 */
export class Circuit {
  readonly #options: CircuitOptions;
  readonly #waits = new BoundedWaits();
  readonly #late: () => Error;
  #closed = false;
  #problem: string | undefined;
  #delay = FIRST_DELAY;
  #timer: NodeJS.Timeout | undefined;
  #probing = false;
  #disposed = false;

  constructor(options: CircuitOptions) {
    this.#options = options;
    this.#late = () => new SharedStoreError('lost', `No answer within ${options.requestMs} ms.`);
  }

  /** Whether requests are let through. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Why the last request or probe failed; undefined before the first one, and when all is well. */
  get problem(): string | undefined {
    return this.#problem;
  }

  async run<T>(request: () => Promise<T>): Promise<T> {
    if (!this.#closed) throw this.#unavailable();
    try {
      const answer = await this.#waits.wait(request(), this.#options.requestMs, this.#late);
      this.#delay = FIRST_DELAY;
      return answer;
    } catch (error) {
      throw this.#failed(error as Error);
    }
  }

  /** Probes now, unless it is closed or a probe is under way: somebody has seen a sign of life. */
  wake(): void {
    if (this.#closed || this.#probing || this.#disposed) return;
    clearTimeout(this.#timer);
    void this.#probe();
  }

  /** Opens it: somebody has seen the connection go. */
  trip(error: Error): void {
    if (this.#closed) this.#open(this.#options.explain(error));
    else this.#learn(this.#options.explain(error));
  }

  dispose(): void {
    this.#disposed = true;
    this.#closed = false;
    clearTimeout(this.#timer);
    this.#waits.giveUp(new SharedStoreError('closed', 'The shared cache was closed.'));
  }

  #unavailable(): SharedStoreError {
    if (this.#disposed) return new SharedStoreError('closed', 'The shared cache was closed.');
    return new SharedStoreError('unavailable', this.#problem ?? 'The shared cache is not connected yet.');
  }

  #failed(error: Error): SharedStoreError {
    if (error instanceof SharedStoreError && error.code !== 'lost') return error;
    const message = this.#options.explain(error);
    if (!this.#options.isOutage(error)) return new SharedStoreError('refused', message);
    if (this.#closed) this.#open(message);
    return new SharedStoreError('lost', message);
  }

  #open(problem: string): void {
    this.#closed = false;
    this.#problem = problem;
    this.#waits.giveUp(new SharedStoreError('unavailable', problem));
    this.#later();
    this.#options.onChange();
  }

  #learn(problem: string): void {
    if (problem === this.#problem || this.#disposed) return;
    this.#problem = problem;
    this.#options.onChange();
  }

  #later(): void {
    const { random = Math.random } = this.#options;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#probe(), this.#delay * (0.75 + random() / 4));
    this.#timer.unref();
    this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY);
  }

  /** A probe that is late still counts when it ends well. */
  async #probe(): Promise<void> {
    this.#probing = true;
    const { probe, probeMs, explain } = this.#options;
    const probing = Promise.resolve().then(probe);
    try {
      await this.#waits.wait(
        probing,
        probeMs,
        () => new SharedStoreError('lost', `No answer within ${probeMs} ms.`),
      );
      this.#close();
    } catch (error) {
      if (this.#disposed) return;
      probing.then(
        () => this.#close(),
        () => {},
      ); // its failure has been taken for one already
      this.#learn(explain(error as Error));
      this.#later();
    } finally {
      this.#probing = false;
    }
  }

  #close(): void {
    if (this.#closed || this.#disposed) return;
    clearTimeout(this.#timer);
    this.#closed = true;
    this.#problem = undefined;
    this.#options.onChange();
  }
}
