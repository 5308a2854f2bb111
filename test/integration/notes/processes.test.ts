import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/workspace.ts';
import { notebook } from '../../unit/notes/notebook.ts';
import { temporaryFolder as buildFolder, bundle } from '../../unit/stores/worker.ts';
import { writerOf } from './texts.ts';

const KILLS = Number(process.env.AGENT_CACHE_KILLS ?? 20);
const MANY = 1_000_000;
const sanitiser = { sanitise: async (value: unknown) => ({ value, found: [] }) };

let build: Awaited<ReturnType<typeof buildFolder>>;
let program: string;
beforeAll(async () => {
  build = await buildFolder();
  program = await bundle('test/integration/notes/notes-process.ts', build.folder);
});
afterAll(() => build.remove());

interface Told {
  /** The last version that was acknowledged, by what. */
  readonly last: ReadonlyMap<string, number>;
  /** Of each message that was acknowledged: who wrote it, and which. */
  readonly messages: readonly string[];
}

/** Runs a writer, ended from outside after so many acknowledged writes. */
async function run(
  book: { readonly root: string; readonly storage: string },
  name: string,
  first: number,
  count: number,
  killAfter = Number.POSITIVE_INFINITY,
): Promise<Told> {
  const args = [program, book.root, book.storage, name, first, count].map(String);
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const exit = once(child, 'close');
  let complaints = '';
  child.stderr.on('data', (data) => {
    complaints += data;
  });
  const last = new Map<string, number>();
  const messages: string[] = [];
  let lines = 0;
  for await (const line of createInterface(child.stdout)) {
    const at = line.lastIndexOf(' ');
    last.set(line.slice(0, at), Number(line.slice(at + 1)));
    if (line.startsWith('message')) messages.push(line.slice('message common '.length));
    // At any moment of a write, not only at those that follow an answer.
    if (++lines === killAfter) setTimeout(() => child.kill('SIGKILL'), Math.random() * 15);
  }
  const [code, signal] = await exit;
  expect(complaints).toBe('');
  expect({ code, signal }).toEqual(
    killAfter === Number.POSITIVE_INFINITY ? { code: 0, signal: null } : { code: null, signal: 'SIGKILL' },
  );
  return { last, messages };
}

type Book = ReturnType<typeof notebook>;

/** All messages of the common session, `NAME VERSION` each, found whole. */
async function history({ sessions }: Book): Promise<string[]> {
  const all: string[] = [];
  let before: string | undefined;
  do {
    const page = await sessions.read('common', { last: 200, before });
    const some = page.messages.map(({ role, content }) => {
      const { version, text } = content as { readonly version: number; readonly text: string };
      expect(writerOf(text)).toEqual({ name: role, version });
      return `${role} ${version}`;
    });
    all.unshift(...some);
    before = page.before;
  } while (before !== undefined);
  return all;
}

describe('processes on one storage', () => {
  it(`lose no acknowledged note, message or state, and tear none, in ${KILLS} kills`, {
    timeout: 30_000 + KILLS * 5_000,
  }, async () => {
    const book = notebook({ 'src/a.ts': 'one' }, { sanitiser });
    const acknowledged: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const { last, messages } = await run(
        book,
        'writer',
        kill * 10_000,
        MANY,
        1 + Math.floor(Math.random() * 30),
      );
      acknowledged.push(...messages);
      const note = await book.notes.recall('writer');
      const version = last.get('note writer');
      if (version !== undefined) {
        expect(note).toMatchObject({ stale: false });
        // What was being written may be there, or not.
        const found = writerOf(note?.text ?? '');
        expect([version, version + 1]).toContain(found?.version);
      }
      const { state } = await book.sessions.read('common', { last: 0 });
      const stated = last.get('state common writer');
      if (stated !== undefined) {
        expect([stated, stated + 1]).toContain(state.writer);
        const { writer } = state.last as { readonly writer: string };
        expect(writerOf(writer)?.version).toBe(state.writer);
      }
      const contested = await book.notes.recall('contested');
      if (contested) expect(writerOf(contested.text ?? '')).toBeDefined();
    }
    const found = await history(book);
    expect(new Set(found).size).toBe(found.length);
    expect(acknowledged.length).toBeGreaterThan(KILLS);
    const kept = new Set(found);
    expect(acknowledged.slice(-1000 + KILLS).filter((message) => !kept.has(message))).toEqual([]);
    expect(book.problems).toEqual([]);
    // What was killed on its way is cleaned up, and is in nobody's way.
    expect(await book.notes.search({ query: 'writer' })).toHaveLength(2);
  });

  it('keep all that they write at once: every message once and in order, every patch, and one whole note', async () => {
    const book = notebook({ 'src/a.ts': 'one' }, { sanitiser });
    const names = ['ann', 'bob', 'cyd'];
    const count = 40;
    await Promise.all(names.map((name) => run(book, name, 0, count)));
    const found = await history(book);
    expect(found).toHaveLength(names.length * count);
    for (const name of names) {
      const mine = found.filter((message) => message.startsWith(`${name} `));
      expect(mine).toEqual(Array.from({ length: count }, (_, version) => `${name} ${version}`));
      expect(await book.notes.recall(name)).toMatchObject({ stale: false });
    }
    const { state } = await book.sessions.read('common', { last: 0 });
    expect(state).toMatchObject(Object.fromEntries(names.map((name) => [name, count - 1])));
    expect(Object.keys(state.last as object).sort()).toEqual(names);
    const contested = await book.notes.recall('contested');
    expect(writerOf(contested?.text ?? '')).toMatchObject({ version: count - 1 });
    expect(book.problems).toEqual([]);
  });

  it('make one session of an id that all of them open at once', async () => {
    const storage = temporaryFolder();
    const book = notebook({}, { sanitiser, storage });
    const opened = await Promise.all(
      Array.from({ length: 10 }, (_, i) => book.open().sessions.open({ id: 's', state: { [`k${i}`]: i } })),
    );
    expect(opened.filter(({ created }) => created)).toHaveLength(1);
    expect(Object.keys((await book.sessions.read('s')).state)).toHaveLength(10);
    expect(path.dirname(path.join(storage, 'x'))).toBe(storage);
  });
});
