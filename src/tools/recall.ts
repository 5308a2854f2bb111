import * as z from 'zod';
import { noteKey, questionFields } from '../notes/note-input.ts';
import type { Recalled } from '../notes/notes.ts';
import { maxTokens, truncated } from './fields.ts';
import { fitNotes } from './recall-fit.ts';
import { type Tool, ToolError } from './tool.ts';

const { query, tags, limit, stale } = questionFields;

const input = z.strictObject({
  key: noteKey.optional().describe('The note of exactly this key; instead of "query".'),
  query: query.describe('Words to look for in the keys, tags and texts of notes; the best are first.'),
  tags: tags.describe('Only notes with all of these tags.'),
  limit: limit.describe('Notes at the most, up to 100; 10 unless given.'),
  stale: stale.describe(
    'Give the texts of notes that are out of date too: read the changed files before you rely on one.',
  ),
  maxTokens,
});

const output = z.strictObject({
  notes: z.array(
    z.strictObject({
      key: z.string(),
      text: z.string().optional(),
      cut: z
        .strictObject({ shown: z.number(), of: z.number() })
        .optional()
        .describe('Characters of the text that are shown: ask for the key alone, with a larger "maxTokens".'),
      stale: z
        .literal(true)
        .optional()
        .describe('Out of date: what it says may be wrong by now. Absent when it is true.'),
      changed: z
        .array(z.string())
        .optional()
        .describe('What is not as it was: "PATH changed", "PATH deleted".'),
      files: z.array(z.string()).optional().describe('What it rests on, unchanged.'),
      tags: z.array(z.string()).optional(),
      agent: z.string().optional().describe('Who remembered it.'),
      rememberedAt: z.string(),
    }),
  ),
  truncated,
});

/** What agents have written down, as far as it is still true. */
export const recallTool: Tool<z.infer<typeof input>, z.infer<typeof output>> = {
  name: 'recall',
  title: 'Recall Notes',
  summary: 'Notes by key or words, and whether they are still true',
  description:
    'Gives back what you or other agents have remembered about this workspace (agent_cache_remember), by key or by words. Use it before reading files for something that may have been found out already. A note comes with its text only while every file it rests on is unchanged, unsaved text in the editor included; otherwise you learn which files changed, and get the old text only with "stale": true. No notes: nothing was remembered.',
  effect: 'reads',
  input,
  output,
  async run({ key, maxTokens: most, ...question }, { engine, agent }) {
    if (key === undefined) return fitNotes(await engine.notes.search(question, agent), most);
    if (question.query !== undefined || question.tags !== undefined) {
      throw new ToolError('Name a "key", or a "query" and "tags": not both.');
    }
    const note: Recalled | undefined = await engine.notes.recall(key, {
      stale: question.stale ?? false,
      agent,
    });
    return fitNotes(note ? [note] : [], most);
  },
};
