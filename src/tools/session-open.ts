import * as z from 'zod';
import { sessionId, stateSchema } from '../notes/session-input.ts';
import type { Tool } from './tool.ts';

const input = z.strictObject({
  id: sessionId
    .optional()
    .describe('The session to resume, or to make under this id; without, a new one with an id of its own.'),
  state: stateSchema
    .optional()
    .describe(
      'What is to be known when the session is resumed: goal, plan, progress. Merged into what is there: members are replaced by name, null removes one. 1 MB at the most.',
    ),
  historyLimit: z
    .int()
    .min(1)
    .optional()
    .describe(
      'Messages to keep: 1,000 unless given, and at the most unless the settings say otherwise; the oldest beyond it go.',
    ),
  redact: z.boolean().optional().describe('Take secrets out of the state. Otherwise they are refused.'),
});

const output = z.strictObject({
  id: z.string().describe('Keep it: it resumes the session, in this process or after a restart.'),
  created: z.boolean().describe('False when it was there.'),
  agent: z.string().optional().describe('Whose session it is.'),
  state: stateSchema,
  total: z.number().describe('Messages that are kept.'),
  updatedAt: z.string(),
  redacted: z.array(z.string()).optional().describe('Kinds of the secrets that were taken out.'),
});

/** Makes or resumes a session, and sets its state. */
export const sessionOpenTool: Tool<z.infer<typeof input>, z.infer<typeof output>> = {
  name: 'session_open',
  title: 'Open a Session',
  summary: 'Makes a session or resumes one by its id, and sets its state',
  description:
    'Makes a session that outlasts this conversation, or resumes one by its id: a state (goal, plan, progress) and a history of messages, on disk when this returns. Call it again with "state" to write down how far you are. Use a fixed id, such as the name of the task, to find the session again.',
  effect: 'writes',
  input,
  output,
  intent: ({ id }) => (id === undefined ? 'Opening a new session' : `Opening the session "${id}"`),
  async run(asked, { engine, agent }) {
    const opened = await engine.sessions.open({ ...asked, ...(agent !== undefined && { agent }) });
    const { id, created, state, total, updatedAt, redacted } = opened;
    return {
      id,
      created,
      ...(opened.agent !== undefined && { agent: opened.agent }),
      state,
      total,
      updatedAt: new Date(updatedAt).toISOString(),
      ...(redacted && { redacted: [...redacted] }),
    };
  },
};
