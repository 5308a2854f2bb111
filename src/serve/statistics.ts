import { Hono } from 'hono';
import * as z from 'zod';
import { LEVELS } from '../cache/policy/policy.ts';
import type { Engine } from '../engine/engine.ts';
import { missCountsSchema } from '../insight/series/schemas.ts';
import { endpoint } from './endpoint.ts';

const number = z.number();
const ms = number.describe('Milliseconds.');

const state = z.enum(['on', 'off', 'failing']);

const levelSchema = z.strictObject({
  level: z.enum(LEVELS),
  state,
  problem: z.string().optional(),
  hits: number,
  entries: number,
  bytes: number,
  errors: number,
});

const hits = z.strictObject({ memory: number, file: number, shared: number });

/** What one kind of thing took; quantiles are up to a fifth too high. */
const times = z.array(
  z.strictObject({ name: z.string(), count: number, totalMs: ms, p50: ms, p99: ms, max: ms }),
);

const statisticsSchema = z.strictObject({
  hits: number.describe('Since the process started.'),
  misses: number,
  missReasons: missCountsSchema,
  joined: number.describe('Reads that a running computation of the same key answered; not in "hits".'),
  computeMs: z.strictObject({ p50: number, p99: number }).optional(),
  savedMs: number.describe('Time that hits did not spend computing.'),
  evictions: z.strictObject({ memory: number, file: number }).describe('Values for which there was no room.'),
  levels: z.array(levelSchema),
  entries: number,
  unwritten: z.looseObject({ entries: number }).describe('Not yet on the levels below memory.'),
  namespaces: z.array(
    z.strictObject({
      name: z.string(),
      hits,
      misses: number,
      joined: number,
      evictions: number.describe('From memory.'),
      savedMs: number,
      hitRate: number.optional().describe('0 to 1; absent before the first read.'),
      target: number.optional().describe('The hit rate that its policy names.'),
    }),
  ),
  models: z
    .array(
      z.strictObject({
        name: z.string(),
        calls: number,
        counted: number.describe('Calls whose tokens are known.'),
        priced: number.describe('Calls whose price is known.'),
        tokens: z
          .strictObject({ input: number, output: number })
          .optional()
          .describe('As the provider counted them; absent when that is known of no call.'),
        money: z
          .strictObject({ amount: number, currency: z.literal('USD') })
          .optional()
          .describe('By the list prices of the providers; absent when that is known of no call.'),
      }),
    )
    .describe('Calls of models that hits stood in for, since the process started.'),
  latency: z
    .strictObject({ levels: times, namespaces: times, agents: times, tools: times })
    .describe('From asking to answering, of what agents and people asked for.'),
  levelReads: times.describe('What the levels below memory took to answer.'),
  producers: times.describe('What computing took; the 20 that took most in all.'),
  tags: z
    .array(z.strictObject({ tag: z.string(), entries: number, bytes: number }))
    .describe('The 20 with most bytes under them.'),
});

/** Everything that is counted; `plain` makes the texts of errors fit to be told. */
export function statistics(
  engine: Engine,
  plain: (text: string) => string,
): z.output<typeof statisticsSchema> {
  const { levels, namespaces, models, latency, levelReads, producers, tags, ...counts } =
    engine.insight.statistics();
  return {
    ...counts,
    levels: levels.map(({ problem, ...level }) => {
      return { ...level, ...(problem !== undefined && { problem: plain(problem) }) };
    }),
    namespaces: namespaces.map((row) => ({ ...row, hits: { ...row.hits } })),
    models: [...models],
    latency: {
      levels: [...latency.levels],
      namespaces: [...latency.namespaces],
      agents: [...latency.agents],
      tools: [...latency.tools],
    },
    levelReads: [...levelReads],
    producers: [...producers],
    tags: [...tags],
  };
}

const healthSchema = z.strictObject({
  status: z.enum(['ok', 'degraded']),
  reasons: z.array(z.string()).describe('What does not work as configured, a sentence each.'),
  levels: z.array(z.strictObject({ level: z.enum(LEVELS), state, problem: z.string().optional() })),
});

/** The counters, and whether everything works that is configured. */
export function health(engine: Engine, plain: (text: string) => string): Hono {
  const app = new Hono();
  app.get(
    '/healthz',
    endpoint({ summary: 'Whether everything works, and what does not', answer: healthSchema }, () => {
      const { status, reasons, levels } = engine.insight.health();
      return {
        status,
        reasons: reasons.map(plain),
        levels: levels.map(({ problem, ...level }) => {
          return { ...level, ...(problem !== undefined && { problem: plain(problem) }) };
        }),
      };
    }),
  );
  app.get(
    '/api/v1/cache/stats',
    endpoint({ summary: 'Hits, misses, latencies and what is stored', answer: statisticsSchema }, () =>
      statistics(engine, plain),
    ),
  );
  return app;
}
