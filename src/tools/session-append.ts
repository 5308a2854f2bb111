import * as z from 'zod';
import { messageFields, sessionId } from '../notes/session-input.ts';
import type { Tool } from './tool.ts';

const input = z.strictObject({
  id: sessionId.describe('As agent_cache_session_open gave it.'),
  messages: z
    .array(
      z.strictObject({
        role: messageFields.role.describe('Who says it: user, assistant, tool.'),
        content: messageFields.content.describe('A text, or any JSON; 256 KB at the most.'),
      }),
    )
    .min(1)
    .describe('In order. All of them are kept, or none.'),
  redact: z.boolean().optional().describe('Take secrets out. Otherwise messages with a secret are refused.'),
});

const output = z.strictObject({
  id: z.string(),
  total: z
    .number()
    .describe('Messages that are kept now; the oldest beyond the limit of the session are gone.'),
  redacted: z.array(z.string()).optional().describe('Kinds of the secrets that were taken out.'),
});

/** Adds to the history of a session. */
export const sessionAppendTool: Tool<z.infer<typeof input>, z.infer<typeof output>> = {
  name: 'session_append',
  title: 'Append to a Session',
  summary: 'Adds messages to the history of a session',
  description:
    'Adds messages to the history of a session, for whoever resumes it: what was asked, what was answered, what was decided. On disk when this returns; several agents can append to one session at once.',
  effect: 'writes',
  input,
  output,
  intent: ({ id, messages }) => `Appending ${messages.length} to the session "${id}"`,
  async run({ id, messages, redact }, { engine }) {
    const { total, redacted } = await engine.sessions.append(id, messages, { redact: redact ?? false });
    return { id, total, ...(redacted && { redacted: [...redacted] }) };
  },
};
