import type { Miss } from '../../cache/guard.ts';
import type { MissCounts } from '../../protocol/misses.ts';

/** Misses kept with their reason. */
const MOST_KEPT = 500;

export interface RecordedMiss extends Miss {
  readonly key: string;
  /** When the key was asked for, ms since the epoch. */
  readonly at: number;
}

/** Why keys were missed lately, and how often for which reason; bounded. */
export class MissLog {
  readonly #now: () => number;
  readonly #recent: RecordedMiss[] = [];
  readonly #totals = new Map<Miss['reason'], number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  add(key: string, miss: Miss): void {
    const at = this.#now();
    this.#recent.push({ key, at, ...miss });
    if (this.#recent.length > MOST_KEPT * 2) this.#recent.splice(0, MOST_KEPT);
    const { reason } = miss;
    this.#totals.set(reason, (this.#totals.get(reason) ?? 0) + 1);
  }

  /** Newest last. */
  get recent(): readonly RecordedMiss[] {
    return this.#recent.slice(-MOST_KEPT);
  }

  last(key: string): RecordedMiss | undefined {
    return this.#recent.findLast((miss) => miss.key === key);
  }

  /** The last ones of a key, newest first. */
  of(key: string, most: number): readonly RecordedMiss[] {
    const found: RecordedMiss[] = [];
    for (let i = this.#recent.length - 1; i >= 0 && found.length < most; i--) {
      const miss = this.#recent[i];
      if (miss?.key === key) found.push(miss);
    }
    return found;
  }

  /** Since the process started. */
  get totals(): MissCounts {
    return Object.fromEntries(this.#totals);
  }
}
