import { Hono } from 'hono';
import * as z from 'zod';
import type { Engine } from '../engine/engine.ts';
import { endpoint } from './endpoint.ts';

const number = z.number();
const tokens = z.strictObject({ input: number, output: number });

const answersSchema = z.strictObject({
  proxy: z.enum(['on', 'off']),
  doors: z.array(z.strictObject({ provider: z.string(), url: z.string(), upstream: z.string() })),
  closed: z
    .strictObject({ reason: z.string(), setting: z.string().optional() })
    .optional()
    .describe('Why there are no doors although the proxy is on.'),
  counts: z
    .strictObject({
      requests: number,
      hits: number,
      similar: number,
      joined: number,
      misses: number,
      bypassed: number,
      failed: number,
    })
    .describe('Since the process started.'),
  stored: z.strictObject({ entries: number, bytes: number }),
  strategy: z
    .enum(['exact', 'semantic', 'none'])
    .describe('Of the namespace `response`, for agents without a policy of their own.'),
  matching: z.strictObject({
    questions: number,
    embedder: z.string().optional(),
    problem: z.string().optional(),
  }),
  models: z
    .array(
      z.strictObject({
        name: z.string().describe('"" is unknown.'),
        calls: number,
        measured: number,
        ms: number.optional(),
        tokens: tokens.optional(),
        money: z.strictObject({ amount: number, currency: z.literal('USD') }).optional(),
      }),
    )
    .describe('What hits avoided in the last 30 days.'),
  recent: z.array(
    z.strictObject({
      at: number.describe('ms since the epoch.'),
      key: z.string(),
      agent: z.string(),
      model: z.string(),
      status: z.enum(['hit', 'similar', 'miss', 'joined', 'bypassed', 'failed']),
      question: z.string().optional(),
      reason: z.string().optional(),
      ms: number,
      tokens: tokens.optional(),
    }),
  ),
  matches: z.array(
    z.strictObject({
      id: z.string(),
      at: number,
      asked: z.string(),
      found: z.string(),
      key: z.string(),
      similarity: number,
      by: z.enum(['near-duplicate', 'embedding']),
      outcome: z.enum(['served', 'below-threshold', 'gate', 'marked-wrong', 'no-embedder']),
      detail: z.string().optional(),
      marked: z.enum(['wrong', 'right']).optional(),
    }),
  ),
});

/** What models have answered, and what the cache made of it. */
export function answers(engine: Engine): Hono {
  const app = new Hono();
  app.get(
    '/',
    endpoint({ summary: 'Questions to models that came through the proxy', answer: answersSchema }, () =>
      engine.answers.data(),
    ),
  );
  return app;
}
