import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import { NotesError } from '../../../src/notes/notes-error.ts';
import { notes, notesProblem } from '../../../src/serve/notes.ts';
import { problemOf } from '../../../src/serve/problems.ts';
import { sessions } from '../../../src/serve/sessions.ts';
import { Random } from '../sensitive/random.ts';
import { notebook, realSanitiser } from './notebook.ts';

const { get } = realSanitiser();
const token = `gh${'p_'}${new Random(6).word(36)}`;

/** The routes over real notes; of an engine they need nothing else. */
function served() {
  const book = notebook({ 'src/a.ts': 'one' }, { sanitiser: get() });
  const engine = { notes: book.notes, sessions: book.sessions } as unknown as Engine;
  const app = new Hono();
  app.route('/api/v1/notes', notes(engine));
  app.route('/api/v1/sessions', sessions(engine));
  app.onError((error) => {
    const problem = error instanceof NotesError ? notesProblem(error) : problemOf(error);
    if (!problem) throw error;
    return problem.toResponse();
  });
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await app.request(`/api/v1/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: each test reads the fields it is about
    return { status: answer.status, body: (await answer.json()) as any };
  };
  return { ...book, ask };
}

const KEY = encodeURIComponent('how a/b: works?');

describe('notes over REST', () => {
  it('are remembered, found, forgotten and restored', async () => {
    const { ask, write } = served();
    const note = { key: 'how a/b: works?', text: 'it does', files: ['src/a.ts'], tags: ['t'], agent: 'me' };
    expect(await ask('POST', 'notes', note)).toMatchObject({ status: 200, body: { files: ['src/a.ts'] } });
    const fresh = { stale: false, text: 'it does', tags: ['t'], agent: 'me' };
    expect(await ask('GET', `notes/${KEY}`)).toMatchObject({ status: 200, body: fresh });
    expect(await ask('GET', 'notes?query=works&tag=t&limit=5')).toMatchObject({ body: { notes: [fresh] } });
    expect((await ask('GET', 'notes?tag=other')).body).toEqual({ notes: [] });
    write('src/a.ts', 'two');
    const { body } = await ask('GET', `notes/${KEY}`);
    expect(body).toMatchObject({ stale: true, changed: [{ path: 'src/a.ts', how: 'changed' }] });
    expect(body).not.toHaveProperty('text');
    expect((await ask('GET', `notes/${KEY}?stale=true`)).body).toMatchObject({ text: 'it does' });
    expect((await ask('GET', 'notes?stale=true')).body.notes[0]).toMatchObject({ text: 'it does' });
    expect((await ask('DELETE', `notes/${KEY}`)).body).toMatchObject({ forgotten: true });
    expect((await ask('GET', `notes/${KEY}`)).status).toBe(404);
    expect((await ask('POST', `notes/${KEY}/restore`)).body).toMatchObject({ key: 'how a/b: works?' });
    expect((await ask('POST', `notes/${KEY}/restore`)).status).toBe(404);
    await ask('DELETE', `notes/${KEY}`);
    await ask('POST', 'notes', note);
    expect((await ask('POST', `notes/${KEY}/restore`)).status).toBe(409);
  });

  it('say what was wrong', async () => {
    const { ask } = served();
    const refused = async (body: unknown, status: number, why: RegExp) => {
      const answer = await ask('POST', 'notes', body);
      expect([answer.status, answer.body.detail]).toEqual([status, expect.stringMatching(why)]);
    };
    await refused({ key: 'k' }, 400, /text/);
    await refused({ key: '', text: 't' }, 400, /key must not be empty/);
    await refused({ key: 'k', text: 't', extra: 1 }, 400, /extra/);
    await refused({ key: 'k', text: 't', files: ['../x'] }, 422, /\.\./);
    await refused({ key: 'k', text: 't', files: ['src'] }, 400, /is a folder/);
    await refused({ key: 'k', text: 'x'.repeat(70_000) }, 422, /65536 at the most/);
    await refused({ key: 'k', text: `of ${token}` }, 422, /github-token.*"redact": true/);
    expect((await ask('POST', 'notes', { key: 'k', text: `of ${token}`, redact: true })).status).toBe(200);
    expect((await ask('GET', 'notes?limit=1000')).status).toBe(400);
    expect((await ask('GET', 'notes?stale=perhaps')).status).toBe(400);
  });
});

describe('sessions over REST', () => {
  it('are opened, appended to, read and removed', async () => {
    const { ask } = served();
    const opened = await ask('POST', 'sessions', { agent: 'me', state: { step: 1 } });
    expect(opened).toMatchObject({ status: 200, body: { created: true, state: { step: 1 } } });
    const path = `sessions/${opened.body.id}`;
    const messages = ['a', 'b', 'c'].map((content) => ({ role: 'user', content }));
    expect((await ask('POST', `${path}/messages`, { messages })).body.total).toBe(3);
    const page = await ask('GET', `${path}?last=2`);
    expect(page.body).toMatchObject({ total: 3, state: { step: 1 }, messages: messages.slice(1) });
    const first = await ask('GET', `${path}?before=${encodeURIComponent(page.body.before)}`);
    expect(first.body.messages).toMatchObject(messages.slice(0, 1));
    expect((await ask('PUT', `${path}/state`, { patch: { more: 2 } })).body.state).toEqual({
      step: 1,
      more: 2,
    });
    expect((await ask('PUT', `${path}/state`, { state: { new: 3 } })).body.state).toEqual({ new: 3 });
    expect((await ask('POST', 'sessions', { id: opened.body.id })).body).toMatchObject({
      created: false,
      total: 3,
    });
    expect((await ask('GET', 'sessions?agent=me')).body).toMatchObject({
      total: 1,
      sessions: [{ total: 3 }],
    });
    expect((await ask('GET', 'sessions?agent=you')).body).toEqual({ sessions: [], total: 0 });
    expect((await ask('DELETE', path)).body).toEqual({ id: opened.body.id, removed: true });
    expect((await ask('DELETE', path)).status).toBe(404);
    expect((await ask('GET', path)).status).toBe(404);
  });

  it('say what was wrong', async () => {
    const { ask } = served();
    await ask('POST', 'sessions', { id: 's' });
    const refused = async (method: string, path: string, body: unknown, status: number, why: RegExp) => {
      const answer = await ask(method, path, body);
      expect([answer.status, answer.body.detail]).toEqual([status, expect.stringMatching(why)]);
    };
    await refused('POST', 'sessions', { state: [] }, 400, /state is an object/);
    await refused('POST', 'sessions', { historyLimit: 5000 }, 400, /1000 at the most/);
    await refused(
      'POST',
      'sessions/none/messages',
      { messages: [{ role: 'a', content: 1 }] },
      404,
      /open it first/,
    );
    await refused('POST', 'sessions/s/messages', { messages: [] }, 400, /messages/);
    await refused(
      'POST',
      'sessions/s/messages',
      { messages: [{ role: 'a' }] },
      400,
      /messages\[0\]\.content/,
    );
    await refused(
      'POST',
      'sessions/s/messages',
      { messages: [{ role: 'a', content: token }] },
      422,
      /github-token/,
    );
    await refused('PUT', 'sessions/s/state', {}, 400, /whole "state", or a "patch"/);
    await refused('PUT', 'sessions/s/state', { state: {}, patch: {} }, 400, /whole "state", or a "patch"/);
  });
});
