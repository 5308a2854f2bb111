import { expect, it, vi } from 'vitest';
import { databaseIn } from '../../../support/database.ts';
import { temporaryFolder, write } from '../../../support/workspace.ts';
import { MemoryServer } from '../../shared/memory-store.ts';
import { type Question, read } from './questions.ts';
import { longAfter, Scene } from './scene.ts';
import { Window } from './window.ts';

vi.setConfig({ testTimeout: 30_000 }); // real stores, on a machine that may be loaded

/** What tells line endings and encodings apart. */
const bytes: Question = async (context) => {
  const file = await context.readFile('a.txt');
  return file && { bytes: Buffer.from(file.bytes).toString('hex'), text: file.text() };
};
const lines: Question = async (context) => (await context.readFile('a.txt'))?.text().split('\n').length;

it('case 42: other line endings are another content', async () => {
  const scene = await Scene.with({ 'a.txt': 'x\ny\n' }, { a: read('a.txt'), lines }, { now: longAfter });
  const answers = await scene.after(() => scene.write('a.txt', 'x\r\ny\r\n'), ['a', 'lines']);
  expect(answers).toEqual({ a: 'x\r\ny\r\n', lines: 3 });
});

it('case 42: a byte-order mark is another content, and no part of the text', async () => {
  const scene = await Scene.with({ 'a.txt': 'x' }, { bytes }, { now: longAfter });
  expect(await scene.after(() => scene.write('a.txt', '\uFEFFx'), ['bytes'])).toEqual({
    bytes: { bytes: 'efbbbf78', text: 'x' },
  });
});

it('case 42: the same text in another encoding is another content', async () => {
  const scene = await Scene.with({ 'a.txt': 'é' }, { bytes }, { now: longAfter });
  const latin1 = await scene.after(() => scene.write('a.txt', Buffer.from('é', 'latin1')), ['bytes']);
  expect(latin1).toEqual({ bytes: { bytes: 'e9', text: '\uFFFD' } });
  await scene.after(() => scene.write('a.txt', Buffer.from('é', 'utf16le')), ['bytes']);
  await scene.after(() => scene.write('a.txt', Buffer.from([0xff])), ['bytes']); // no UTF-8 either
});

it('case 42: machines of different line endings share what is equal, and answer each for its own files', async () => {
  const server = new MemoryServer();
  const machine = async (ending: string) => {
    const root = temporaryFolder();
    write(root, 'a.txt', `x${ending}y${ending}`);
    write(root, 'one-line.txt', 'the same everywhere');
    const questions = { a: read('a.txt'), same: read('one-line.txt') };
    const database = await databaseIn(temporaryFolder());
    const window = await Window.open(root, { questions, server, database });
    const answers = await window.answers();
    await window.settled();
    return { root, window, answers };
  };
  const linux = await machine('\n');
  expect(linux.window.computed).toEqual(['a', 'same']);
  const windows = await machine('\r\n');
  expect(windows.answers).toEqual({ a: 'x\r\ny\r\n', same: 'the same everywhere' });
  expect(windows.window.computed).toEqual(['a']);
  for (const ending of ['\n', '\r\n']) {
    const third = await machine(ending);
    expect(third.answers).toMatchObject({ a: `x${ending}y${ending}` });
    expect(third.window.computed).toEqual([]); // both variants are there
  }
  expect(await linux.window.answers()).toEqual(linux.answers);
  expect(linux.window.problems).toEqual([]);
});

it('case 42: no record on the shared level, nor its key, has an absolute path', async () => {
  const server = new MemoryServer();
  const root = temporaryFolder();
  write(root, 'lib/a.txt', 'a');
  const window = await Window.open(root, { questions: { a: read('lib/a.txt', 'none.txt') }, server });
  await window.answers();
  await window.settled();
  expect(server.records.size).toBeGreaterThan(0);
  for (const [key, record] of server.records) {
    expect(key).not.toContain(root);
    expect(Buffer.from(record).toString('latin1')).not.toContain(root);
  }
});
