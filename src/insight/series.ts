import type { Range, Series, SeriesPoint } from '../protocol.ts';

/** Counters since the process started. */
export interface Totals {
  readonly memory: number;
  readonly file: number;
  readonly shared: number;
  readonly misses: number;
}

const NOTHING: Totals = { memory: 0, file: 0, shared: 0, misses: 0 };

/** Width of a point in milliseconds, and how many are kept: the whole range. */
export const SHAPES: Readonly<Record<Range, { readonly step: number; readonly length: number }>> = {
  '5m': { step: 1000, length: 300 },
  '1h': { step: 10_000, length: 360 },
  '24h': { step: 300_000, length: 288 },
};

/** What happened per stretch of time, from samples of the counters: a hit itself records nothing here. */
class Ring {
  readonly #range: Range;
  readonly #points: SeriesPoint[] = [];

  constructor(range: Range) {
    this.#range = range;
  }

  add(now: number, delta: Totals): void {
    const { step, length } = SHAPES[this.#range];
    const t = Math.floor(now / step) * step;
    const last = this.#points.at(-1);
    const base = last?.t === t ? this.#points.pop() : undefined;
    this.#points.push({
      t,
      hits: {
        memory: (base?.hits.memory ?? 0) + delta.memory,
        file: (base?.hits.file ?? 0) + delta.file,
        shared: (base?.hits.shared ?? 0) + delta.shared,
      },
      misses: (base?.misses ?? 0) + delta.misses,
    });
    while (this.#points.length > 0 && (this.#points[0]?.t ?? 0) <= t - step * length) this.#points.shift();
  }

  read(now: number): Series {
    const { step, length } = SHAPES[this.#range];
    const from = now - step * length;
    return { range: this.#range, step, points: this.#points.filter((point) => point.t > from) };
  }
}

/** Hits by level and misses over three ranges; bounded. */
export class TimeSeries {
  readonly #rings: Readonly<Record<Range, Ring>> = {
    '5m': new Ring('5m'),
    '1h': new Ring('1h'),
    '24h': new Ring('24h'),
  };
  #last = NOTHING;

  /** Attributes what was counted since the last sample to `now`; called about once a second. */
  sample(now: number, totals: Totals): void {
    const last = this.#last;
    const delta: Totals = {
      memory: totals.memory - last.memory,
      file: totals.file - last.file,
      shared: totals.shared - last.shared,
      misses: totals.misses - last.misses,
    };
    this.#last = totals;
    if (delta.memory === 0 && delta.file === 0 && delta.shared === 0 && delta.misses === 0) return;
    for (const ring of Object.values(this.#rings)) ring.add(now, delta);
  }

  read(range: Range, now: number): Series {
    return this.#rings[range].read(now);
  }
}
