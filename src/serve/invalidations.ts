import { Hono } from 'hono';
import * as z from 'zod';
import { misfit } from '../cache/misfit.ts';
import type { Engine } from '../engine/engine.ts';
import { selectorFields, selectorSchema } from '../freshness/selector.ts';
import { endpoint } from './endpoint.ts';

const yesOrNo = { error: '"preview" is true or false.' };
const query = z.strictObject({ preview: z.enum(['true', 'false'], yesOrNo).optional() });

const optionalFields = Object.fromEntries(
  Object.entries(selectorFields).map(([name, field]) => [name, field.optional()]),
);

/** Exactly one of the fields, which `selectorSchema` sees to; and whether only to tell what it would hit. */
const body = z
  .strictObject({ ...optionalFields, preview: z.boolean(yesOrNo).optional() })
  .transform(({ preview = false, ...given }, context) => {
    const selector = selectorSchema.safeParse(given);
    if (selector.success) return { preview, selector: selector.data };
    context.addIssue({ code: 'custom', message: misfit(selector.error) });
    return z.NEVER;
  });

const counts = z.object({
  entries: z.number(),
  bytes: z.number(),
  levels: z.strictObject({ memory: z.number(), file: z.number(), shared: z.number() }),
});

const previewed = counts.extend({ preview: z.literal(true), examples: z.array(z.string()) }).strict();
const invalidated = counts
  .extend({
    undoable: z.number().describe('Keys of which something can come back.'),
    undo: z.string().optional().describe('For POST /undo; absent when nothing can come back.'),
  })
  .strict();

const selector = z.record(z.string(), z.unknown());

const undone = z.strictObject({
  id: z.string(),
  selector,
  cause: z.string(),
  entries: z.number(),
  bytes: z.number(),
});

const undoable = z.strictObject({
  undoable: z.array(
    z.looseObject({
      id: z.string(),
      at: z.number().describe('ms since the epoch.'),
      selector,
      cause: z.string(),
      undoable: z.number(),
      bytes: z.number(),
    }),
  ),
});

/** Makes entries unreachable, or tells what that would hit; and takes that back. */
export function invalidations(engine: Engine): Hono {
  const app = new Hono();
  app.post(
    '/invalidate',
    endpoint(
      {
        summary: 'Makes entries unreachable, or with "preview" tells what that would hit',
        query,
        body,
        answer: z.union([previewed, invalidated]),
        problems: [422],
      },
      async ({ query: { preview = 'false' }, body: { preview: told, selector } }) => {
        if (!told && preview !== 'true') return engine.invalidate(selector);
        return { preview: true, ...(await engine.workspace.preview(selector)) };
      },
    ),
  );
  app.post(
    '/undo',
    endpoint(
      {
        summary: 'Takes an invalidation back, the last one without an id',
        body: z.strictObject({ id: z.string().min(1).max(200).optional() }),
        answer: undone,
        problems: [409],
      },
      ({ body: { id } }) => engine.undo(id),
    ),
  );
  app.get(
    '/undo',
    endpoint({ summary: 'The invalidations that can be undone, newest first', answer: undoable }, () => ({
      undoable: engine.workspace.undos(),
    })),
  );
  return app;
}
