import { Hono } from 'hono';
import * as z from 'zod';
import type { Engine } from '../engine/engine.ts';
import { endpoint } from './endpoint.ts';

/** A question waits so long for the first reading of all transcripts, ms. */
const PATIENCE_MS = 20_000;

const number = z.number();
const ratio = number.optional().describe('Read ÷ (input + read + write), from 0 to 1; absent is unknown.');
const usd = number.optional().describe('What reading saved less what writing cost more; absent is unknown.');
/** As in the protocol of the panel, which holds no code for this room to use. */
const agent = z.enum(['claude-code', 'codex', 'copilot-chat', 'cline']);

const tokens = z
  .strictObject({
    input: number.optional().describe('Neither read from nor written to the cache.'),
    read: number.optional(),
    write5m: number.optional().describe('Written for five minutes.'),
    write1h: number.optional().describe('Written for an hour.'),
    output: number.optional(),
  })
  .describe('As the transcripts tell them; absent is unknown.');

const row = z.strictObject({
  agent,
  session: z.string(),
  title: z.string().optional(),
  model: z.string(),
  startedAt: number.describe('ms since the epoch.'),
  lastAt: number,
  requests: number,
  tokens,
  hitRate: ratio,
  savedUsd: usd,
  breaks: z
    .array(
      z.strictObject({
        at: number,
        cause: z.string(),
        tokens: number.describe('Not read, though they could.'),
      }),
    )
    .describe('Where a request read much less than the one before had read and written; newest first.'),
});

const answer = z.strictObject({
  state: z.enum(['off', 'reading', 'ready']),
  sources: z.array(
    z.strictObject({
      agent,
      state: z.enum(['read', 'none', 'off', 'failed']),
      files: number,
      skipped: number.describe('Rows that were not understood.'),
      problem: z.string().optional(),
    }),
  ),
  rows: z.array(row).describe('A row for each model of each session, newest first.'),
  more: number.describe('Rows that there are beyond these.'),
  total: z.strictObject({ tokens, hitRate: ratio, savedUsd: usd }),
  assumptions: z.array(z.string()),
});

/** What the transcripts of agents tell of the caches of their models' providers; off unless a person agreed. */
export function providerCache({ transcripts, plain }: Engine): Hono {
  const app = new Hono();
  const summary = "How well the cache of the models' providers works, by agents' own transcripts";
  app.get(
    '/',
    endpoint({ summary, answer }, async () => {
      const data = await transcripts.data(PATIENCE_MS);
      return { ...data, assumptions: data.assumptions.map(plain) };
    }),
  );
  return app;
}
