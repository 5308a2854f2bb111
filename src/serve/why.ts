import { Hono } from 'hono';
import * as z from 'zod';
import type { Miss } from '../cache/guard.ts';
import { LEVELS } from '../cache/policy/policy.ts';
import type { Engine } from '../engine/engine.ts';
import { MOST_DEPENDENCIES } from '../insight/why/dependency-rows.ts';
import { originOf } from '../insight/why/story.ts';
import { keySchema } from '../tools/keys.ts';
import { missFields, shownMiss } from '../tools/miss-fields.ts';
import { endpoint } from './endpoint.ts';
import { entrySchema, shownEntry } from './listing.ts';

const at = z.number().describe('ms since the epoch.');
const lastMiss = z.strictObject({ ...missFields, at });

const shared = {
  key: z.string(),
  variants: z
    .array(
      z.strictObject({
        createdAt: at,
        bytes: z.number(),
        levels: z.array(z.enum(LEVELS)),
        current: z
          .boolean()
          .optional()
          .describe('Whether its inputs are so now; absent when that is not known.'),
      }),
    )
    .describe('What is stored for each state of the inputs, newest first.'),
  story: z
    .array(z.strictObject({ at, text: z.string() }))
    .describe('What happened to the key, newest first.'),
  dependents: z.array(z.string()).describe('Keys of entries that rest on it, the first 50.'),
  lastMiss: lastMiss.optional(),
};

const answer = z.union([
  z.strictObject({
    ...shared,
    cached: z.literal(true),
    entry: entrySchema,
    createdBy: z.strictObject({
      agents: z.array(z.string()).describe('Whom it was made for; empty when nobody said.'),
      tool: z.string().optional().describe('The analysis or tool that the key names.'),
    }),
    dependencies: z
      .array(
        z.strictObject({
          on: z.string(),
          subject: z.string(),
          state: z
            .enum(['same', 'changed', 'unknown'])
            .describe('Now, compared with what was computed from.'),
        }),
      )
      .describe(`The first ${MOST_DEPENDENCIES}.`),
    invalidatedBy: z.array(z.string()).describe('What would make it invalid.'),
  }),
  z.strictObject({
    ...shared,
    cached: z.literal(false),
    absence: z.strictObject(missFields).describe('Why it would be missed now.'),
  }),
]);

/** Why a key is served, or was not. */
export function why(engine: Engine): Hono {
  const app = new Hono();
  const description = {
    summary: 'Why a key is served, or was not',
    path: z.strictObject({ key: keySchema }),
    answer,
  };
  app.get(
    '/:key/why',
    endpoint(description, ({ path: { key } }) => whyOf(engine, key)),
  );
  return app;
}

/** What is known of a key; its value is not looked up. */
export async function whyOf(engine: Engine, key: string): Promise<z.output<typeof answer>> {
  const { cache } = engine.workspace;
  const told = (miss: Miss) => shownMiss(engine, miss);
  const last = engine.recorder.lastMiss(key);
  const { variants, story, dependents, dependencies, invalidatedBy } = await engine.inspection.facts(key);
  const of = {
    key,
    variants: variants.map((one) => ({ ...one, levels: [...one.levels] })),
    story: story.map(({ at, text }) => ({ at, text: engine.plain(text) })),
    dependents: [...dependents],
    ...(last && { lastMiss: { ...told(last), at: last.at } }),
  };
  const entry = cache.entry(key);
  if (!entry) return { ...of, cached: false, absence: told(await cache.absence(key)) };
  const { agents, tool } = originOf(entry);
  return {
    ...of,
    cached: true,
    entry: shownEntry(entry),
    createdBy: { agents: [...agents], ...(tool !== undefined && { tool }) },
    dependencies: dependencies.map(({ on, subject, state }) => ({ on, subject, state })),
    invalidatedBy: [...invalidatedBy],
  };
}
