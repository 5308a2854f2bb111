import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../support/workspace.ts';
import { notebook } from '../../unit/notes/notebook.ts';

const sanitiser = { sanitise: async (value: unknown) => ({ value, found: [] }) };
const FULL = /could not be written: the disk is full\. What was stored before is unchanged/;

/** A folder on a disk of this size that is gone when the test ends; undefined without the right to mount. */
function smallDisk(size: string): string | undefined {
  const folder = temporaryFolder();
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status !== 0)
    return undefined;
  onTestFinished(() => void spawnSync('umount', [folder]));
  return folder;
}

it('a full disk is told, costs nothing that was stored, and is gone on from when there is space', async (context) => {
  const disk = smallDisk('1m');
  if (disk === undefined) return context.skip('mounting a small tmpfs needs root');
  const book = notebook({}, { sanitiser, storage: join(disk, 'storage') });
  const { notes, sessions } = book;
  const filler = join(disk, 'filler');
  writeFileSync(filler, Buffer.alloc(256 << 10));
  const text = 'word '.repeat(10_000);
  await sessions.open({ id: 's', state: { step: 0 } });
  await notes.remember({ key: 'first', text: 'the first one' });
  let written = 0;
  const fill = async () => {
    for (; written < 100; written++) await notes.remember({ key: `n${written}`, text });
  };
  await expect(fill()).rejects.toMatchObject({ code: 'unwritten', message: expect.stringMatching(FULL) });
  expect(written).toBeGreaterThan(5);
  let appended = 0;
  const append = async () => {
    for (; appended < 100; appended++) await sessions.append('s', [{ role: 'user', content: text }]);
  };
  await expect(append()).rejects.toThrow(FULL);
  await expect(sessions.state('s', { patch: { text } })).rejects.toThrow(FULL);
  await expect(notes.remember({ key: 'first', text })).rejects.toThrow(FULL);
  const check = async (opened: ReturnType<typeof book.open>) => {
    expect(await opened.notes.recall('first')).toMatchObject({ text: 'the first one' });
    for (let i = 0; i < written; i++) expect(await opened.notes.recall(`n${i}`)).toMatchObject({ text });
    expect(await opened.sessions.read('s')).toMatchObject({ state: { step: 0 }, total: appended });
  };
  await check(book);
  rmSync(filler);
  await notes.remember({ key: 'after', text: 'there is space' });
  await sessions.state('s', { patch: { step: 0 } });
  await check(book.open());
  expect(await book.open().notes.recall('after')).toMatchObject({ text: 'there is space' });
  expect(book.problems).toEqual([]);
});

it('a disk without a single byte free takes no note, and forgets and reads all the same', async (context) => {
  const disk = smallDisk('256k');
  if (disk === undefined) return context.skip('mounting a small tmpfs needs root');
  const { notes } = notebook({}, { sanitiser, storage: disk });
  await notes.remember({ key: 'k', text: 'kept' });
  await notes.forget('k');
  await notes.restore('k');
  expect(() => writeFileSync(join(disk, 'filler'), Buffer.alloc(1 << 20))).toThrow(/ENOSPC/);
  await expect(notes.remember({ key: 'k', text: 'new' })).rejects.toThrow(FULL);
  expect(await notes.recall('k')).toMatchObject({ text: 'kept' });
  expect(await notes.forget('k')).toBe(true);
  expect(await notes.restore('k')).toMatchObject({ text: 'kept' });
});

it('a storage that cannot be written says why', async () => {
  const storage = temporaryFolder();
  const { notes, sessions } = notebook({}, { sanitiser, storage });
  mkdirSync(join(storage, 'x'));
  writeFileSync(join(storage, 'notes'), 'a file where the folder should be');
  writeFileSync(join(storage, 'sessions'), 'a file where the folder should be');
  const unwritten = { code: 'unwritten', message: expect.stringMatching(/EEXIST|ENOTDIR/) };
  await expect(notes.remember({ key: 'k', text: 't' })).rejects.toMatchObject(unwritten);
  await expect(sessions.open({ id: 's' })).rejects.toMatchObject(unwritten);
});
