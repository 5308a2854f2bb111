import type { MissesData } from '../../protocol/misses.ts';
import type { Range, Series } from '../../protocol.ts';
import { type KeptSeries, LENGTHS, pointOf, rowOf } from './kept-series.ts';
import { isNothing, minus, NOTHING, type Point, plus, type Totals } from './point.ts';
import { Ring } from './ring.ts';

type Tier = keyof typeof LENGTHS;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** What a range covers, and in which steps it is shown, ms; a chart tells no more than 60 bars apart. */
const SHAPES: Readonly<Record<Range, { readonly tier: Tier; readonly span: number; readonly step: number }>> =
  {
    '5m': { tier: 'seconds', span: 5 * MINUTE, step: SECOND },
    '1h': { tier: 'minutes', span: HOUR, step: MINUTE },
    '24h': { tier: 'minutes', span: 24 * HOUR, step: 5 * MINUTE },
    '30d': { tier: 'hours', span: 30 * 24 * HOUR, step: 4 * HOUR },
  };

/**
 * Hits by level, misses by reason and evictions over time, from samples of the counters: a hit
 * itself records nothing here. Seconds for 5 minutes, minutes for a day, hours for a month.
 */
export class TimeSeries {
  readonly #rings: Readonly<Record<Tier, Ring>> = {
    seconds: new Ring(SECOND, LENGTHS.seconds),
    minutes: new Ring(MINUTE, LENGTHS.minutes),
    hours: new Ring(HOUR, LENGTHS.hours),
  };
  #last = NOTHING;
  /** Raised whenever something was added. */
  revision = 0;

  /** Attributes what was counted since the last sample to `now`; called about once a second. */
  sample(now: number, totals: Totals): void {
    const delta = minus(totals, this.#last);
    if (isNothing(delta)) return;
    this.#last = { ...totals, reasons: { ...totals.reasons } };
    this.revision++;
    for (const ring of Object.values(this.#rings)) ring.add(now, delta);
  }

  /** For a chart. */
  read(range: Range, now: number): Series {
    const points = this.#shown(range, now).map(({ t, memory, file, shared, misses }) => {
      return { t, hits: { memory, file, shared }, misses };
    });
    return { range, step: SHAPES[range].step, points };
  }

  /** Misses by reason, for a chart. */
  misses(range: Range, now: number): Omit<MissesData, 'recent'> {
    const shown = this.#shown(range, now);
    const points = shown.flatMap(({ t, misses, reasons }) => (misses > 0 ? [{ t, counts: reasons }] : []));
    const counts = shown.reduce<Totals>(plus, NOTHING).reasons;
    return { range, step: SHAPES[range].step, points, counts };
  }

  /** Everything that is kept of a range, in the steps in which it is kept. */
  exact(range: Range, now: number): { readonly step: number; readonly points: readonly Point[] } {
    const { tier, span } = SHAPES[range];
    const ring = this.#rings[tier];
    return { step: ring.step, points: ring.since(now - span) };
  }

  #shown(range: Range, now: number): Point[] {
    const { tier, span, step } = SHAPES[range];
    return this.#rings[tier].since(now - span, step);
  }

  keep(): KeptSeries {
    const { seconds, minutes, hours } = this.#rings;
    return {
      seconds: seconds.all.map(rowOf),
      minutes: minutes.all.map(rowOf),
      hours: hours.all.map(rowOf),
    };
  }

  /** Adds what another process has counted. */
  take(kept: KeptSeries, now: number): void {
    this.revision++;
    for (const tier of ['seconds', 'minutes', 'hours'] as const) {
      this.#rings[tier].take(kept[tier].map(pointOf), now);
    }
  }
}
