import * as z from 'zod';
import type { Outline, OutlineSymbol } from '../analysis/outline/symbols.ts';
import { within } from './budget.ts';
import { cache, maxTokens, path, truncated } from './fields.ts';
import { cacheNote, type Tool } from './tool.ts';

const input = z.strictObject({ path, maxTokens });

const output = z.strictObject({
  language: z.string(),
  symbols: z
    .array(z.string())
    .describe('One per line of the outline: "FIRST-LAST kind name", lines from 1, nesting by two spaces.'),
  errors: z.number().optional().describe('Syntax errors; with errors the outline may be partial.'),
  truncated,
  cache,
});

/** What a file declares, as lines that a model reads at a glance. */
export const outlineTool: Tool<z.infer<typeof input>, z.infer<typeof output>> = {
  name: 'outline',
  title: 'Outline of a File',
  summary: 'Symbols of a file with their lines',
  description:
    'Returns the symbols that one file declares (kind, name, first and last line, nesting) without its text. Use it before reading a file, to find the lines you need. Cached; always true for the file as it is now, unsaved text in the editor included.',
  effect: 'reads',
  input,
  output,
  async run({ path: file, maxTokens: most }, { engine, signal, agent, request }) {
    const options = { signal, ...(agent !== undefined && { agent }), ...(request && { request }) };
    const answer = await engine.runner.run('outline', { path: file }, options);
    const { language, symbols, errors } = answer.value as Outline;
    const { items, truncated: cut } = within(lines(symbols, ''), most);
    return {
      language,
      symbols: [...items],
      ...(errors !== undefined && { errors }),
      ...(cut && { truncated: cut }),
      cache: cacheNote(answer),
    };
  },
};

function lines(symbols: readonly OutlineSymbol[], indent: string): string[] {
  return symbols.flatMap(({ name, kind, range, children = [] }) => {
    const first = range.start.line + 1;
    const last = range.end.line + 1;
    const at = first === last ? `${first}` : `${first}-${last}`;
    return [`${indent}${at} ${kind} ${name}`, ...lines(children, `${indent}  `)];
  });
}
