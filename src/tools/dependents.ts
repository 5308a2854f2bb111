import * as z from 'zod';
import type { Dependents } from '../analysis/graph/dependents.ts';
import { within } from './budget.ts';
import { cache, maxTokens, path, truncated } from './fields.ts';
import { runOptions } from './run-options.ts';
import { cacheNote, type Tool } from './tool.ts';

const input = z.strictObject({ path, maxTokens });

const output = z.strictObject({
  files: z.number().describe('How many files import it.'),
  dependents: z
    .array(z.string())
    .describe('"path:line kind", one for each import that leads there, by path; lines from 1.'),
  truncated,
  cache,
});

/** Who imports a file. */
export const dependentsTool: Tool<z.infer<typeof input>, z.infer<typeof output>> = {
  name: 'dependents',
  title: 'Dependents of a File',
  summary: 'Files that import a file',
  description:
    'Lists the files of the workspace that import one file directly, with the line and the kind of each import. Use it before changing what a file exports, and to find out how it is used. Files of one Go or Java package use each other without imports and are not listed for that. For the dependents of the dependents too, ask impact; for the uses of one name, references; for what the file itself imports, imports.',
  effect: 'reads',
  input,
  output,
  async run({ path: file, maxTokens: most }, context) {
    const answer = await context.engine.runner.run('dependents', { path: file }, runOptions(context));
    const { dependents } = answer.value as Dependents;
    const lines = dependents.flatMap(({ path: importer, imports }) =>
      imports.map(({ kind, range }) => `${importer}:${range.start.line + 1} ${kind}`),
    );
    const { items, truncated: cut } = within(lines, most);
    return {
      files: dependents.length,
      dependents: [...items],
      ...(cut && { truncated: cut }),
      cache: cacheNote(answer),
    };
  },
};
