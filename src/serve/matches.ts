import { Hono } from 'hono';
import * as z from 'zod';
import type { Engine } from '../engine/engine.ts';
import { endpoint } from './endpoint.ts';
import { Problem } from './problem.ts';

const marks = z.enum(['wrong', 'right']);

const answer = z.strictObject({
  questions: z.number().describe('Answered questions that can be found.'),
  embedder: z.string().optional().describe('The model that embeds; absent, only near-duplicates are served.'),
  problem: z.string().optional().describe('Why the model fails.'),
  matches: z
    .array(
      z.strictObject({
        id: z.string(),
        at: z.number().describe('Milliseconds since the epoch.'),
        asked: z.string(),
        found: z.string(),
        key: z.string(),
        similarity: z.number(),
        by: z.enum(['near-duplicate', 'embedding']),
        outcome: z.enum(['served', 'below-threshold', 'gate', 'marked-wrong', 'no-embedder']),
        detail: z.string().optional(),
        marked: marks.optional(),
      }),
    )
    .describe('Newest first; 200 at the most.'),
});

const text = { error: 'The id of a match, as the list of matches has it.' };
const path = z.object({ id: z.string(text).min(1, text).max(100, text) });
const body = z.strictObject({
  marked: marks.meta({
    description:
      '"wrong": this pair is never served again. "right": this very question may be served this answer.',
  }),
});

/** Which questions resembled each other, and what a person says of it. */
export function matches({ matching }: Engine): Hono {
  const app = new Hono();
  app.get(
    '/matches',
    endpoint({ summary: 'What matched, and what was refused', answer }, () => {
      const { matching: state, matches: rows } = matching.data();
      return { ...state, matches: rows };
    }),
  );
  app.post(
    '/matches/:id',
    endpoint(
      {
        ...{ summary: 'Say whether a match is wrong or right', path, body, problems: [404] },
        answer: z.strictObject({ id: z.string(), marked: marks }),
      },
      async ({ path: { id }, body: { marked } }) => {
        if (await matching.mark(id, marked)) return { id, marked };
        throw new Problem(404, 'No such match', 'It is not, or no longer, in the list of matches.');
      },
    ),
  );
  return app;
}
