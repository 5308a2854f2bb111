import { Hono } from 'hono';
import * as z from 'zod';
import type { Engine } from '../engine/engine.ts';
import { messageFields, sessionId, stateSchema } from '../notes/session-input.ts';
import { endpoint } from './endpoint.ts';
import { Problem } from './problem.ts';

const moment = z.number().describe('Milliseconds since the epoch.');
const agent = z.string().min(1).max(100).optional();
const redact = z.boolean().optional().describe('Take secrets out; otherwise they are refused.');
const redacted = z.array(z.string()).optional().describe('Kinds of the secrets that were taken out.');

const info = {
  id: z.string(),
  agent: z.string().optional(),
  total: z.number().describe('Messages that are kept.'),
  historyLimit: z.number(),
  createdAt: moment,
  updatedAt: moment,
};

const open = z.strictObject({
  id: sessionId.optional().describe('Made up when absent.'),
  agent,
  state: stateSchema.optional().describe('Merged into the state that is there (RFC 7396).'),
  historyLimit: z.int().min(1).optional(),
  redact,
});

const append = z.strictObject({ messages: z.array(z.strictObject(messageFields)).min(1), redact });

const oneChange = 'Send the whole "state", or a "patch" to be merged into it.';
const change = z
  .strictObject({ state: stateSchema.optional(), patch: stateSchema.optional(), redact })
  .refine(({ state, patch }) => (state === undefined) !== (patch === undefined), { error: oneChange });

const page = z.strictObject({
  last: z.coerce.number().int().min(0).max(1000).optional(),
  before: z.string().min(1).max(200).optional().describe('Where the page after it began, as that page said.'),
});

const id = z.strictObject({ id: sessionId });

/** Sessions: made or resumed, appended to, read and removed. */
export function sessions(engine: Engine): Hono {
  const app = new Hono();
  app.post(
    '/',
    endpoint(
      {
        summary: 'Makes a session, or resumes the one of an id',
        body: open,
        answer: z.strictObject({ ...info, state: stateSchema, created: z.boolean(), redacted }),
        problems: [422],
      },
      ({ body }) => engine.sessions.open(body),
    ),
  );
  app.get(
    '/',
    endpoint(
      {
        summary: 'The sessions, the one used last first',
        query: z.strictObject({ agent, limit: z.coerce.number().int().min(1).max(1000).optional() }),
        answer: z.strictObject({ sessions: z.array(z.strictObject(info)), total: z.number() }),
      },
      ({ query }) => engine.sessions.list(query),
    ),
  );
  app.get(
    '/:id',
    endpoint(
      {
        summary: 'A session with its state and the last of its messages',
        path: id,
        query: page,
        answer: z.strictObject({
          ...info,
          state: stateSchema,
          messages: z.array(z.strictObject({ role: z.string(), content: z.unknown(), at: moment })),
          before: z.string().optional().describe('For the page before this one; absent on the first.'),
        }),
        problems: [404],
      },
      ({ path, query }) => engine.sessions.read(path.id, query),
    ),
  );
  app.post(
    '/:id/messages',
    endpoint(
      {
        summary: 'Appends messages, all or none of them',
        path: id,
        body: append,
        answer: z.strictObject({ id: z.string(), total: z.number(), redacted }),
        problems: [404, 422],
      },
      ({ path, body: { messages, redact } }) =>
        engine.sessions.append(path.id, messages, { redact: redact ?? false }),
    ),
  );
  app.put(
    '/:id/state',
    endpoint(
      {
        summary: 'Replaces the state, or merges a patch into it (RFC 7396)',
        path: id,
        body: change,
        answer: z.strictObject({ id: z.string(), state: stateSchema }),
        problems: [404, 422],
      },
      async ({ path, body: { state, patch, redact } }) => {
        const wanted = state ? { replace: state } : { patch: patch ?? {} };
        const now = await engine.sessions.state(path.id, wanted, { redact: redact ?? false });
        return { id: path.id, state: now };
      },
    ),
  );
  app.delete(
    '/:id',
    endpoint(
      {
        summary: 'Removes a session for good',
        path: id,
        answer: z.strictObject({ id: z.string(), removed: z.literal(true) }),
        problems: [404],
      },
      async ({ path }) => {
        if (await engine.sessions.remove(path.id)) return { id: path.id, removed: true };
        throw new Problem(404, 'No such session', `There is no session "${path.id}".`);
      },
    ),
  );
  return app;
}
