import * as z from 'zod';
import { pathField } from '../analysis/file-params.ts';

/** Fields that several tools share, described for a model. */

export const path = pathField.describe(
  'File path relative to the workspace folder, with "/" between folders, for example "src/extension.ts".',
);

/** Lists are cut so that an answer stays within about so many tokens. */
export const maxTokens = z
  .number()
  .int()
  .min(100)
  .max(50_000)
  .default(4000)
  .describe('Largest answer, in tokens (about 4 characters each); what is left out is counted.');

export const cache = z
  .union([
    z.strictObject({ hit: z.literal(true), level: z.string() }),
    z.strictObject({
      hit: z.literal(false),
      reason: z.string().optional(),
      detail: z.string().optional(),
    }),
  ])
  .describe('Whether the answer came from the cache; either way it is true for the files as they are now.');

/** Present when something was left out. */
export const truncated = z
  .strictObject({ shown: z.number(), of: z.number() })
  .optional()
  .describe('Left out when the answer is complete.');
