import { Hono } from 'hono';
import * as z from 'zod';
import { LEVELS } from '../cache/policy/policy.ts';
import type { Engine } from '../engine/engine.ts';
import { ASKING_HEADERS, askingOf } from './asking.ts';
import { endpoint } from './endpoint.ts';
import { within } from './tool-desk.ts';

const answer = z.strictObject({
  value: z.unknown(),
  hit: z.boolean(),
  level: z.enum(LEVELS).optional().describe('Where a hit came from.'),
  reason: z.string().optional().describe('Why a miss was one.'),
  detail: z.string().optional(),
  ms: z.number().describe('From asking to answering.'),
});

/** The analyses by name, as the cache keeps them; the tools give them in fewer words. */
export function analyses(engine: Engine): Hono {
  const app = new Hono();
  const description = {
    summary: 'The answer of an analysis, from the cache or computed',
    path: z.strictObject({ name: z.string().min(1).max(100) }),
    body: z.unknown().describe('The parameters of the analysis, such as {"path": "src/a.ts"}.'),
    headers: ASKING_HEADERS,
    answer,
    problems: [422] as const,
  };
  app.post(
    '/:name',
    endpoint(description, async ({ path: { name }, body, request }) => {
      const recompute = /\bno-cache\b/i.test(request.headers.get('cache-control') ?? '');
      const given = await engine.runner.run(name, body, { ...askingOf(request), recompute });
      return new Response(within(JSON.stringify(given)), { headers: { 'content-type': 'application/json' } });
    }),
  );
  return app;
}
