import { Hono } from 'hono';
import * as z from 'zod';
import type { Engine } from '../engine/engine.ts';
import { noteFields, noteKey, questionFields } from '../notes/note-input.ts';
import type { NotesError, NotesErrorCode } from '../notes/notes-error.ts';
import { askingOf } from './asking.ts';
import { endpoint } from './endpoint.ts';
import { Problem } from './problem.ts';

const moment = z.number().describe('Milliseconds since the epoch.');

const about = {
  key: z.string(),
  tags: z.array(z.string()).readonly(),
  agent: z.string().optional(),
  rememberedAt: moment,
};

const recalled = z.union([
  z.strictObject({
    ...about,
    stale: z.literal(false),
    text: z.string(),
    files: z.array(z.string()).readonly(),
  }),
  z.strictObject({
    ...about,
    stale: z.literal(true),
    changed: z.array(
      z.strictObject({ path: z.string(), how: z.enum(['changed', 'deleted', 'created', 'unreadable']) }),
    ),
    text: z.string().optional(),
  }),
]);

const remembered = z.strictObject({
  key: z.string(),
  rememberedAt: moment,
  files: z.array(z.string()),
  absent: z.array(z.string()).describe('Of the files, those that do not exist.'),
  replaced: z
    .strictObject({ rememberedAt: moment, agent: z.string().optional() })
    .optional()
    .describe('The note of the same key that it took the place of.'),
  redacted: z.array(z.string()).optional().describe('Kinds of the secrets that were taken out.'),
});

const yesOrNo = z.enum(['true', 'false']).optional();

const search = z.strictObject({
  query: questionFields.query.describe('Words; without, all notes, the newest first.'),
  tag: z.string().min(1).max(100).optional(),
  limit: z.coerce.number().int().min(1).max(100).optional(),
  stale: yesOrNo.describe('Whether notes that are out of date come with their texts.'),
});

const key = z.strictObject({ key: noteKey });

const READER = {
  'X-Agent-Cache-Agent':
    'Who asks, or remembers unless the note says so: what it asks a model through the proxy rests on the notes that it was told.',
};

/** Notes: written down, looked for, forgotten and restored. */
export function notes(engine: Engine): Hono {
  const app = new Hono();
  app.post(
    '/',
    endpoint(
      {
        summary: 'Remembers a note, with the files it rests on',
        headers: READER,
        body: z.strictObject(noteFields),
        answer: remembered,
        problems: [422],
      },
      ({ body, request }) => engine.notes.remember({ agent: askingOf(request).agent, ...body }),
    ),
  );
  app.get(
    '/',
    endpoint(
      {
        summary: 'The notes that fit best, those that are still true first',
        headers: READER,
        query: search,
        answer: z.strictObject({ notes: z.array(recalled) }),
      },
      async ({ query: { query, tag, limit, stale }, request }) => {
        const tags = tag === undefined ? undefined : [tag];
        const question = { query, tags, limit, stale: stale === 'true' };
        return { notes: await engine.notes.search(question, askingOf(request).agent) };
      },
    ),
  );
  app.get(
    '/:key',
    endpoint(
      {
        summary: 'A note, with its text while the files it rests on are unchanged',
        headers: READER,
        path: key,
        query: z.strictObject({ stale: yesOrNo }),
        answer: recalled,
        problems: [404],
      },
      async ({ path, query: { stale }, request }) => {
        const { agent } = askingOf(request);
        const note = await engine.notes.recall(path.key, { stale: stale === 'true', agent });
        if (note) return note;
        throw new Problem(404, 'No such note', `There is no note "${path.key}".`);
      },
    ),
  );
  app.delete(
    '/:key',
    endpoint(
      {
        summary: 'Forgets a note; the last 20 can be restored',
        headers: READER,
        path: key,
        answer: z.strictObject({ key: z.string(), forgotten: z.boolean() }),
      },
      async ({ path, request }) => {
        const forgotten = await engine.notes.forget(path.key, askingOf(request).agent);
        return { key: path.key, forgotten };
      },
    ),
  );
  app.post(
    '/:key/restore',
    endpoint(
      {
        summary: 'Brings back the note of this key that was forgotten last',
        headers: READER,
        path: key,
        answer: recalled,
        problems: [404, 409, 422],
      },
      ({ path, request }) => engine.notes.restore(path.key, askingOf(request).agent),
    ),
  );
  return app;
}

const PROBLEMS: Readonly<Record<NotesErrorCode, readonly [Problem['status'], string]>> = {
  invalid: [400, 'It does not fit'],
  'too-large': [422, 'Too large'],
  full: [422, 'No room'],
  unknown: [404, 'Not found'],
  taken: [409, 'Not restored'],
  secret: [422, 'A secret'],
  unchecked: [422, 'Not checked for secrets'],
  unread: [422, 'Cannot be read'],
  unwritten: [503, 'Cannot be written'],
  busy: [503, 'Busy'],
};

/** What such an error is over HTTP. */
export function notesProblem({ code, message }: NotesError): Problem {
  const [status, title] = PROBLEMS[code];
  return new Problem(status, title, message);
}
