import * as z from 'zod';
import type { Tool } from './tool.ts';

const input = z.strictObject({});

const output = z.strictObject({
  files: z.number(),
  computed: z.number(),
  hits: z.number().describe('Already cached and unchanged.'),
  refused: z.number().describe('Files that cannot be analysed, such as too large ones.'),
  reasons: z.array(z.string()),
  ms: z.number(),
  cancelled: z.boolean(),
});

export const warmTool: Tool<z.infer<typeof input>, z.infer<typeof output>> = {
  name: 'warm',
  title: 'Warm the Workspace',
  summary: 'Analyses all source files ahead of the next question',
  description:
    'Analyses all source files of the workspace now, so that later questions are answered from the cache. Worth it once before many questions about the whole workspace; a warm workspace costs almost nothing to warm again.',
  effect: 'writes',
  input,
  output,
  async run(_input, { engine }) {
    const { reasons, ms, keys: _keys, unknown: _unknown, ...counts } = await engine.warm();
    return { ...counts, reasons: [...reasons], ms: Math.round(ms) };
  },
};
