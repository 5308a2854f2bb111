import * as z from 'zod';
import { MISS_REASONS, type Miss } from '../cache/guard.ts';
import type { Engine } from '../engine/engine.ts';

/** Why a key was missed, in answers. */
export const missFields = {
  reason: z.enum(MISS_REASONS),
  detail: z.string().optional().describe('Which input, cause, policy, level or setting.'),
  since: z
    .number()
    .optional()
    .describe(
      'When it expired, was evicted, was invalidated or was noticed to have changed; ms since the epoch.',
    ),
  undo: z.string().optional().describe('The invalidation by its id, while it can be undone.'),
};

/** A miss as agents are told: an error in it names no path outside the workspace. */
export function shownMiss(
  { workspace, plain }: Engine,
  miss: Miss,
): z.output<z.ZodObject<typeof missFields>> {
  const { reason, detail, since } = miss;
  const undo = workspace.undoOf(miss);
  return {
    reason,
    ...(detail !== undefined && { detail: plain(detail) }),
    ...(since !== undefined && { since }),
    ...(undo !== undefined && { undo }),
  };
}
