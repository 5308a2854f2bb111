import { setTimeout } from 'node:timers/promises';

export interface PaceOptions {
  /** Of one core, 1 to 100. */
  readonly maxCpuPercent: () => number;
  /** Questions that somebody waits for now. */
  readonly asking: () => number;
  /** Resolves after so many ms, or when the signal aborts; a timer unless given. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Rests shorter than this are added up, ms: a timer is no finer. */
const LEAST_REST = 20;
/** Between two looks whether all questions are answered, ms. */
const LOOK_MS = 10;
/** Questions that never end hold a step of warming up no longer than this, ms. */
const MOST_YIELDING = 1000;

/** When warming may take its next step: not while it is paused, after every question, within its share of a core. */
export class Pace {
  readonly #options: PaceOptions;
  readonly #sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds of rest that are due. */
  #owed = 0;
  #resumed: PromiseWithResolvers<void> | undefined;

  constructor(options: PaceOptions) {
    this.#options = options;
    this.#sleep = options.sleep ?? sleep;
  }

  get paused(): boolean {
    return this.#resumed !== undefined;
  }

  pause(): void {
    this.#resumed ??= Promise.withResolvers();
  }

  resume(): void {
    this.#resumed?.resolve();
    this.#resumed = undefined;
  }

  /** Resolves when the next step may be taken, or when the signal aborts. `bounded` says whether it rests. */
  async turn(signal: AbortSignal, bounded: () => boolean): Promise<void> {
    let yielded = 0;
    while (!signal.aborted) {
      if (this.#resumed) await Promise.race([this.#resumed.promise, aborted(signal)]);
      else if (this.#options.asking() > 0 && yielded < MOST_YIELDING) {
        await this.#sleep(LOOK_MS, signal);
        yielded += LOOK_MS;
      } else if (bounded() && this.#owed >= LEAST_REST) {
        const rest = this.#owed;
        this.#owed = 0;
        await this.#sleep(rest, signal);
      } else return;
    }
  }

  /** A bounded step took so many milliseconds. */
  worked(ms: number): void {
    this.#owed += ms * (100 / this.#options.maxCpuPercent() - 1);
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return setTimeout(ms, undefined, { signal, ref: false }).catch(() => {}); // aborted: it is over
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
