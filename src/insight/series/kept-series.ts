import * as z from 'zod';
import type { Point } from './point.ts';
import { missCountsSchema } from './schemas.ts';

/** What one tier keeps at the most. */
export const LENGTHS = { seconds: 300, minutes: 1440, hours: 720 } as const;

const count = z.number().nonnegative();
const row = z.tuple([
  z.number().describe('t, ms since the epoch.'),
  count.describe('Hits in memory.'),
  count.describe('Hits on the file level.'),
  count.describe('Hits on the shared level.'),
  count.describe('Misses.'),
  count.describe('Evictions.'),
  missCountsSchema,
]);

/** The series of one process as it is written down, a row for each point. */
export const keptSeriesSchema = z.strictObject({
  seconds: z.array(row).max(LENGTHS.seconds),
  minutes: z.array(row).max(LENGTHS.minutes),
  hours: z.array(row).max(LENGTHS.hours),
});

export type KeptSeries = z.infer<typeof keptSeriesSchema>;

export function rowOf({ t, memory, file, shared, misses, evictions, reasons }: Point) {
  const row: KeptSeries['hours'][number] = [t, memory, file, shared, misses, evictions, { ...reasons }];
  return row;
}

export function pointOf([
  t,
  memory,
  file,
  shared,
  misses,
  evictions,
  reasons,
]: KeptSeries['hours'][number]): Point {
  return { t, memory, file, shared, misses, evictions, reasons: reasons as Point['reasons'] };
}
