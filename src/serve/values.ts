import { Hono } from 'hono';
import * as z from 'zod';
import { requestFields } from '../cache/policy/narrow.ts';
import type { Engine } from '../engine/engine.ts';
import { declarationsSchema } from '../freshness/leases/declared.ts';
import { jsonText } from '../tools/json-text.ts';
import { keyOf, keySchema, partsSchema } from '../tools/keys.ts';
import { missFields, shownMiss } from '../tools/miss-fields.ts';
import { endpoint } from './endpoint.ts';
import { Problem } from './problem.ts';

const agent = z.string().min(1).max(100).optional();

const putSchema = z.strictObject({
  value: z.unknown().refine((value) => value !== undefined, { error: 'Send the value to be kept.' }),
  tags: requestFields.tags,
  ttl: requestFields.ttl,
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
    if (key !== undefined && namespace === undefined && parts === undefined)
      return { key, parts: undefined, ...rest };
    if (key === undefined && namespace !== undefined && parts !== undefined)
      return { key: keyOf(namespace, parts), parts, ...rest };
    context.addIssue({ code: 'custom', message: oneKey });
    return z.NEVER;
  });

const found = z.union([
  z.strictObject({ hit: z.literal(true), key: z.string(), value: z.unknown() }),
  z.strictObject({
    hit: z.literal(false),
    key: z.string(),
    ...missFields,
    lease: z.string().optional().describe('For PUT of the same key.'),
  }),
]);

const key = z.strictObject({ key: keySchema });

/** Values by key: read, look up with a lease, store, delete. */
export function values(engine: Engine): Hono {
  const { workspace } = engine;
  const app = new Hono();
  app.get(
    '/:key',
    endpoint(
      {
        summary: 'A value, while everything it rests on is unchanged',
        path: key,
        answer: z.strictObject({ key: z.string(), value: z.unknown() }),
        problems: [404, 422],
      },
      async ({ path: { key } }) => {
        const read = await engine.insight.read(key);
        if (!('miss' in read)) return json({ key, value: read.value });
        throw new Problem(404, 'No such entry', `${key}: ${sentence(shownMiss(engine, read.miss))}.`);
      },
    ),
  );
  app.put(
    '/:key',
    endpoint(
      {
        summary: 'Keeps a value, with what it rests on',
        path: key,
        body: putSchema,
        answer: z.strictObject({
          key: z.string(),
          stored: z.boolean().describe('False when the policy of the namespace keeps nothing.'),
        }),
        problems: [409, 422],
      },
      async ({ path: { key }, body: { value, agent, dependsOn, cost, lease, ttl, tags } }) => {
        const stored = await workspace.put(key, value, {
          request: { ...(ttl !== undefined && { ttl }), ...(tags && { tags }) },
          ...(agent !== undefined && { agent }),
          ...(dependsOn && { dependsOn }),
          ...(cost && { cost }),
          ...(lease !== undefined && { lease }),
        });
        return { key, stored };
      },
    ),
  );
  app.delete(
    '/:key',
    endpoint(
      {
        summary: 'Makes one entry unreachable',
        path: key,
        answer: z.strictObject({ key: z.string(), deleted: z.boolean() }),
      },
      async ({ path: { key } }) => ({ key, deleted: await workspace.delete(key) }),
    ),
  );
  app.post(
    '/lookup',
    endpoint(
      {
        summary: 'A value, or why not and a lease to store it under',
        body: lookupSchema,
        answer: found,
        problems: [422],
      },
      async ({ body: { key, parts, agent, dependsOn = [], lease } }) => {
        if (parts && !Array.isArray(parts)) engine.advice.told(key, parts);
        const read = await engine.insight.read(key, agent);
        if (!('miss' in read)) return json({ hit: true, key, value: read.value });
        const miss = shownMiss(engine, read.miss);
        const tags = agent === undefined ? [] : [`agent:${agent}`];
        const given = lease && { lease: await workspace.leases.give(key, { tags, dependsOn }) };
        return { hit: false, key, ...miss, ...given };
      },
    ),
  );
  return app;
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

function sentence({ reason, detail }: ReturnType<typeof shownMiss>): string {
  return detail === undefined ? reason : `${reason}, ${detail}`;
}
