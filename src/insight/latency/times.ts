import type { Histogram } from './histogram.ts';
import type { Labelled } from './labelled.ts';

/** What one kind of thing took, ms. */
export interface TimesRow {
  readonly name: string;
  readonly count: number;
  readonly totalMs: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Those that took most in all come first. */
export function timesOf(histograms: Labelled<Histogram>, most = Number.POSITIVE_INFINITY): TimesRow[] {
  return [...histograms]
    .filter(([, { count }]) => count > 0)
    .sort(([, a], [, b]) => b.sumMs - a.sumMs)
    .slice(0, most)
    .map(([name, times]) => {
      const { count, sumMs: totalMs, maxMs: max } = times;
      return { name, count, totalMs, p50: times.quantile(0.5) ?? 0, p99: times.quantile(0.99) ?? 0, max };
    });
}
