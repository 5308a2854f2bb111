import * as z from 'zod';
import { MISS_REASONS } from '../../protocol/misses.ts';
import { RANGES } from '../../protocol.ts';

export const rangeSchema = z.enum(RANGES);

/** Misses by reason; reasons without any are left out. */
export const missCountsSchema = z.partialRecord(z.enum(MISS_REASONS), z.number().nonnegative());
