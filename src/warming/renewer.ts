import { ExpiringKeys, type Lifetime } from './expiring.ts';
import type { KeyLoader } from './jobs.ts';
import type { Pace } from './pace.ts';
import type { RefreshCounts } from './refresh-counts.ts';

/** Keys that wait to be computed anew, at the most; the others expire. */
const MOST_WAITING = 50;

interface RenewerOptions {
  readonly pace: Pace;
  readonly wanted: () => boolean;
  /** The lifetime of the key's entry; undefined when there is none, or it does not end while it is asked for. */
  readonly lifetime: (key: string) => Lifetime | undefined;
  /** Whether somebody's computation of the key is under way. */
  readonly computing: (key: string) => boolean;
  /** Computes a key anew, though its entry holds. */
  readonly renew: KeyLoader;
  readonly counts: RefreshCounts;
  readonly progress: () => void;
  readonly now: () => number;
}

/**
 * Computes anew what is about to expire and was asked for again while it lived: one key at a time,
 * within the pace, each once in its lifetime. Until then the old value is served.
 */
export class Renewer {
  readonly #options: RenewerOptions;
  readonly #expiring = new ExpiringKeys();
  /** The first one is next, and stays here while it is in work. */
  readonly #waiting = new Map<string, Lifetime>();
  readonly #closed = new AbortController();
  #running: Promise<void> | undefined;
  readonly #renewed: KeyLoader;

  constructor(options: RenewerOptions) {
    this.#options = options;
    this.#renewed = options.counts.counting('expiry', options.renew);
  }

  /** Keys that wait or are in work. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Somebody asked for the key, and it was there. */
  hit(key: string): void {
    if (!this.#options.wanted() || this.#waiting.has(key)) return;
    const lifetime = this.#options.lifetime(key);
    if (lifetime) this.#expiring.hit(key, lifetime);
  }

  /** About once a second. */
  beat(): void {
    if (this.#expiring.size === 0 || this.#closed.signal.aborted) return;
    const due = this.#expiring.due(this.#options.now());
    if (due.length === 0 || !this.#options.wanted()) return;
    const room = MOST_WAITING - this.#waiting.size;
    this.#options.counts.expiry.skipped += Math.max(0, due.length - room);
    for (const { key, lifetime } of due.slice(0, room)) this.#waiting.set(key, lifetime);
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async close(): Promise<void> {
    this.#waiting.clear();
    this.#closed.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { pace, progress } = this.#options;
    const { signal } = this.#closed;
    for (;;) {
      await pace.turn(signal, () => true);
      const [next] = this.#waiting;
      if (!next || signal.aborted) return;
      const [key, lifetime] = next;
      const began = performance.now();
      await this.#renew(key, lifetime);
      this.#waiting.delete(key);
      pace.worked(performance.now() - began);
      progress();
    }
  }

  async #renew(key: string, lifetime: Lifetime): Promise<void> {
    if (!this.#stillDue(key, lifetime)) {
      this.#options.counts.expiry.skipped++;
      return;
    }
    await this.#renewed(key, this.#closed.signal).catch(() => {}); // counted, and it fails again for who asks
  }

  /** Not when another value came in its place, it has expired, or somebody computes it as it is. */
  #stillDue(key: string, { createdAt }: Lifetime): boolean {
    const { lifetime, computing, now } = this.#options;
    const current = lifetime(key);
    return current?.createdAt === createdAt && now() < current.expiresAt && !computing(key);
  }
}
