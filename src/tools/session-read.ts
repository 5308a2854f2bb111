import * as z from 'zod';
import { type Message, sessionId } from '../notes/session-input.ts';
import { maxTokens } from './fields.ts';
import type { Tool } from './tool.ts';

/** Characters of JSON that make about one token. */
const PER_TOKEN = 4;

const input = z.strictObject({
  id: sessionId.describe('As agent_cache_session_open gave it.'),
  last: z.int().min(1).max(1000).default(20).describe('Messages at the most, the newest.'),
  before: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('For the messages before those of an earlier answer, its "before".'),
  maxTokens,
});

const output = z.strictObject({
  messages: z
    .array(
      z.strictObject({
        role: z.string(),
        content: z.unknown(),
        at: z.string(),
        cut: z
          .strictObject({ shown: z.number(), of: z.number() })
          .optional()
          .describe(
            'The content is the start of its JSON text: ask with a larger "maxTokens" for all of it.',
          ),
      }),
    )
    .describe('The oldest first.'),
  total: z.number().describe('Messages that the session keeps.'),
  before: z
    .string()
    .optional()
    .describe('Pass it on for the messages before these; absent when there are none.'),
});

/** The history of a session, from its end. */
export const sessionReadTool: Tool<z.infer<typeof input>, z.infer<typeof output>> = {
  name: 'session_read',
  title: 'Read a Session',
  summary: 'The last messages of a session',
  description:
    'Gives the last messages of a session, the oldest first, to go on where it was left. Its state comes with agent_cache_session_open. "before" leads to earlier messages.',
  effect: 'reads',
  input,
  output,
  async run({ id, last, before, maxTokens: most }, { engine }) {
    const page = await engine.sessions.read(id, { last, before });
    const count = fitting(page.messages, most);
    // The cursor of a shorter page lies elsewhere; messages never change, only older ones go.
    const shorter =
      count === page.messages.length ? page : await engine.sessions.read(id, { last: count, before });
    const messages = shorter.messages.map((message) => shown(message, count === 1 ? most : undefined));
    return {
      messages,
      total: shorter.total,
      ...(shorter.before !== undefined && { before: shorter.before }),
    };
  },
};

/** How many of the newest fit into so many tokens; one at the least. */
function fitting(messages: readonly Message[], maxTokens: number): number {
  let left = maxTokens * PER_TOKEN;
  const tooMany = messages.toReversed().findIndex((message) => {
    left -= JSON.stringify(message).length + 1;
    return left < 0;
  });
  return tooMany < 0 ? messages.length : Math.max(1, tooMany);
}

function shown({ role, content, at }: Message, maxTokens: number | undefined) {
  const message = { role, content, at: new Date(at).toISOString() };
  const text = JSON.stringify(content);
  if (maxTokens === undefined || text.length <= maxTokens * PER_TOKEN) return message;
  const start = (typeof content === 'string' ? content : text).slice(0, maxTokens * PER_TOKEN);
  return { ...message, content: start, cut: { shown: start.length, of: text.length } };
}
