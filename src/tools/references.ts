import * as z from 'zod';
import type { Reference, References } from '../analysis/references/references.ts';
import { scopeField, scopeTest } from '../analysis/symbols/path-scope.ts';
import { within } from './budget.ts';
import { cache, maxTokens, truncated } from './fields.ts';
import { by, checkNameOrPlace, fromServer, nameOrPlace, nameParams } from './name-or-place.ts';
import { placeLines } from './place-lines.ts';
import { runOptions } from './run-options.ts';
import { cacheNote, type Tool } from './tool.ts';

const LIMIT = 200;

const input = z
  .strictObject({
    ...nameOrPlace,
    inside: scopeField
      .optional()
      .describe('Only in this file, folder or glob, for example "src/cache" or "test/**/*.ts".'),
    limit: z.number().int().min(1).max(2000).default(LIMIT).describe('Most references.'),
    maxTokens,
  })
  .check(checkNameOrPlace);

const output = z.strictObject({
  by,
  name: z.string().optional().describe('The name that was looked for; by syntax only.'),
  references: z
    .array(z.string())
    .describe(
      '"path:line text of the line", lines from 1; by syntax followed by "(in SYMBOL)" around it or "(declares KIND)".',
    ),
  left: z
    .number()
    .optional()
    .describe('Further references beyond the limit in the files that were looked at.'),
  filesLeft: z.number().optional().describe('Further files that mention the name and were not looked at.'),
  truncated,
  cache,
});

/** Where something is used. */
export const referencesTool: Tool<z.infer<typeof input>, z.infer<typeof output>> = {
  name: 'references',
  title: 'Find References',
  summary: 'Where a name, or what stands at a place, is used',
  description:
    'Lists where something is used, with the text of each line: for a place in a file (path, line, column) or for a name. For a place the language server of the editor answers if there is one, with the uses of that very thing; otherwise, and for a name, every mention of the name in code is listed, never in comments and strings, whatever it means there. Use it before renaming or changing something. For text in comments, strings and other files ask search; for who imports a whole file, dependents.',
  effect: 'reads',
  input,
  output,
  async run({ maxTokens: most, inside, limit, ...asked }, context) {
    const server = await fromServer('references', asked, context);
    if (server) {
      const inScope = inside === undefined ? () => true : scopeTest(inside);
      const places = server.places.filter(({ path }) => inScope(path));
      const left = places.length - limit;
      const lines = await placeLines(places.slice(0, limit), context.engine);
      const { items, truncated: cut } = within(lines, most);
      return {
        by: 'language server',
        references: [...items],
        ...(left > 0 && { left }),
        ...(cut && { truncated: cut }),
        cache: server.cache,
      };
    }
    const params = { ...nameParams(asked), limit, ...(inside !== undefined && { inside }) };
    const answer = await context.engine.runner.run('references', params, runOptions(context));
    const { name, references, left, filesLeft } = answer.value as References;
    const { items, truncated: cut } = within(references.map(referenceLine), most);
    return {
      by: 'syntax',
      name,
      references: [...items],
      ...(left !== undefined && { left }),
      ...(filesLeft !== undefined && { filesLeft }),
      ...(cut && { truncated: cut }),
      cache: cacheNote(answer),
    };
  },
};

function referenceLine({ path, range, text, declares, within: around }: Reference): string {
  const place = declares ? ` (declares ${declares})` : around === undefined ? '' : ` (in ${around})`;
  return `${path}:${range.start.line + 1} ${text}${place}`;
}
