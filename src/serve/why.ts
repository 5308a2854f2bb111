import { Hono } from 'hono';
import * as z from 'zod';
import type { Engine } from '../engine/engine.ts';
import { type Dependency, subjectOf } from '../freshness/dependency.ts';
import { Session } from '../freshness/entries/session.ts';
import { keySchema } from '../tools/keys.ts';
import { endpoint } from './endpoint.ts';
import { entrySchema, shownEntry } from './listing.ts';

/** Dependencies that are shown with their state. */
const MOST = 200;

const miss = z.strictObject({
  reason: z.string(),
  detail: z.string().optional(),
  at: z.number().describe('ms since the epoch.'),
});

const answer = z.union([
  z.strictObject({
    key: z.string(),
    cached: z.literal(true),
    entry: entrySchema,
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
      .describe(`The first ${MOST}.`),
    lastMiss: miss.optional(),
  }),
  z.strictObject({ key: z.string(), cached: z.literal(false), lastMiss: miss.optional() }),
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
  const found = engine.recorder.lastMiss(key);
  const { reason, detail, at } = found ?? {};
  const last = reason !== undefined &&
    at !== undefined && { lastMiss: { reason, ...(detail !== undefined && { detail }), at } };
  const entry = engine.workspace.cache.entry(key);
  if (!entry) return { key, cached: false, ...last };
  const some = entry.stamp.dependencies.slice(0, MOST);
  const states = await Promise.all(some.map((dependency) => stateOf(engine, key, dependency)));
  const dependencies = some.map((dependency, index) => {
    return { on: dependency.on, subject: subjectOf(dependency), state: states[index] ?? 'unknown' };
  });
  return { key, cached: true, entry: shownEntry(entry), dependencies, ...last };
}

/** Entries below are only glanced at: to know more of them would be to compute them. */
async function stateOf(engine: Engine, key: string, dependency: Dependency) {
  const { inputs } = engine.workspace;
  const now =
    dependency.on === 'entry'
      ? inputs.glance(dependency, () => false)
      : await inputs.settle(dependency, new Session(key), async () => undefined);
  if (now === undefined || now.kind === 'unreadable') return 'unknown';
  if (dependency.on === 'kind') return now.kind === dependency.kind ? 'same' : 'changed';
  const wanted = dependency.on === 'content' ? 'file' : dependency.on === 'names' ? 'folder' : 'value';
  return dependency.digest === (now.kind === wanted ? now.digest : null) ? 'same' : 'changed';
}
