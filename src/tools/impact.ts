import * as z from 'zod';
import { type Impact, MOST_DEPTH } from '../analysis/graph/impact.ts';
import { within } from './budget.ts';
import { cache, maxTokens, path, truncated } from './fields.ts';
import { runOptions } from './run-options.ts';
import { cacheNote, type Tool } from './tool.ts';

const input = z.strictObject({
  path,
  depth: z
    .number()
    .int()
    .min(1)
    .max(MOST_DEPTH)
    .optional()
    .describe('How many imports in a row are followed; 5 unless given.'),
  maxTokens,
});

const output = z.strictObject({
  files: z.number().describe('How many files are reached.'),
  impact: z
    .array(z.string())
    .describe(
      '"depth path through file", nearest first; files of depth 1 import it themselves, the others through the file named.',
    ),
  deeper: z.literal(true).optional().describe('There are more files beyond the depth.'),
  truncated,
  cache,
});

/** What a change of a file can reach. */
export const impactTool: Tool<z.infer<typeof input>, z.infer<typeof output>> = {
  name: 'impact',
  title: 'Impact of a Change',
  summary: 'Files that a change of a file can reach',
  description:
    'Lists every file that imports one file, directly or through others: what a change of it can break, and which tests to run. Each file is named once with its least distance. It goes by imports alone; a file that is reached need not use what changes. For the direct ones with their lines, ask dependents.',
  effect: 'reads',
  input,
  output,
  async run({ maxTokens: most, ...params }, context) {
    const answer = await context.engine.runner.run('impact', params, runOptions(context));
    const { files, deeper } = answer.value as Impact;
    const lines = files.map(({ path: file, depth, through }) =>
      depth === 1 ? `1 ${file}` : `${depth} ${file} through ${through}`,
    );
    const { items, truncated: cut } = within(lines, most);
    return {
      files: files.length,
      impact: [...items],
      ...(deeper && { deeper }),
      ...(cut && { truncated: cut }),
      cache: cacheNote(answer),
    };
  },
};
