import { Hono } from 'hono';
import * as z from 'zod';
import type { Miss } from '../cache/guard.ts';
import type { RequestInput } from '../cache/policy/narrow.ts';
import type { Engine } from '../engine/engine.ts';
import { declarationsSchema } from '../freshness/leases/declared.ts';
import { fitting, readBody } from './body.ts';
import { jsonText } from './json-text.ts';
import { keyOf, keySchema, partsSchema } from './keys.ts';
import { Problem } from './problem.ts';

const agent = z.string().min(1).max(100).optional();

const putSchema = z.strictObject({
  value: z.unknown().refine((value) => value !== undefined, { error: 'Send the value to be kept.' }),
  /** Checked with the policy of the namespace, see `narrow.ts`. */
  tags: z.unknown().optional(),
  ttl: z.unknown().optional(),
  agent,
  dependsOn: declarationsSchema.optional(),
  cost: z.strictObject({ ms: z.number().nonnegative() }).optional(),
  lease: z.string().min(1).max(100).optional(),
});

const oneKey = 'Name a "key", or a "namespace" and "parts".';
const lookupSchema = z
  .strictObject({
    key: keySchema.optional(),
    namespace: z.string().min(1).max(100).optional(),
    parts: partsSchema.optional(),
    agent,
    /** What the value will rest on, to be fingerprinted before the lease is given. */
    dependsOn: declarationsSchema.optional(),
    /** Whether a miss gives a lease. */
    lease: z.boolean().default(true),
  })
  .transform(({ key, namespace, parts, ...rest }, context) => {
    if (key !== undefined && namespace === undefined && parts === undefined) return { key, ...rest };
    if (key === undefined && namespace !== undefined && parts !== undefined)
      return { key: keyOf(namespace, parts), ...rest };
    context.addIssue({ code: 'custom', message: oneKey });
    return z.NEVER;
  });

/** Values by key: read, look up with a lease, store, delete. */
export function values(engine: Engine): Hono {
  const { workspace } = engine;
  const app = new Hono();
  app.get('/:key', async (context) => {
    const key = pathKey(context.req.param('key'));
    const value = await workspace.get(key);
    if (value === undefined)
      throw new Problem(404, 'No such entry', `${key}: ${sentence(missOf(engine, key))}.`);
    return json({ key, value });
  });
  app.put('/:key', async (context) => {
    const key = pathKey(context.req.param('key'));
    const body = await readBody(putSchema, context.req.raw);
    const { value, agent, dependsOn, cost, lease, ...request } = body;
    const stored = await workspace.put(key, value, {
      request: request as RequestInput,
      ...(agent !== undefined && { agent }),
      ...(dependsOn && { dependsOn }),
      ...(cost && { cost }),
      ...(lease !== undefined && { lease }),
    });
    return json({ key, stored });
  });
  app.delete('/:key', async (context) => {
    const key = pathKey(context.req.param('key'));
    return json({ key, deleted: await workspace.delete(key) });
  });
  app.post('/lookup', async (context) => {
    const body = await readBody(lookupSchema, context.req.raw);
    const { key, agent, dependsOn = [], lease } = body;
    const value = await workspace.get(key);
    if (value !== undefined) return json({ hit: true, key, value });
    const { reason, detail } = missOf(engine, key);
    const tags = agent === undefined ? [] : [`agent:${agent}`];
    const given = lease && { lease: await workspace.leases.give(key, { tags, dependsOn }) };
    return json({ hit: false, key, reason, ...(detail !== undefined && { detail }), ...given });
  });
  return app;
}

function pathKey(given: string): string {
  return fitting(keySchema, given, 'key in the path');
}

function json(body: object): Response {
  const text = jsonText(body);
  if (text === undefined) {
    throw new Problem(
      422,
      'Not JSON',
      'The value of this entry has no JSON form: it can only be read by extensions.',
    );
  }
  return new Response(text, { headers: { 'content-type': 'application/json' } });
}

/** Why the key was not served just now. */
function missOf(engine: Engine, key: string): Miss {
  return engine.recorder.misses.findLast((miss) => miss.key === key) ?? { reason: 'never-cached' };
}

function sentence({ reason, detail }: Miss): string {
  return detail === undefined ? reason : `${reason}, ${detail}`;
}
