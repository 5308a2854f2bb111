import { Slices } from '../cache/slices.ts';
import type { WarmState } from '../protocol.ts';
import { Tally, type WarmJob, type WarmReport } from './job.ts';
import type { Pace } from './pace.ts';

/** Items in work at a time when somebody waits: enough to keep the parser's threads busy. */
const AT_ONCE = 4;

interface Running {
  readonly report: Promise<WarmReport>;
  readonly controller: AbortController;
  readonly tally: Tally;
  /** From here on it takes all it can get. */
  readonly hurry: () => void;
}

/** Runs what is asked ahead of anybody who wants it, at the pace that is set. */
export class Warmer {
  readonly #pace: Pace;
  readonly #progress: () => void;
  readonly #running = new Map<string, Running>();

  constructor(pace: Pace, progress: () => void) {
    this.#pace = pace;
    this.#progress = progress;
  }

  /** Of all runs together. */
  get state(): WarmState {
    let [done, total] = [0, 0];
    for (const { tally } of this.#running.values()) {
      done += tally.done;
      total += tally.total;
    }
    if (this.#pace.paused) return { state: 'paused', done, total };
    return this.#running.size === 0 ? { state: 'idle' } : { state: 'running', done, total };
  }

  get busy(): boolean {
    return this.#running.size > 0;
  }

  /**
   * Joins the run of the same name that is under way, if any. One that nobody waits for takes one
   * step at a time and rests between; `waiting` says that somebody does. Ends early when it is
   * cancelled, or when the signal given with its start aborts. Rejects when the job cannot be listed.
   */
  run(job: WarmJob, waiting: boolean, given?: AbortSignal): Promise<WarmReport> {
    const known = this.#running.get(job.name);
    if (known) {
      if (waiting) known.hurry();
      return known.report;
    }
    const controller = new AbortController();
    const tally = new Tally(job.of);
    const { promise: hurried, resolve: hurry } = Promise.withResolvers<void>();
    if (waiting) hurry();
    const signal = given ? AbortSignal.any([given, controller.signal]) : controller.signal;
    const report = this.#run(job, tally, signal, hurried).finally(() => {
      this.#running.delete(job.name);
      this.#progress();
    });
    this.#running.set(job.name, { report, controller, tally, hurry });
    this.#progress();
    return report;
  }

  /** Ends every run; what has been computed stays. */
  cancel(): void {
    for (const { controller } of this.#running.values()) controller.abort();
  }

  /** Settles when nothing is under way any more. */
  async close(): Promise<void> {
    this.cancel();
    await Promise.allSettled([...this.#running.values()].map(({ report }) => report));
  }

  pause(): void {
    this.#pace.pause();
    this.#progress();
  }

  resume(): void {
    this.#pace.resume();
    this.#progress();
  }

  get paused(): boolean {
    return this.#pace.paused;
  }

  async #run(job: WarmJob, tally: Tally, signal: AbortSignal, hurried: Promise<void>): Promise<WarmReport> {
    let bounded = true;
    const items = await listed(job, signal);
    tally.total = items.length;
    const slices = new Slices();
    let next = 0;
    const work = async () => {
      for (;;) {
        await this.#pace.turn(signal, () => bounded);
        const item = signal.aborted ? undefined : items[next++];
        if (item === undefined) return;
        const began = performance.now();
        await ask(job, item, signal, tally);
        if (bounded) this.#pace.worked(performance.now() - began);
        tally.done++;
        this.#progress();
        if (slices.due) await slices.pause();
      }
    };
    const workers = [work()];
    const more = hurried.then(() => {
      bounded = false;
      while (workers.length < AT_ONCE) workers.push(work());
    });
    await Promise.race([more, workers[0]]);
    for (let i = 0; i < workers.length; i++) await workers[i]; // there can be more of them by then
    return tally.report(signal.aborted);
  }
}

async function listed(job: WarmJob, signal: AbortSignal): Promise<readonly string[]> {
  try {
    return await job.list(signal);
  } catch (error) {
    if (signal.aborted) return [];
    throw error;
  }
}

async function ask(job: WarmJob, item: string, signal: AbortSignal, tally: Tally): Promise<void> {
  for (const one of job.asks(item)) {
    if (signal.aborted) return;
    try {
      tally.add(item, await one(signal));
    } catch (error) {
      if (!signal.aborted) tally.add(item, { refused: `${item}: ${String(error)}` });
    }
  }
}
