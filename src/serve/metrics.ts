import { Hono } from 'hono';
import * as z from 'zod';
import type { Engine } from '../engine/engine.ts';
import { FORMATS, TYPES, WHAT } from '../insight/export/format.ts';
import { CONTENT_TYPE } from '../insight/prometheus/text-format.ts';
import { missCountsSchema, rangeSchema } from '../insight/series/schemas.ts';
import { endpoint } from './endpoint.ts';
import { IDENTITY } from './identity.ts';

const count = z.number();

const seriesSchema = z.strictObject({
  range: rangeSchema,
  step: count.describe('Width of a point, ms.'),
  points: z
    .array(
      z.strictObject({
        t: count.describe('Its first moment, ms since the epoch.'),
        hits: z.strictObject({ memory: count, file: count, shared: count }),
        misses: count,
        evictions: count,
        reasons: missCountsSchema.describe('Misses by reason.'),
      }),
    )
    .describe('Oldest first; those in which nothing happened are left out.'),
});

/** What is counted, for other programs: Prometheus, spreadsheets, scripts. */
export function metrics(engine: Engine): Hono {
  const app = new Hono();
  app.get(
    '/metrics',
    endpoint(
      {
        summary: 'Every metric, in the text format of Prometheus',
        answer: z.string(),
        types: ['text/plain'],
      },
      async () => {
        const text = await engine.insight.metrics(IDENTITY.version);
        return new Response(text, { headers: { 'content-type': CONTENT_TYPE } });
      },
    ),
  );
  app.get(
    '/api/v1/metrics/series',
    endpoint(
      {
        summary: 'Hits, misses by reason and evictions over time',
        query: z.strictObject({ range: rangeSchema.default('1h') }),
        answer: seriesSchema,
      },
      ({ query: { range } }) => {
        const { step, points } = engine.insight.series.exact(range, Date.now());
        const shown = points.map(({ t, memory, file, shared, misses, evictions, reasons }) => {
          return { t, hits: { memory, file, shared }, misses, evictions, reasons };
        });
        return { range, step, points: shown };
      },
    ),
  );
  app.get(
    '/api/v1/export',
    endpoint(
      {
        summary: 'What is counted or listed, as a file',
        query: z.strictObject({
          what: z.enum(WHAT).default('statistics'),
          format: z.enum(FORMATS).default('json'),
        }),
        answer: z.unknown().describe('As JSON or CSV; entries come without their values.'),
        types: ['application/json', 'text/csv'],
      },
      ({ query: { what, format } }) => {
        const headers = {
          'content-type': TYPES[format],
          'content-disposition': `attachment; filename="agent-cache-${what}.${format}"`,
        };
        const text = ReadableStream.from(engine.insight.export(what, format)) as ReadableStream<string>;
        return new Response(text.pipeThrough(new TextEncoderStream()), { headers });
      },
    ),
  );
  return app;
}
