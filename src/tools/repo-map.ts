import * as z from 'zod';
import { globField } from '../analysis/glob-field.ts';
import { focusField } from '../analysis/repo-map/ranking.ts';
import { MOST_TOKENS, type RepoMap } from '../analysis/repo-map/repo-map.ts';
import { cache } from './fields.ts';
import { runOptions } from './run-options.ts';
import { cacheNote, type Tool } from './tool.ts';

const input = z.strictObject({
  focus: focusField.describe(
    'Paths of source files that the work is about: they come first, then what they use.',
  ),
  exclude: z
    .array(globField)
    .max(50)
    .optional()
    .describe('Globs over files and folders that are not shown, for example "test" or "**/*.d.ts".'),
  maxTokens: z
    .number()
    .int()
    .min(100)
    .max(MOST_TOKENS)
    .default(2000)
    .describe('Largest map, in tokens as counted by o200k_base.'),
});

const output = z.strictObject({
  map: z
    .string()
    .describe(
      'Files by importance, each followed by its most important symbols: "  line kind name", lines from 1.',
    ),
  tokens: z.number().describe('Of the map.'),
  files: z.number().describe('On the map.'),
  of: z.number().describe('Source files in the workspace.'),
  cache,
});

/** What matters most in the workspace, in so many tokens. */
export const repoMapTool: Tool<z.infer<typeof input>, z.infer<typeof output>> = {
  name: 'repo_map',
  title: 'Map of the Workspace',
  summary: 'The most important files and symbols within a token budget',
  description:
    'Draws a map of the workspace within a token budget: its most important files and in each the symbols that other files use most. Use it first in a workspace that you do not know, and with "focus" to see what surrounds the files that you work on. Files and symbols are ranked by who uses whose names (PageRank); what is left out is less used, not unused. For one file ask outline, for one name symbols.',
  effect: 'reads',
  input,
  output,
  async run(params, context) {
    const answer = await context.engine.runner.run('repo-map', params, runOptions(context));
    return { ...(answer.value as RepoMap), cache: cacheNote(answer) };
  },
};
