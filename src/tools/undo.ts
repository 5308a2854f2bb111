import * as z from 'zod';
import type { Tool } from './tool.ts';

const input = z.strictObject({
  id: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('As agent_cache_invalidate gave it; the last invalidation when absent.'),
});

const output = z.strictObject({
  cause: z.string().describe('What the invalidation was.'),
  entries: z.number(),
  bytes: z.number(),
});

export const undoTool: Tool<z.infer<typeof input>, z.infer<typeof output>> = {
  name: 'undo',
  title: 'Undo an Invalidation',
  summary: 'Takes an invalidation back',
  description:
    'Takes an invalidation of cached results back: what it hit is served again as far as nothing else makes it out of date. The last 20 can be undone, for a day.',
  effect: 'writes',
  input,
  output,
  async run({ id }, { engine }) {
    const { cause, entries, bytes } = await engine.undo(id);
    return { cause, entries, bytes };
  },
};
