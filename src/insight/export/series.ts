import { MISS_REASONS } from '../../protocol/misses.ts';
import { LEVELS, RANGES } from '../../protocol.ts';
import type { TimeSeries } from '../series/time-series.ts';
import { csvLine } from './csv.ts';
import type { Format } from './format.ts';

const COLUMNS = ['range', 'stepMs', 't', 'memoryHits', 'fileHits', 'sharedHits', 'misses', 'evictions'];

/** All ranges in the steps in which they are kept, one after the other. */
export function* seriesText(series: TimeSeries, now: number, format: Format): Generator<string> {
  if (format === 'json') {
    const ranges = RANGES.map((range) => ({ range, ...series.exact(range, now) }));
    yield `${JSON.stringify({ at: now, ranges })}\n`;
    return;
  }
  yield csvLine([...COLUMNS, ...MISS_REASONS]);
  for (const range of RANGES) {
    const { step, points } = series.exact(range, now);
    for (const point of points) {
      const hits = LEVELS.map((level) => point[level]);
      const reasons = MISS_REASONS.map((reason) => point.reasons[reason] ?? 0);
      yield csvLine([range, step, point.t, ...hits, point.misses, point.evictions, ...reasons]);
    }
  }
}
