import * as z from 'zod';
import { scopeField } from '../analysis/symbols/path-scope.ts';
import { type FoundSymbols, KINDS } from '../analysis/symbols/symbols.ts';
import { within } from './budget.ts';
import { cache, maxTokens, truncated } from './fields.ts';
import { runOptions } from './run-options.ts';
import { symbolLine } from './symbol-line.ts';
import { cacheNote, type Tool } from './tool.ts';

const input = z.strictObject({
  query: z
    .string()
    .min(1)
    .max(200)
    .describe(
      'A name or a part of one: "WorkspaceCache", "workspacecache", "Works", "WC" (first letters of its words), "Cache".',
    ),
  kind: z.enum(KINDS).optional().describe('Only declarations of this kind.'),
  path: scopeField
    .optional()
    .describe('Only in this file, folder or glob, for example "src/cache" or "src/**/*.ts".'),
  limit: z.number().int().min(1).max(1000).optional().describe('Most declarations; 50 unless given.'),
  maxTokens,
});

const output = z.strictObject({
  symbols: z.array(z.string()).describe('"path:line kind name", best first; lines from 1.'),
  left: z
    .number()
    .optional()
    .describe('How many further names fit, of whichever kind; narrow the query or raise the limit.'),
  truncated,
  cache,
});

/** Declarations by name across the workspace. */
export const symbolsTool: Tool<z.infer<typeof input>, z.infer<typeof output>> = {
  name: 'symbols',
  title: 'Find Symbols',
  summary: 'Declarations by name across the workspace',
  description:
    'Finds declarations (classes, functions, methods, types, constants …) by a name or a part of one in all source files. Use it when you know roughly what something is called and not where it is. Matches are ranked: the exact name, another case, its beginning, the beginnings of its words, a part of it. For the exact declaration behind a use, ask definition; for all uses, references; for text that is no declared name, search; for everything that one file declares, outline.',
  effect: 'reads',
  input,
  output,
  async run({ maxTokens: most, ...params }, context) {
    const answer = await context.engine.runner.run('symbols', params, runOptions(context));
    const { symbols, left } = answer.value as FoundSymbols;
    const { items, truncated: cut } = within(symbols.map(symbolLine), most);
    return {
      symbols: [...items],
      ...(left !== undefined && { left }),
      ...(cut && { truncated: cut }),
      cache: cacheNote(answer),
    };
  },
};
