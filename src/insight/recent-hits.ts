import { Slices } from '../cache/slices.ts';
import type { HotSpan } from '../protocol.ts';
import { firstInSlices } from './sort-in-slices.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Keys kept of one minute, and of one hour: those with the most hits. */
const MOST_OF_MINUTE = 200;
const MOST_OF_HOUR = 1000;
const MINUTES = 60;
const HOURS = 24;
/** Keys whose counter at the last look is remembered; the one that was hit longest ago goes. */
const MOST_SEEN = 20_000;

const SPANS: Readonly<Record<Exclude<HotSpan, 'stored'>, number>> = {
  '5m': 5 * MINUTE,
  '1h': HOUR,
  '24h': 24 * HOUR,
};

interface Counted {
  readonly key: string;
  readonly hits: number;
  /** In whole seconds, ms since the epoch. */
  readonly lastHitAt: number;
}

interface Stretch {
  /** When it ended, or ends. */
  readonly at: number;
  readonly hits: Map<string, number>;
}

/**
 * Which keys were hit lately, and how often. A hit costs nothing for it: once a minute the counters
 * that entries have anyway are compared with what they were. Where a key's last counter is forgotten,
 * its hits are told as one: too few, never too many.
 */
export class RecentHits {
  readonly #entries: () => Iterable<Counted>;
  readonly #seen = new Map<string, number>();
  #forgot = false;
  #minutes: readonly Stretch[] = [];
  #hours: readonly Stretch[] = [];
  #lookedAt: number;
  #looking: Promise<void> | undefined;

  constructor(entries: () => Iterable<Counted>, now: number) {
    this.#entries = entries;
    this.#lookedAt = now;
  }

  /** Called about once a second; looks once a minute. Settles when a look that is due is done. */
  beat(now: number): Promise<void> {
    if (now - this.#lookedAt < MINUTE && now >= this.#lookedAt) return this.#looking ?? Promise.resolve();
    this.#looking ??= this.#look(now).finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Hits by key within the span; of earlier minutes those with the most. */
  within(span: Exclude<HotSpan, 'stored'>, now: number): ReadonlyMap<string, number> {
    const from = now - SPANS[span];
    const sum = new Map<string, number>();
    for (const { at, hits } of span === '24h' ? this.#hours : this.#minutes) {
      if (at > from) for (const [key, count] of hits) add(sum, key, count);
    }
    for (const entry of this.#entries()) {
      const count = this.#since(entry, this.#lookedAt);
      if (count > 0) add(sum, entry.key, count);
    }
    return sum;
  }

  /** Hits of an entry since the last look. */
  #since({ key, hits, lastHitAt }: Counted, lookedAt: number): number {
    if (hits === 0 || lastHitAt + 1000 < lookedAt) return 0;
    const before = this.#seen.get(key) ?? (this.#forgot ? hits - 1 : 0);
    return before <= hits ? hits - before : hits; // it went, and came anew
  }

  async #look(now: number): Promise<void> {
    const since = this.#lookedAt;
    this.#lookedAt = now;
    const slices = new Slices();
    const found: [string, number][] = [];
    for (const entry of this.#entries()) {
      const count = this.#since(entry, since);
      if (count > 0) {
        found.push([entry.key, count]);
        this.#remember(entry);
      }
      if (slices.due) await slices.pause();
    }
    const byHits = ([a, x]: [string, number], [b, y]: [string, number]) => y - x || (a < b ? -1 : 1);
    const first = await firstInSlices(found, MOST_OF_MINUTE, byHits, slices);
    const hits = new Map(first.slice(0, MOST_OF_MINUTE));
    this.#minutes = [...this.#minutes, { at: now, hits }].slice(-MINUTES);
    this.#addToHour(now, hits);
  }

  #remember({ key, hits }: Counted): void {
    this.#seen.delete(key); // to the end of the order
    this.#seen.set(key, hits);
    if (this.#seen.size <= MOST_SEEN) return;
    const [oldest] = this.#seen.keys();
    if (oldest !== undefined) this.#seen.delete(oldest);
    this.#forgot = true;
  }

  #addToHour(now: number, hits: ReadonlyMap<string, number>): void {
    const at = Math.ceil(now / HOUR) * HOUR;
    const last = this.#hours.at(-1);
    const hour = last?.at === at ? last : { at, hits: new Map<string, number>() };
    for (const [key, count] of hits) add(hour.hits, key, count);
    if (hour.hits.size > 2 * MOST_OF_HOUR) {
      const least = [...hour.hits].sort(([, a], [, b]) => a - b).slice(0, hour.hits.size - MOST_OF_HOUR);
      for (const [key] of least) hour.hits.delete(key);
    }
    if (hour !== last) this.#hours = [...this.#hours, hour].slice(-HOURS);
  }
}

function add(sum: Map<string, number>, key: string, count: number): void {
  sum.set(key, (sum.get(key) ?? 0) + count);
}
