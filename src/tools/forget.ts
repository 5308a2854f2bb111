import * as z from 'zod';
import { noteKey } from '../notes/note-input.ts';
import type { Tool } from './tool.ts';

const input = z.strictObject({
  key: noteKey.describe('The key of the note.'),
  restore: z
    .boolean()
    .optional()
    .describe('Bring back the note of this key that was forgotten last, instead; the last 20 can be.'),
});

const output = z.strictObject({
  key: z.string(),
  forgotten: z.boolean().optional().describe('False when there was no such note.'),
  restored: z.literal(true).optional(),
});

/** Takes a note away, or brings it back. */
export const forgetTool: Tool<z.infer<typeof input>, z.infer<typeof output>> = {
  name: 'forget',
  title: 'Forget a Note',
  summary: 'Takes a note away; the last 20 can be restored',
  description:
    'Takes away a remembered note that is wrong or that nobody needs any more. To correct a note, remember it again under the same key instead. With "restore": true a forgotten note comes back.',
  effect: 'removes',
  input,
  output,
  intent: ({ key, restore }) => `${restore ? 'Restoring' : 'Forgetting'} the note "${key}"`,
  async run({ key, restore }, { engine, agent }) {
    if (!restore) return { key, forgotten: await engine.notes.forget(key, agent) };
    await engine.notes.restore(key, agent);
    return { key, restored: true };
  },
};
