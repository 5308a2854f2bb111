import * as z from 'zod';

/** Fields that the formats share. Rows are written by others: what does not fit is a row that is not understood. */

export const count = z.int().min(0);
/** Unknown when it is absent or null. */
export const maybeCount = count.nullish().transform((value) => value ?? undefined);
export const name = z.string().min(1).max(300);
export const maybeName = name.optional().catch(undefined);
const LONGEST_TITLE = 200;
export const title = z.string().transform((text) => text.trim().slice(0, LONGEST_TITLE));

/** ISO 8601 to ms since the epoch. */
export const time = z
  .string()
  .max(40)
  .transform((text) => Date.parse(text))
  .pipe(z.number().min(0));

export const epochMs = z.number().min(0).max(8.64e15);
