import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Engine } from '../engine/engine.ts';
import { admit } from './admission.ts';
import { advice } from './advice.ts';
import { alerts } from './alerts.ts';
import { analyses } from './analyses.ts';
import { answers } from './answers.ts';
import { invalidations } from './invalidations.ts';
import { type Limits, MOST_BODY } from './limits.ts';
import { listing } from './listing.ts';
import { matches } from './matches.ts';
import { metrics } from './metrics.ts';
import { modelDoors } from './model-doors.ts';
import { notes } from './notes.ts';
import { documentRoutes } from './openapi.ts';
import { Problem } from './problem.ts';
import { problemOf } from './problems.ts';
import { providerCache } from './provider-cache.ts';
import { sessions } from './sessions.ts';
import { health } from './statistics.ts';
import { TokenBucket } from './token-bucket.ts';
import type { ToolDesk } from './tool-desk.ts';
import { toolRoutes } from './tool-routes.ts';
import { values } from './values.ts';
import { warming } from './warming.ts';
import { why } from './why.ts';

const MOST_PATH_SHOWN = 200;
/** For a client that went away, as others number it. */
const GONE = 499;

interface Parts {
  readonly engine: Engine;
  readonly token: string;
  readonly desk: ToolDesk;
  readonly limits: Limits;
  /** Makes the texts of errors fit to be told. */
  readonly plain: (text: string) => string;
  /** What speaks MCP. */
  readonly mcp: Hono;
}

/** Everything that is answered over HTTP: JSON in and out, problem details for errors. */
export function routes({ engine, token, desk, limits, plain, mcp }: Parts): Hono {
  const app = new Hono();
  const admitted = new TokenBucket(limits.perSecond, limits.burst);
  // Of their own, so that a page that floods this port with refused requests keeps nobody else out.
  const refused = new TokenBucket(limits.perSecond, limits.burst);
  app.use(async (context, next) => {
    await next();
    // The rest of a body would have to be read before another request can follow it.
    if (leftUnread(context.req.raw)) context.header('connection', 'close');
  });
  const enter = (check: () => void) => {
    try {
      check();
    } catch (error) {
      pass(refused);
      throw error;
    }
    pass(admitted);
  };
  // Before the rest: their tokens, and how much they take, are their own affair.
  app.route('/', modelDoors({ engine, token, enter }));
  app.use(async (context, next) => {
    enter(() => admit(context.req.raw, token));
    await next();
  });
  app.use(
    bodyLimit({
      maxSize: MOST_BODY,
      onError: () => {
        const detail = `A request has ${MOST_BODY} bytes at the most.`;
        throw new Problem(413, 'Body too large', detail, { connection: 'close' });
      },
    }),
  );
  app.route('/', mcp);
  app.route('/', health(engine, plain));
  app.route('/', metrics(engine));
  for (const part of [why, warming, listing, invalidations, values]) app.route('/api/v1/cache', part(engine));
  app.route('/api/v1/analysis', analyses(engine));
  app.route('/api/v1/insight', advice(engine));
  app.route('/api/v1/alerts', alerts(engine));
  app.route('/api/v1/answers', answers(engine));
  app.route('/api/v1/answers', matches(engine));
  app.route('/api/v1/provider-cache', providerCache(engine));
  app.route('/api/v1/notes', notes(engine));
  app.route('/api/v1/sessions', sessions(engine));
  app.route('/api/v1/tools', toolRoutes(desk));
  documentRoutes(app);
  app.notFound(({ req: { method, path } }) => {
    const shown = path.length > MOST_PATH_SHOWN ? `${path.slice(0, MOST_PATH_SHOWN)}…` : path;
    return new Problem(404, 'Not found', `There is no ${method} ${shown} here.`).toResponse();
  });
  app.onError((error, context) => {
    const problem = problemOf(error);
    if (problem) return problem.toResponse(plain);
    if (context.req.raw.signal.aborted) return new Response(null, { status: GONE }); // nobody hears it
    engine.recorder.problem('server', error);
    return new Problem(500, 'Internal error', 'The server failed to answer; its log says why.').toResponse();
  });
  return app;
}

function leftUnread(request: Request): boolean {
  const { headers } = request;
  const hasBody = headers.has('transfer-encoding') || Number(headers.get('content-length') ?? 0) > 0;
  return hasBody && !request.bodyUsed;
}

function pass(bucket: TokenBucket): void {
  const ms = bucket.take();
  if (ms === 0) return;
  const seconds = Math.ceil(ms / 1000);
  throw new Problem(429, 'Too many requests', `Try again in ${seconds} s.`, {
    'retry-after': String(seconds),
  });
}
