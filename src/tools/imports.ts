import * as z from 'zod';
import type { Import, Imports } from '../analysis/imports/imports.ts';
import { within } from './budget.ts';
import { cache, maxTokens, path, truncated } from './fields.ts';
import { runOptions } from './run-options.ts';
import { cacheNote, type Tool } from './tool.ts';

const input = z.strictObject({ path, maxTokens });

const output = z.strictObject({
  language: z.string(),
  imports: z
    .array(z.string())
    .describe(
      '"line kind specifier -> where it leads", in source order, lines from 1: workspace paths, "package NAME" outside the workspace, or "nothing" that exists.',
    ),
  errors: z.number().optional().describe('Syntax errors; with errors the list may be partial.'),
  truncated,
  cache,
});

/** What a file imports and where that leads. */
export const importsTool: Tool<z.infer<typeof input>, z.infer<typeof output>> = {
  name: 'imports',
  title: 'Imports of a File',
  summary: 'What a file imports and where it leads',
  description:
    'Lists what one file imports and resolves each import as its language does: to files of the workspace (a Go package or a Java ".*" to its folder), to a package outside, or to nothing. Use it to see what a file needs without reading it. For the other direction, who imports the file, ask dependents.',
  effect: 'reads',
  input,
  output,
  async run({ path: file, maxTokens: most }, context) {
    const answer = await context.engine.runner.run('imports', { path: file }, runOptions(context));
    const { language, imports, errors } = answer.value as Imports;
    const { items, truncated: cut } = within(imports.map(line), most);
    return {
      language,
      imports: [...items],
      ...(errors !== undefined && { errors }),
      ...(cut && { truncated: cut }),
      cache: cacheNote(answer),
    };
  },
};

function line({ range, kind, specifier, targets, external }: Import): string {
  const outside = external === undefined ? 'nothing' : `package ${external}`;
  const where = targets?.map((target) => target || 'the root folder').join(', ') ?? outside;
  return `${range.start.line + 1} ${kind} ${specifier} -> ${where}`;
}
