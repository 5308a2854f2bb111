import { Hono } from 'hono';
import * as z from 'zod';
import type { Engine } from '../engine/engine.ts';
import { endpoint } from './endpoint.ts';

const number = z.number();
const ratio = number.describe('From 0 to 1.');

const saved = z.strictObject({
  calls: number.describe('Answers that needed no computation.'),
  measured: number.describe('Of them, those whose computation was measured when it ran.'),
  ms: number.optional(),
  modelCalls: number.optional().describe('Of the calls, those that stood in for a call of a model.'),
  counted: number.optional().describe('Of these, those whose tokens are known.'),
  priced: number.optional().describe('Of these, those whose price is known.'),
  tokens: z.strictObject({ input: number, output: number }).optional(),
  money: z.strictObject({ amount: number, currency: z.literal('USD') }).optional(),
});
const savedRows = z.array(saved.extend({ name: z.string().describe('"" is unknown.') }));

/** As in the protocol of the panel, which holds no code for this room to use. */
const PERIODS = ['today', '7d', '30d', 'all'] as const;

const savingsSchema = z.strictObject({
  period: z.enum(PERIODS),
  since: number.describe('ms since the epoch.'),
  total: saved,
  namespaces: savedRows,
  agents: savedRows,
  models: savedRows,
  days: z.array(z.strictObject({ t: number, calls: number, ms: number.optional() })),
  assumptions: z.array(z.string()),
});

const curveSchema = z.strictObject({
  points: z.array(z.strictObject({ bytes: number, missRatio: ratio })),
  now: z.strictObject({ bytes: number }),
  advised: z.strictObject({ bytes: number }).optional(),
  reads: number,
  sampled: number.describe('Keys that were followed.'),
});

const itemSchema = z.strictObject({
  id: z.string(),
  kind: z.string(),
  namespace: z.string().optional(),
  title: z.string(),
  text: z.string(),
  evidence: z.array(z.string()),
  change: z
    .strictObject({
      setting: z.string(),
      from: z.unknown().optional(),
      to: z.unknown(),
      text: z.string(),
    })
    .optional()
    .describe('The setting to change. Headless, nothing is changed: set it in the file of policies.'),
  keys: z.array(z.string()).optional().describe('To be invalidated instead.'),
  state: z.enum(['open', 'applied']),
});

const adviceSchema = z.strictObject({
  items: z.array(itemSchema),
  curve: curveSchema.optional(),
  actions: z.array(
    z.strictObject({
      id: z.string(),
      at: number,
      by: z.enum(['person', 'optimiser']),
      text: z.string(),
      why: z.string(),
      reverted: z.boolean(),
    }),
  ),
  none: z.string().optional().describe('Why there is no advice.'),
});

const diagnosisSchema = z.strictObject({
  namespaces: z.array(
    z.strictObject({
      namespace: z.string(),
      reads: number,
      hitRate: ratio,
      target: ratio.optional(),
      low: z.boolean(),
      misses: z.array(z.strictObject({ reason: z.string(), part: ratio })),
      causes: z.array(itemSchema),
    }),
  ),
});

/** What hits saved, and what would save more; nothing is changed through here. */
export function advice(engine: Engine): Hono {
  const app = new Hono();
  const savings = {
    summary: 'What hits saved',
    query: z.strictObject({ period: z.enum(PERIODS).default('7d') }),
  };
  app.get(
    '/savings',
    endpoint({ ...savings, answer: savingsSchema }, ({ query }) => engine.advice.savingsData(query.period)),
  );
  app.get(
    '/advice',
    endpoint({ summary: 'What to change, with the evidence', answer: adviceSchema }, () =>
      engine.advice.adviceData(),
    ),
  );
  app.get(
    '/diagnosis',
    endpoint({ summary: 'Why hit rates are what they are', answer: diagnosisSchema }, async () => ({
      namespaces: await engine.advice.diagnosis(),
    })),
  );
  app.get(
    '/miss-ratio',
    endpoint(
      {
        summary: 'Share of reads that would miss memory, by its size',
        answer: z.strictObject({ curve: curveSchema.optional().describe('Absent after too few reads.') }),
      },
      () => {
        const curve = engine.advice.missRatio();
        return curve ? { curve } : {};
      },
    ),
  );
  return app;
}
