import * as z from 'zod';
import { searchFields } from '../analysis/search/params.ts';
import type { Found, Match } from '../analysis/search/search.ts';
import { within } from './budget.ts';
import { cache, maxTokens } from './fields.ts';
import { cacheNote, type Tool } from './tool.ts';

const { query, regex, caseSensitive, word, include, exclude, limit, context } = searchFields;

const input = z.strictObject({
  query: query.describe('What to look for within lines: a text, or a regular expression with "regex".'),
  regex: regex.describe('The query is a JavaScript regular expression, for example "\\bfoo\\(".'),
  caseSensitive: caseSensitive.describe('Tell upper and lower case apart; false unless given.'),
  word: word.describe('Match whole words only.'),
  include: include.describe('Globs of the files to search, for example ["src/**/*.ts"]; all unless given.'),
  exclude: exclude.describe('Globs of files and folders to leave out, for example ["**/test"].'),
  limit: limit.describe('Most matching lines, up to 2000; 200 unless given.'),
  context: context.describe('Lines to show before and after each match, up to 3.'),
  maxTokens,
});

const output = z.strictObject({
  matches: z
    .array(z.strictObject({ path: z.string(), lines: z.array(z.string()) }))
    .describe(
      'By file, "LINE: text" with lines from 1; "LINE- text" is a line of context. Long lines are cut.',
    ),
  files: z.number().describe('How many files were searched.'),
  skipped: z.number().optional().describe('Files that were not searched: binary or too large.'),
  truncated: z
    .strictObject({ shown: z.number(), of: z.number().optional() })
    .optional()
    .describe(
      'Matches that are shown, and how many there are if that is known; left out when all are shown.',
    ),
  cache,
});

/** Lines of the workspace's files that match. */
export const searchTool: Tool<z.infer<typeof input>, z.infer<typeof output>> = {
  name: 'search',
  title: 'Search in Files',
  summary: 'Lines that match a text or regular expression',
  description:
    'Searches the text of all files of the workspace and returns the lines that match, by file. Use it instead of grep. Files that .gitignore or the setting files.exclude leave out, node_modules and binary files are not searched. A match lies within one line. Cached; always true for the files as they are now, unsaved text in the editor included.',
  effect: 'reads',
  input,
  output,
  async run({ maxTokens: most, ...asked }, { engine, signal, agent, request }) {
    const options = { signal, ...(agent !== undefined && { agent }), ...(request && { request }) };
    const answer = await engine.runner.run('search', asked, options);
    const { matches, files, skipped, truncated } = answer.value as Found;
    const { items, truncated: cut } = within(matches, most);
    const of = truncated ? truncated.of : matches.length;
    const left = cut ?? truncated;
    return {
      matches: byFile(items),
      files,
      ...(skipped !== undefined && { skipped }),
      ...(left && { truncated: { shown: items.length, ...(of !== undefined && { of }) } }),
      cache: cacheNote(answer),
    };
  },
};

function byFile(matches: readonly Match[]): { path: string; lines: string[] }[] {
  const files: { path: string; lines: string[] }[] = [];
  for (const [path, inFile] of Map.groupBy(matches, (match) => match.path))
    files.push({ path, lines: withContext(inFile) });
  return files;
}

/** Every line once, in order; a line of context that matches itself is a match. */
function withContext(matches: readonly Match[]): string[] {
  const lines = new Map<number, string>();
  for (const { line, before = [], after = [] } of matches) {
    for (const [i, text] of before.entries()) lines.set(line - before.length + i, `- ${text}`);
    for (const [i, text] of after.entries()) lines.set(line + 1 + i, `- ${text}`);
  }
  for (const { line, text } of matches) lines.set(line, `: ${text}`);
  return [...lines].sort(([a], [b]) => a - b).map(([line, text]) => `${line}${text}`);
}
