import type { Miss } from '../../cache/guard.ts';
import { MISS_REASONS, type MissCounts, type MissesData } from '../../protocol/misses.ts';
import { RANGES, type Range } from '../../protocol.ts';
import { SHAPES } from '../series.ts';

/** Misses kept with their reason. */
const MOST_KEPT = 500;

export interface RecordedMiss extends Miss {
  readonly key: string;
  /** When the key was asked for, ms since the epoch. */
  readonly at: number;
}

type Counts = Record<Miss['reason'], number>;
type Points = MissesData['points'][number][];

/** Why keys were missed lately, and how often for which reason; bounded. */
export class MissLog {
  readonly #now: () => number;
  readonly #recent: RecordedMiss[] = [];
  readonly #totals = new Map<Miss['reason'], number>();
  readonly #rings: Readonly<Record<Range, { t: number; counts: Partial<Counts> }[]>> = {
    '5m': [],
    '1h': [],
    '24h': [],
  };

  constructor(now: () => number) {
    this.#now = now;
  }

  add(key: string, miss: Miss): void {
    const at = this.#now();
    this.#recent.push({ key, at, ...miss });
    if (this.#recent.length > MOST_KEPT * 2) this.#recent.splice(0, MOST_KEPT);
    const { reason } = miss;
    this.#totals.set(reason, (this.#totals.get(reason) ?? 0) + 1);
    for (const range of RANGES) {
      const ring = this.#rings[range];
      const { step, length } = SHAPES[range];
      const t = Math.floor(at / step) * step;
      let last = ring.at(-1);
      if (!last || last.t < t) {
        last = { t, counts: {} };
        ring.push(last);
        while ((ring[0]?.t ?? t) <= t - step * length) ring.shift();
      }
      last.counts[reason] = (last.counts[reason] ?? 0) + 1;
    }
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

  /** Over a range up to now, points without misses left out. */
  over(range: Range): Pick<MissesData, 'range' | 'step' | 'points' | 'counts'> {
    const { step, length } = SHAPES[range];
    const from = this.#now() - step * length;
    const points: Points = this.#rings[range]
      .filter(({ t }) => t > from)
      .map(({ t, counts }) => ({ t, counts: { ...counts } }));
    const counts: Partial<Counts> = {};
    for (const reason of MISS_REASONS) {
      const sum = points.reduce((all, point) => all + (point.counts[reason] ?? 0), 0);
      if (sum > 0) counts[reason] = sum;
    }
    return { range, step, points, counts };
  }
}
