import * as z from 'zod';
import type { Definition } from '../analysis/references/definition.ts';
import { within } from './budget.ts';
import { cache, maxTokens, truncated } from './fields.ts';
import { by, checkNameOrPlace, fromServer, nameOrPlace, nameParams } from './name-or-place.ts';
import { placeLines } from './place-lines.ts';
import { runOptions } from './run-options.ts';
import { symbolLine } from './symbol-line.ts';
import { cacheNote, type Tool } from './tool.ts';

const input = z.strictObject({ ...nameOrPlace, maxTokens }).check(checkNameOrPlace);

const output = z.strictObject({
  by,
  name: z.string().optional().describe('The name that was looked for; by syntax only.'),
  definitions: z
    .array(z.string())
    .describe(
      'By syntax "path:line kind name", by language server "path:line text"; lines from 1, nearest first.',
    ),
  filesLeft: z.number().optional().describe('Further files that define the name.'),
  truncated,
  cache,
});

/** Where something is declared. */
export const definitionTool: Tool<z.infer<typeof input>, z.infer<typeof output>> = {
  name: 'definition',
  title: 'Go to Definition',
  summary: 'Where a name, or what stands at a place, is declared',
  description:
    'Tells where something is declared: for a place in a file (path, line, column) or for a name. For a place the language server of the editor answers if there is one, with the one right declaration; otherwise, and for a name, all declarations of that name in the workspace are listed, those in the file, in what it imports and in its folder first. Local variables and parameters are found by the language server only. When you know only a part of the name, ask symbols; for the uses, references.',
  effect: 'reads',
  input,
  output,
  async run({ maxTokens: most, ...asked }, context) {
    const server = await fromServer('definition', asked, context);
    if (server) {
      const { items, truncated: cut } = within(await placeLines(server.places, context.engine), most);
      const definitions = [...items];
      return { by: 'language server', definitions, ...(cut && { truncated: cut }), cache: server.cache };
    }
    const answer = await context.engine.runner.run('definition', nameParams(asked), runOptions(context));
    const { name, definitions, filesLeft } = answer.value as Definition;
    const { items, truncated: cut } = within(definitions.map(symbolLine), most);
    return {
      by: 'syntax',
      name,
      definitions: [...items],
      ...(filesLeft !== undefined && { filesLeft }),
      ...(cut && { truncated: cut }),
      cache: cacheNote(answer),
    };
  },
};
