import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { AnalysisError } from '../analysis/analysis.ts';
import type { Engine } from '../engine/engine.ts';
import { PathError } from '../freshness/disk.ts';
import { GlobError } from '../freshness/glob.ts';
import { selectorSchema } from '../freshness/selector.ts';
import { admit } from './admission.ts';
import { Problem, parseBody } from './problem.ts';

/** Largest request body, bytes. */
const MOST_BODY = 1024 * 1024;

/** The REST interface: JSON in and out, problem details for errors. */
export function routes(engine: Engine, token: string): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    admit(context.req.raw, token);
    await next();
  });
  app.use(
    bodyLimit({
      maxSize: MOST_BODY,
      onError: () =>
        new Problem(413, 'Body too large', `A request has ${MOST_BODY} bytes at the most.`).toResponse(),
    }),
  );
  app.get('/healthz', (context) => {
    const { levels } = engine.overview();
    const reasons = levels.flatMap((level) => (level.problem ? [`${level.level}: ${level.problem}`] : []));
    return context.json({ status: reasons.length === 0 ? 'ok' : 'degraded', reasons });
  });
  app.get('/api/v1/cache/stats', (context) => {
    const state = engine.overview();
    const namespaces = [...engine.namespaces].map(({ name, memoryHits, fileHits, sharedHits, misses }) => {
      return { name, hits: { memory: memoryHits, file: fileHits, shared: sharedHits }, misses };
    });
    const { size: entries, unwritten } = engine.workspace.cache;
    return context.json({ ...state, entries, unwritten, namespaces });
  });
  app.post('/api/v1/cache/invalidate', async (context) => {
    const selector = parseBody(selectorSchema, await readJson(context.req.raw));
    return context.json(await engine.invalidate(selector));
  });
  app.post('/api/v1/analysis/:name', async (context) => {
    const control = context.req.header('cache-control') ?? '';
    const answer = await engine.runner.run(context.req.param('name'), await readJson(context.req.raw), {
      signal: context.req.raw.signal,
      recompute: /\bno-cache\b/i.test(control),
    });
    return context.json(answer);
  });
  app.notFound((context) => {
    return new Problem(
      404,
      'Not found',
      `There is no ${context.req.method} ${context.req.path} here.`,
    ).toResponse();
  });
  app.onError((error) => {
    if (error instanceof Problem) return error.toResponse();
    if (error instanceof AnalysisError || error instanceof PathError || error instanceof GlobError) {
      return new Problem(422, 'Cannot be answered', error.message).toResponse();
    }
    engine.recorder.problem('server', error);
    return new Problem(500, 'Internal error', 'The server failed to answer; its log says why.').toResponse();
  });
  return app;
}

async function readJson(request: Request): Promise<unknown> {
  const text = await request.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem(400, 'The request body is not JSON', (error as Error).message);
  }
}
