import { Hono } from 'hono';
import * as z from 'zod';
import { LEVELS } from '../cache/policy/policy.ts';
import type { Engine } from '../engine/engine.ts';
import { endpoint } from './endpoint.ts';

const number = z.number();

const levelSchema = z.strictObject({
  level: z.enum(LEVELS),
  state: z.enum(['on', 'off', 'failing']),
  problem: z.string().optional(),
  hits: number,
  entries: number,
  bytes: number,
  errors: number,
});

const statisticsSchema = z.strictObject({
  hits: number.describe('Since the process started.'),
  misses: number,
  joined: number.describe('Reads that a running computation of the same key answered; not in "hits".'),
  computeMs: z.strictObject({ p50: number, p99: number }).optional(),
  savedMs: number.describe('Time that hits did not spend computing.'),
  levels: z.array(levelSchema),
  entries: number,
  unwritten: z.looseObject({ entries: number }).describe('Not yet on the levels below memory.'),
  namespaces: z.array(
    z.strictObject({
      name: z.string(),
      hits: z.strictObject({ memory: number, file: number, shared: number }),
      misses: number,
    }),
  ),
});

/** Everything that is counted; `plain` makes the texts of errors fit to be told. */
export function statistics(
  engine: Engine,
  plain: (text: string) => string,
): z.output<typeof statisticsSchema> {
  const { levels, ...counts } = engine.overview();
  const { size: entries, unwritten } = engine.workspace.cache;
  return {
    ...counts,
    levels: levels.map(({ problem, ...level }) => {
      return { ...level, ...(problem !== undefined && { problem: plain(problem) }) };
    }),
    entries,
    unwritten: { ...unwritten },
    namespaces: [...engine.namespaces].map(({ name, memoryHits, fileHits, sharedHits, misses }) => {
      return { name, hits: { memory: memoryHits, file: fileHits, shared: sharedHits }, misses };
    }),
  };
}

/** The counters, and whether every level that is configured works. */
export function health(engine: Engine, plain: (text: string) => string): Hono {
  const app = new Hono();
  const answer = z.strictObject({ status: z.enum(['ok', 'degraded']), reasons: z.array(z.string()) });
  app.get(
    '/healthz',
    endpoint({ summary: 'Whether every level works', answer }, () => {
      const { levels } = engine.overview();
      const reasons = levels.flatMap(({ level, problem }) =>
        problem === undefined ? [] : [`${level}: ${plain(problem)}`],
      );
      return { status: reasons.length === 0 ? 'ok' : 'degraded', reasons };
    }),
  );
  app.get(
    '/api/v1/cache/stats',
    endpoint({ summary: 'Hits, misses and what is stored', answer: statisticsSchema }, () =>
      statistics(engine, plain),
    ),
  );
  return app;
}
