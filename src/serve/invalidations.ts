import { Hono } from 'hono';
import * as z from 'zod';
import type { Engine } from '../engine/engine.ts';
import { selectorSchema } from '../freshness/selector.ts';
import { fitting, readBody, readJson, readQuery } from './body.ts';

const yesOrNo = { error: '"preview" is true or false.' };
const querySchema = z.strictObject({ preview: z.enum(['true', 'false'], yesOrNo).optional() });

const undoSchema = z.strictObject({ id: z.string().min(1).max(200).optional() });

/** Makes entries unreachable, or tells what that would hit; and takes that back. */
export function invalidations(engine: Engine): Hono {
  const app = new Hono();
  app.post('/invalidate', async (context) => {
    const query = readQuery(querySchema, context.req.url);
    const { preview, selector } = split(await readJson(context.req.raw));
    if (!preview && query.preview !== 'true') return context.json(await engine.invalidate(selector));
    return context.json({ preview: true, ...(await engine.workspace.preview(selector)) });
  });
  app.post('/undo', async (context) => {
    const { id } = await readBody(undoSchema, context.req.raw);
    return context.json(await engine.undo(id));
  });
  app.get('/undo', (context) => context.json({ undoable: engine.workspace.undos() }));
  return app;
}

function split(body: unknown) {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  const { preview = false, ...rest } = isObject ? (body as Record<string, unknown>) : {};
  return {
    preview: fitting(z.boolean(yesOrNo), preview, 'request body'),
    selector: fitting(selectorSchema, isObject ? rest : body, 'request body'),
  };
}
