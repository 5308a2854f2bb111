import * as z from 'zod';
import { requestFields } from '../cache/policy/narrow.ts';
import { declarationsSchema } from '../freshness/leases/declared.ts';
import { keyFields, namedKey } from './key-fields.ts';
import type { Tool } from './tool.ts';

const { ttl, tags } = requestFields;

const input = z.strictObject({
  ...keyFields,
  value: z
    .unknown()
    .refine((value) => value !== undefined, { error: 'Send the value to be kept.' })
    .describe('Any JSON.'),
  dependsOn: declarationsSchema
    .optional()
    .describe(
      'What the value rests on, for example ["src/a.ts", {"glob": "src/**/*.ts"}]: it is served only while all of it is unchanged. With nothing named, its lifetime alone counts.',
    ),
  lease: z.string().min(1).max(100).optional().describe('From agent_cache_lookup of the same key.'),
  ttl: ttl.describe('Lifetime at the most, for example "10 min"; the policy of the namespace may say less.'),
  tags: tags.describe('Names to invalidate it by; "/" and ":" make levels, as in "web/search".'),
});

const output = z.strictObject({
  key: z.string(),
  stored: z.boolean().describe('False when the policy of the namespace keeps nothing.'),
});

/** Keeps what an agent computed, with what it rests on. */
export const storeTool: Tool<z.infer<typeof input>, z.infer<typeof output>> = {
  name: 'store',
  title: 'Store a Result',
  summary: 'Keeps a result while what it rests on is unchanged',
  description:
    'Keeps a result of your own work for yourself and every other agent on this workspace. Name the files it rests on: it is served only while they are unchanged. Look the key up first (agent_cache_lookup) and pass the lease, so that a change during your work is noticed.',
  effect: 'writes',
  input,
  output,
  async run({ value, dependsOn, lease, ttl: lifetime, tags: names, ...named }, { engine, agent, request }) {
    const key = namedKey(named);
    const asked = {
      ...request,
      ...(lifetime !== undefined && { ttl: lifetime }),
      ...(names && { tags: names }),
    };
    const stored = await engine.workspace.put(key, value, {
      request: asked,
      ...(agent !== undefined && { agent }),
      ...(dependsOn && { dependsOn }),
      ...(lease !== undefined && { lease }),
    });
    return { key, stored };
  },
};
