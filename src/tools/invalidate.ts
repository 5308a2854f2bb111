import * as z from 'zod';
import { describe, type SelectorInput, selectorFields, selectorSchema } from '../freshness/selector.ts';
import { type Tool, ToolError } from './tool.ts';

const text = z.string().min(1).max(4096).optional();

const input = z.strictObject({
  key: text.describe('One key.'),
  keys: z.array(z.string().min(1).max(4096)).min(1).max(1000).optional().describe('Several keys.'),
  tag: text.describe('A tag and all below it, for example "analysis/outline" or "folder/src".'),
  tags: z.array(z.string().min(1).max(4096)).min(1).max(1000).optional().describe('Any of these tags.'),
  pattern: text.describe('A glob over keys, for example "tool:web_search:*".'),
  regex: text.describe('A regular expression over keys.'),
  namespace: text.describe('A whole namespace.'),
  agent: text.describe('What this agent stored.'),
  topic: text.describe('What depends on a topic, for example "tool:web_search".'),
  file: text.describe('What rests on the content of this workspace file.'),
  level: z.enum(['memory', 'file']).optional().describe('Clears one level.'),
  olderThan: z
    .union([z.string().min(1).max(50), z.number().nonnegative()])
    .optional()
    .describe('What was created longer ago, for example "7 d".'),
  all: z.literal(true).optional().describe('Everything.'),
  preview: z.boolean().optional().describe('Only tells what would be hit.'),
});

const counts = {
  entries: z.number(),
  bytes: z.number(),
  levels: z.strictObject({ memory: z.number(), file: z.number(), shared: z.number() }),
};

const output = z.union([
  z.strictObject({ preview: z.literal(true), ...counts, examples: z.array(z.string()) }),
  z.strictObject({
    ...counts,
    undo: z.string().optional().describe('Pass it to agent_cache_undo to take this back.'),
    undoable: z.number(),
  }),
]);

/** Makes entries unreachable, undoably. */
export const invalidateTool: Tool<z.infer<typeof input>, z.infer<typeof output>> = {
  name: 'invalidate',
  title: 'Invalidate Cached Results',
  summary: 'Makes cached results unreachable, undoably',
  description:
    'Makes cached results unreachable; name exactly one of key, keys, tag, tags, pattern, regex, namespace, agent, topic, file, level, olderThan, all. You never need it after editing files: answers follow the files by themselves. Use it for results that rest on something outside the workspace, such as a web page. Says what was hit; agent_cache_undo takes it back.',
  effect: 'removes',
  input,
  output,
  intent: ({ preview, ...selector }) =>
    preview ? `Looking at what invalidating ${named(selector)} would hit` : `Invalidating ${named(selector)}`,
  async run({ preview, ...given }, { engine }) {
    const selector = selectorOf(given);
    if (!preview) return { ...(await engine.invalidate(selector)) };
    const { examples, ...hit } = await engine.workspace.preview(selector);
    return { preview: true, ...hit, examples: [...examples] };
  },
};

function selectorOf(given: object): SelectorInput {
  const parsed = selectorSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new ToolError(`Name exactly one of ${Object.keys(selectorFields).join(', ')}.`);
}

function named(given: object): string {
  const parsed = selectorSchema.safeParse(given);
  return parsed.success ? describe(parsed.data) : 'cached results';
}
