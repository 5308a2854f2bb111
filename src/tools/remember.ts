import * as z from 'zod';
import { noteFields } from '../notes/note-input.ts';
import type { Tool } from './tool.ts';

const { key, text, files, tags, redact } = noteFields;

const input = z.strictObject({
  key: key.describe(
    'What the note is about, short and stable, so that it is found again and replaced by a later one: "how src/cache evicts", "decision: error handling".',
  ),
  text: text.describe('What you found out, as you would tell it to a colleague. 64 KB at the most.'),
  files: files.describe(
    'Every file that it rests on, relative to the workspace folder, 256 at the most; also a file that is missing, if that matters. When one of them changes, the note counts as out of date. Without files it never does.',
  ),
  tags: tags.describe('Names to find it by, for example ["architecture"].'),
  redact: redact.describe('Take secrets out of the text. Otherwise a text with a secret is refused.'),
});

const output = z.strictObject({
  key: z.string(),
  restsOn: z.number().describe('Files that it rests on.'),
  absent: z.array(z.string()).optional().describe('Of these, the ones that do not exist: is the path right?'),
  replaced: z
    .strictObject({ rememberedAt: z.string(), agent: z.string().optional() })
    .optional()
    .describe('The note of the same key that it took the place of.'),
  redacted: z.array(z.string()).optional().describe('Kinds of the secrets that were taken out.'),
});

/** What an agent found out, kept while the files say so. */
export const rememberTool: Tool<z.infer<typeof input>, z.infer<typeof output>> = {
  name: 'remember',
  title: 'Remember a Note',
  summary: 'Writes down what was found out, with the files it rests on',
  description:
    'Writes down what you found out about files (a summary, how something works, a decision and its reasons), so that you or another agent need not read them again, also in later sessions. Name the files it rests on: agent_cache_recall gives the note back while they are unchanged, and otherwise says which changed. Remember right after reading: the note stands for the files as they are now. A note of the same key is replaced.',
  effect: 'writes',
  input,
  output,
  intent: ({ key: name }) => `Remembering the note "${name}"`,
  async run(note, { engine, agent }) {
    const { absent, replaced, redacted, ...remembered } = await engine.notes.remember({
      ...note,
      ...(agent !== undefined && { agent }),
    });
    return {
      key: remembered.key,
      restsOn: remembered.files.length,
      ...(absent.length > 0 && { absent: [...absent] }),
      ...(replaced && {
        replaced: { ...replaced, rememberedAt: new Date(replaced.rememberedAt).toISOString() },
      }),
      ...(redacted && { redacted: [...redacted] }),
    };
  },
};
