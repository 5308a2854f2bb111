import * as z from 'zod';
import { pathField } from '../analysis/file-params.ts';
import { within } from './budget.ts';
import { cache, maxTokens, truncated } from './fields.ts';
import type { Diagnostic } from './language-host.ts';
import { uncached } from './name-or-place.ts';
import { type Tool, ToolError } from './tool.ts';

/** Worst first. */
const SEVERITIES = ['error', 'warning', 'information', 'hint'] as const;

const input = z.strictObject({
  path: z
    .union([z.literal(''), pathField])
    .default('')
    .describe('A file or folder relative to the workspace folder; the whole workspace when empty or absent.'),
  severity: z
    .enum(SEVERITIES)
    .optional()
    .describe('Only these and worse ones: "warning" gives errors and warnings; all unless given.'),
  maxTokens,
});

const count = z.number().optional();

const output = z.strictObject({
  counts: z
    .strictObject({ error: count, warning: count, information: count, hint: count })
    .describe('How many there are of each severity, also of those that are not listed.'),
  diagnostics: z
    .array(z.string())
    .describe('"path:line:column severity source(code): message", worst first, then by path; lines from 1.'),
  truncated,
  cache,
});

/** What language servers and linters complain about in the editor. */
export const diagnosticsTool: Tool<z.infer<typeof input>, z.infer<typeof output>> = {
  name: 'diagnostics',
  title: 'Diagnostics',
  summary: 'Errors and warnings that the editor shows',
  description:
    'Lists the errors and warnings that the editor shows now for a file, a folder or the whole workspace, from compilers, language servers and linters. Use it after an edit to see what it broke. Many language servers tell only of files that are open, so an empty answer for a closed file proves nothing, and right after an edit they may not have looked yet. Never cached.',
  effect: 'reads',
  input,
  output,
  needsLanguageHost: true,
  async run({ path, severity = 'hint', maxTokens: most }, { languages }) {
    if (!languages)
      throw new ToolError('Diagnostics come from the editor: this tool answers inside VS Code only.');
    const all = await languages.diagnostics(path);
    const wanted = SEVERITIES.slice(0, SEVERITIES.indexOf(severity) + 1);
    const listed = all.filter((each) => wanted.includes(each.severity)).sort(worstFirst);
    const { items, truncated: cut } = within(listed.map(line), most);
    const counts = SEVERITIES.map((each) => [each, all.filter((one) => one.severity === each).length]);
    return {
      counts: Object.fromEntries(counts.filter(([, found]) => found !== 0)),
      diagnostics: [...items],
      ...(cut && { truncated: cut }),
      cache: uncached('diagnostics are never cached'),
    };
  },
};

function worstFirst(a: Diagnostic, b: Diagnostic): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    (a.path < b.path ? -1 : a.path > b.path ? 1 : 0) ||
    a.range.start.line - b.range.start.line ||
    a.range.start.character - b.range.start.character
  );
}

function line({ path, range, severity, source, code, message }: Diagnostic): string {
  const place = `${path}:${range.start.line + 1}:${range.start.character + 1}`;
  const who = `${source ?? ''}${code === undefined ? '' : `(${code})`}`;
  return `${place} ${severity}${who && ` ${who}`}: ${message.replace(/\s*[\r\n]\s*/g, ' ')}`;
}
