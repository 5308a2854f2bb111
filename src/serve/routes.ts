import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Engine } from '../engine/engine.ts';
import { admit } from './admission.ts';
import { readJson } from './body.ts';
import { invalidations } from './invalidations.ts';
import { listing } from './listing.ts';
import { Problem } from './problem.ts';
import { problemOf } from './problems.ts';
import { values } from './values.ts';

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
  for (const part of [listing, invalidations, values]) app.route('/api/v1/cache', part(engine));
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
    const problem = problemOf(error);
    if (problem) return problem.toResponse();
    engine.recorder.problem('server', error);
    return new Problem(500, 'Internal error', 'The server failed to answer; its log says why.').toResponse();
  });
  return app;
}
