import type { Pace } from './pace.ts';
import { plan } from './plan.ts';
import type { WarmSettings } from './settings.ts';
import type { Usage } from './usage.ts';

/** Keys that wait to be computed again, at the most; the least used wait for who asks. */
const MOST_WAITING = 50;

/** An entry that a change made invalid. */
interface Lost {
  readonly key: string;
  readonly hits: number;
}

interface RefresherOptions {
  readonly usage: Usage;
  readonly settings: () => WarmSettings;
  readonly pace: Pace;
  /** Computes a key anew; rejects when it cannot. */
  readonly ready: (key: string, signal: AbortSignal) => Promise<unknown>;
  /** Whether the policy of the key's namespace keeps anything. */
  readonly kept: (key: string) => boolean;
  readonly refreshed: () => void;
  readonly now: () => number;
}

/**
 * Computes again, ahead of the next ask, what a change has made invalid and what somebody is likely
 * to ask for: what has been asked before, in the order of the strategy. One key at a time, within
 * the pace; what a newer change makes invalid while it is computed is begun anew.
 */
export class Refresher {
  readonly #options: RefresherOptions;
  /** The first one is next. */
  #waiting: string[] = [];
  #current: { readonly key: string; readonly controller: AbortController } | undefined;
  readonly #closed = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: RefresherOptions) {
    this.#options = options;
  }

  /** Keys that wait, the one in work not among them. */
  get waiting(): number {
    return this.#waiting.length;
  }

  changed(invalid: readonly Lost[]): void {
    const { usage, kept } = this.#options;
    const hits = new Map(
      invalid
        .filter(({ key, hits }) => (hits > 0 || usage.of(key)) && kept(key))
        .map(({ key, hits }) => [key, hits]),
    );
    if (hits.size === 0 || this.#closed.signal.aborted) return;
    if (this.#current && hits.has(this.#current.key)) this.#current.controller.abort();
    const all = new Set([...hits.keys(), ...this.#waiting]);
    const rank = this.#ranks(all);
    this.#waiting = [...all]
      .sort((a, b) => rank(a) - rank(b) || (hits.get(b) ?? 0) - (hits.get(a) ?? 0))
      .slice(0, MOST_WAITING);
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async close(): Promise<void> {
    this.#waiting = [];
    this.#closed.abort();
    this.#current?.controller.abort();
    await this.#running;
  }

  /** Places by the strategy; those of which it knows nothing come last, by their hits. */
  #ranks(keys: ReadonlySet<string>): (key: string) => number {
    const { usage, settings, now } = this.#options;
    const { strategy, hybridWeight } = settings();
    const by = strategy === 'everything' ? 'hybrid' : strategy;
    const order = plan(usage, { strategy: by, hybridWeight, count: Number.POSITIVE_INFINITY, now: now() });
    const places = new Map(order.filter((key) => keys.has(key)).map((key, place) => [key, place]));
    return (key) => places.get(key) ?? Number.MAX_SAFE_INTEGER;
  }

  async #run(): Promise<void> {
    const { pace, ready, refreshed } = this.#options;
    const { signal: closed } = this.#closed;
    while (this.#waiting.length > 0) {
      await pace.turn(closed, () => true);
      const key = this.#waiting.shift();
      if (key === undefined || closed.aborted) return;
      const controller = new AbortController();
      this.#current = { key, controller };
      const began = performance.now();
      await ready(key, AbortSignal.any([controller.signal, closed])).catch(() => {}); // it fails again for who asks
      this.#current = undefined;
      pace.worked(performance.now() - began);
      refreshed();
    }
  }
}
