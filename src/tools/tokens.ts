import * as z from 'zod';
import type { FileTokens } from '../analysis/tokens/file-tokens.ts';
import { type GlobTokens, ONE_OF_BOTH, oneOfBoth, tokensFields } from '../analysis/tokens/tokens.ts';
import { cache, path } from './fields.ts';
import { cacheNote, type Tool } from './tool.ts';

const input = z
  .strictObject({
    path: path.optional(),
    glob: tokensFields.glob.describe(
      'Files to count together, relative to the workspace folder, for example "src/**/*.ts" or "**"; instead of "path".',
    ),
  })
  .refine(oneOfBoth, ONE_OF_BOTH);

const output = z.strictObject({
  tokens: z.number().describe('In the encoding o200k_base, which is close for other models too.'),
  bytes: z.number(),
  lines: z.number().optional().describe('Of one file.'),
  files: z.number().optional().describe('How many files of the glob were counted.'),
  largest: z.array(z.string()).optional().describe('Files with the most tokens: "TOKENS path".'),
  skipped: z.number().optional().describe('Files that are binary or too large.'),
  cache,
});

/** What reading files would cost a model. */
export const tokensTool: Tool<z.infer<typeof input>, z.infer<typeof output>> = {
  name: 'tokens',
  title: 'Tokens of Files',
  summary: 'How many tokens files have',
  description:
    'Counts the tokens of one file, or of all files of a glob with the largest of them, without returning their text. Use it before reading files, to see what fits into the context. Ignored files are left out of globs. Cached; always true for the files as they are now, unsaved text in the editor included.',
  effect: 'reads',
  input,
  output,
  async run(asked, { engine, signal, agent, request }) {
    const options = { signal, ...(agent !== undefined && { agent }), ...(request && { request }) };
    const answer = await engine.runner.run('tokens', asked, options);
    const value = answer.value as FileTokens | GlobTokens;
    if (!('largest' in value)) return { ...value, cache: cacheNote(answer) };
    const largest = value.largest.map(({ path: file, tokens }) => `${tokens} ${file}`);
    return { ...value, largest, cache: cacheNote(answer) };
  },
};
