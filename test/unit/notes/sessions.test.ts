import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { notebook, realSanitiser } from './notebook.ts';

const { get } = realSanitiser();
const book = (options: Partial<Parameters<typeof notebook>[1]> = {}) =>
  notebook({}, { sanitiser: get(), ...options });
const say = (content: unknown, role = 'user') => ({ role, content });
const contents = ({ messages }: { readonly messages: readonly { readonly content: unknown }[] }) =>
  messages.map(({ content }) => content);

describe('a session', () => {
  it('is resumed by its id with its state and its messages', async () => {
    const { sessions, open } = book();
    const { id, created, state } = await sessions.open({ agent: 'reviewer', state: { step: 1 } });
    expect({ created, state }).toEqual({ created: true, state: { step: 1 } });
    await sessions.append(id, [say('hello'), say({ parts: [1, null, 'x'] }, 'assistant')]);
    await sessions.append(id, [{ ...say('later'), at: 5 }]);
    const { sessions: later } = open();
    expect(await later.open({ id })).toEqual({
      id,
      agent: 'reviewer',
      total: 3,
      historyLimit: 1000,
      state: { step: 1 },
      created: false,
      createdAt: expect.any(Number),
      updatedAt: expect.any(Number),
    });
    expect((await later.read(id)).messages).toEqual([
      { role: 'user', content: 'hello', at: expect.any(Number) },
      { role: 'assistant', content: { parts: [1, null, 'x'] }, at: expect.any(Number) },
      { role: 'user', content: 'later', at: 5 },
    ]);
  });

  it('has the id that it is given, whatever that is', async () => {
    const { sessions, storage } = book();
    const ids = ['a', 'A', '..', '../../x', 'a/b', 'x'.repeat(200), 'ä'];
    for (const id of ids) {
      expect(await sessions.open({ id, state: { id } })).toMatchObject({ id, created: true });
    }
    for (const id of ids) expect(await sessions.read(id)).toMatchObject({ id, state: { id } });
    expect(readdirSync(storage)).toEqual(['sessions']);
    expect(readdirSync(join(storage, 'sessions'))).toHaveLength(ids.length);
    await expect(sessions.open({ id: '' })).rejects.toThrow(/id must not be empty/);
    await expect(sessions.open({ id: 'x'.repeat(201) })).rejects.toThrow(/200 characters/);
  });

  it('that is not there is told so', async () => {
    const { sessions } = book();
    const unknown = { code: 'unknown', message: 'There is no session "s": open it first.' };
    await expect(sessions.read('s')).rejects.toMatchObject(unknown);
    await expect(sessions.append('s', [say('x')])).rejects.toMatchObject(unknown);
    await expect(sessions.state('s', { patch: {} })).rejects.toMatchObject(unknown);
    expect(await sessions.remove('s')).toBe(false);
  });

  it('is gone when it is removed, and can be made anew', async () => {
    const { sessions, open } = book();
    await sessions.open({ id: 's', state: { a: 1 } });
    await sessions.append('s', [say('x')]);
    expect(await open().sessions.remove('s')).toBe(true);
    await expect(sessions.read('s')).rejects.toMatchObject({ code: 'unknown' });
    expect(await sessions.open({ id: 's' })).toMatchObject({ created: true, total: 0, state: {} });
  });

  it('is listed by its agent, the one used last first', async () => {
    const { sessions } = book();
    for (const [id, agent] of [
      ['a', 'x'],
      ['b', 'y'],
      ['c', 'x'],
    ] as const)
      await sessions.open({ id, agent });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await sessions.append('a', [say('x')]);
    const { sessions: all, total } = await sessions.list();
    expect([all[0]?.id, all.map(({ id }) => id).sort(), total]).toEqual(['a', ['a', 'b', 'c'], 3]);
    const mine = await sessions.list({ agent: 'x', limit: 1 });
    expect(mine).toMatchObject({ sessions: [{ id: 'a', agent: 'x', total: 1 }], total: 2 });
  });
});

describe('the state of a session', () => {
  it('is replaced, or changed by a merge patch', async () => {
    const { sessions } = book();
    await sessions.open({ id: 's', state: { a: { b: 1, c: 2 }, d: [1, 2], gone: null } });
    expect((await sessions.read('s')).state).toEqual({ a: { b: 1, c: 2 }, d: [1, 2] });
    const patched = await sessions.state('s', { patch: { a: { b: null, e: 3 }, d: [3], f: { g: null } } });
    expect(patched).toEqual({ a: { c: 2, e: 3 }, d: [3], f: {} });
    expect((await sessions.read('s')).state).toEqual(patched);
    expect(await sessions.open({ id: 's', state: { d: null } })).toMatchObject({
      state: { a: { c: 2, e: 3 } },
    });
    expect(await sessions.state('s', { replace: { x: null } })).toEqual({ x: null });
    expect((await sessions.open({ id: 's' })).state).toEqual({ x: null });
  });

  it('keeps members of every name', async () => {
    const { sessions } = book();
    const state = JSON.parse('{"__proto__":{"polluted":1},"constructor":2,"a":{"__proto__":3}}');
    await sessions.open({ id: 's', state });
    await sessions.state('s', { patch: JSON.parse('{"__proto__":{"more":2}}') });
    expect(JSON.stringify((await sessions.read('s')).state)).toBe(
      '{"__proto__":{"polluted":1,"more":2},"constructor":2,"a":{"__proto__":3}}',
    );
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('loses no patch of many at once', async () => {
    const { sessions, open } = book();
    const { sessions: theirs } = open();
    await sessions.open({ id: 's' });
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        (i % 2 ? sessions : theirs).state('s', { patch: { [`k${i}`]: i } }),
      ),
    );
    expect(Object.keys((await sessions.read('s')).state)).toHaveLength(20);
  });
});

describe('the history of a session', () => {
  it('is read page by page, from the end', async () => {
    const { sessions } = book();
    await sessions.open({ id: 's' });
    await sessions.append(
      's',
      [0, 1, 2].map((n) => say(n)),
    );
    await sessions.append('s', [say(3)]);
    await sessions.append(
      's',
      [4, 5, 6].map((n) => say(n)),
    );
    const pages: unknown[][] = [];
    let before: string | undefined;
    do {
      const page = await sessions.read('s', { last: 2, before });
      expect(page.total).toBe(7);
      pages.push(contents(page));
      before = page.before;
    } while (before !== undefined);
    expect(pages).toEqual([[5, 6], [3, 4], [1, 2], [0]]);
    expect(contents(await sessions.read('s', { last: 0 }))).toEqual([]);
    await expect(sessions.read('s', { before: 'x' })).rejects.toThrow(/not a cursor/);
    await expect(sessions.read('s', { last: 1001 })).rejects.toThrow(/whole number up to 1000/);
  });

  it('keeps the order of the calls, though the clock goes back', async () => {
    let time = 10_000;
    const { sessions } = book({ now: () => time-- });
    await sessions.open({ id: 's' });
    await Promise.all(Array.from({ length: 20 }, (_, i) => sessions.append('s', [say(i)])));
    expect(contents(await sessions.read('s'))).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('goes beyond its limit oldest first, on the disk too', async () => {
    const { sessions, storage } = book();
    await sessions.open({ id: 's', historyLimit: 5 });
    for (let i = 0; i < 9; i += 3)
      await sessions.append(
        's',
        [i, i + 1, i + 2].map((n) => say(n)),
      );
    const page = await sessions.read('s');
    expect([contents(page), page.total, page.before]).toEqual([[4, 5, 6, 7, 8], 5, undefined]);
    const [folder = ''] = readdirSync(join(storage, 'sessions'));
    expect(readdirSync(join(storage, 'sessions', folder, 'messages'))).toHaveLength(2);
    await sessions.open({ id: 's', historyLimit: 2 });
    expect(contents(await sessions.read('s'))).toEqual([7, 8]);
    expect((await sessions.append('s', [say(9)])).total).toBe(2);
    expect(contents(await sessions.read('s'))).toEqual([8, 9]);
  });

  it('is given in pages that are not too large', async () => {
    const { sessions } = book({ limits: { messageBytes: 3 << 20 } });
    await sessions.open({ id: 's' });
    for (let i = 0; i < 4; i++) await sessions.append('s', [say(`${i}${'word '.repeat(400_000)}`)]);
    const first = await sessions.read('s');
    expect(first.messages).toHaveLength(3);
    expect((await sessions.read('s', { before: first.before })).messages).toHaveLength(1);
  });
});

describe('the bounds of sessions', () => {
  it('are named by the error, and nothing is stored', async () => {
    const { sessions } = book({ limits: { sessions: 2, history: 3, messageBytes: 10, stateBytes: 20 } });
    await sessions.open({ id: 'a' });
    const refused = (work: Promise<unknown>, why: RegExp) => expect(work).rejects.toThrow(why);
    await refused(
      sessions.append('a', [say('x'.repeat(9))]),
      /11 are too many bytes for the content of a message: 10 at the most/,
    );
    await refused(
      sessions.append(
        'a',
        [1, 2, 3, 4].map((n) => say(n)),
      ),
      /4 are too many messages to append at once: 3 at the most/,
    );
    await refused(sessions.append('a', []), /at least one message/);
    await refused(
      sessions.state('a', { patch: { x: 'y'.repeat(20) } }),
      /28 are too many bytes for a state: 20 at the most/,
    );
    await sessions.state('a', { patch: { x: 'yyyyyy' } });
    await refused(sessions.state('a', { patch: { z: 'yyyyyy' } }), /too many bytes for a state/);
    await refused(sessions.open({ id: 'a', historyLimit: 4 }), /history limit is 3 at the most/);
    expect(await sessions.read('a')).toMatchObject({ total: 0, state: { x: 'yyyyyy' } });
    await sessions.open({ id: 'b' });
    const full = sessions.open({ id: 'c' });
    await refused(full, /There are 2 sessions, 2 at the most: remove some first/);
    await sessions.open({ id: 'a' });
    await sessions.remove('a');
    await sessions.open({ id: 'c' });
  });

  it.each([
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['NaN', Number.NaN],
    ['nothing', undefined],
    ['a function', () => 1],
    ['a member that is none', { a: undefined }],
    ['what is too deep', JSON.parse('['.repeat(5000) + ']'.repeat(5000))],
  ])('take no content that is %s', async (_, content) => {
    const { sessions } = book();
    await sessions.open({ id: 's' });
    await expect(sessions.append('s', [say(content)])).rejects.toMatchObject({ code: 'invalid' });
    await expect(sessions.state('s', { patch: { content } })).rejects.toMatchObject({ code: 'invalid' });
    expect(await sessions.read('s')).toMatchObject({ total: 0, state: {} });
  });

  it('let the largest state and message be read again', async () => {
    const { sessions } = book();
    const members = Array.from({ length: 10_000 }, (_, i) => [`member ${i}`, { of: ['x'.repeat(70)] }]);
    const state = Object.fromEntries(members);
    expect(JSON.stringify(state).length).toBeGreaterThan(900_000);
    await sessions.open({ id: 's', state });
    const content = '\u0001'.repeat(43_000);
    await sessions.append('s', [say(content)]);
    expect(await sessions.read('s')).toMatchObject({ state, messages: [{ content }] });
  });
});

describe('files that are no sessions', () => {
  it('are told once, skipped and left as they are', async () => {
    const { sessions, storage, problems } = book();
    await sessions.open({ id: 's' });
    await sessions.append('s', [say('first')]);
    await sessions.append('s', [say('second')]);
    const folder = join(storage, 'sessions');
    const [mine = ''] = readdirSync(folder);
    const log = join(folder, mine, 'messages');
    const [first = ''] = readdirSync(log);
    writeFileSync(join(log, first), '{"format":1,"messages":[{"ro');
    writeFileSync(join(log, 'notes.txt'), 'hello');
    writeFileSync(join(folder, 'README.md'), 'hello');
    mkdirSync(join(folder, 'empty'));
    mkdirSync(join(folder, 'torn'));
    writeFileSync(join(folder, 'torn', 'session.json'), '{');
    for (let i = 0; i < 2; i++) {
      expect(contents(await sessions.read('s'))).toEqual(['second']);
      expect((await sessions.list()).sessions.map(({ id }) => id)).toEqual(['s']);
    }
    expect(problems).toHaveLength(5);
    expect(readFileSync(join(log, first), 'utf8')).toBe('{"format":1,"messages":[{"ro');
    await sessions.append('s', [say('third')]);
    expect(contents(await sessions.read('s'))).toEqual(['second', 'third']);
  });

  it('are not replaced by a session', async () => {
    const { sessions, storage } = book();
    await sessions.open({ id: 's' });
    const [mine = ''] = readdirSync(join(storage, 'sessions'));
    writeFileSync(join(storage, 'sessions', mine, 'session.json'), 'torn');
    await expect(sessions.open({ id: 's' })).rejects.toMatchObject({ code: 'unread' });
  });
});
