import { Hono } from 'hono';
import * as z from 'zod';
import type { Engine } from '../engine/engine.ts';
import { endpoint } from './endpoint.ts';

const answer = z.strictObject({
  alerts: z.array(
    z.strictObject({
      name: z.string(),
      state: z.enum(['ok', 'firing', 'off']),
      muted: z.boolean(),
      mutedUntil: z
        .number()
        .optional()
        .describe('Milliseconds since the epoch; absent when it is not muted.'),
      value: z.number().optional().describe('In the unit of the metric; absent while there is none.'),
      since: z.number().describe('Of the state, milliseconds since the epoch.'),
      told: z.number().describe('How often it was told.'),
      toldAt: z.number().optional(),
    }),
  ),
});

/** What the rules of the setting agentCache.alerts watch, and what they found. */
export function alerts({ alerts }: Engine): Hono {
  const app = new Hono();
  app.get(
    '/',
    endpoint({ summary: 'What alerts watch, and which fire', answer }, () => ({
      alerts: alerts.state.map(({ rule: _, ...state }) => state),
    })),
  );
  return app;
}
