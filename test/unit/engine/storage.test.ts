import { existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claimStorage, dropUnused } from '../../../src/engine/storage.ts';
import { openNotes } from '../../../src/notes/open.ts';
import { temporaryFolder } from '../../support/workspace.ts';
import { notebook } from '../notes/notebook.ts';

const DAY = 86_400_000;

describe('the storage of a workspace folder', () => {
  it('is one for all who open the folder, by whichever path, and another for every other folder', async () => {
    const [base, one, other, links] = [0, 1, 2, 3].map(() => temporaryFolder()) as [
      string,
      string,
      string,
      string,
    ];
    symlinkSync(one, join(links, 'one'));
    const storage = await claimStorage(base, one);
    expect(await claimStorage(base, one)).toBe(storage);
    expect(await claimStorage(base, join(links, 'one'))).toBe(storage);
    expect(await claimStorage(base, other)).not.toBe(storage);
  });

  it('goes when nobody has opened it for long, and nothing else does', async () => {
    const [base, one, other] = [0, 1, 2].map(() => temporaryFolder()) as [string, string, string];
    const [unused, used] = [await claimStorage(base, one), await claimStorage(base, other)];
    const long = new Date(Date.now() - 61 * DAY);
    utimesSync(join(unused, 'workspace.txt'), long, long);
    mkdirSync(join(base, 'foreign'));
    writeFileSync(join(base, 'file.txt'), '');
    expect(await dropUnused(base, 60 * DAY)).toBe(1);
    expect(
      [unused, used, join(base, 'foreign'), join(base, 'file.txt')].map((path) => existsSync(path)),
    ).toEqual([false, true, true, true]);
  });

  it.each(['notes', 'sessions'])(
    'keeps its %s, which cannot be computed again, and the word whose they are',
    async (kind) => {
      const [base, one] = [temporaryFolder(), temporaryFolder()];
      const storage = await claimStorage(base, one);
      const sanitiser = { sanitise: async (value: unknown) => ({ value, found: [] }) };
      const { notes, sessions, workspace } = notebook({}, { sanitiser, storage });
      if (kind === 'notes') await notes.remember({ key: 'k', text: 'kept' });
      else await sessions.open({ id: 's' });
      writeFileSync(join(storage, 'cache.db'), '');
      const long = new Date(Date.now() - 61 * DAY);
      utimesSync(join(storage, 'workspace.txt'), long, long);
      expect(await dropUnused(base, 60 * DAY)).toBe(1);
      expect(readdirSync(storage).sort()).toEqual([kind, 'workspace.txt'].sort());
      expect(await dropUnused(base, 60 * DAY)).toBe(0);
      const later = openNotes({ storage, workspace, sanitiser, problem: () => {} });
      if (kind === 'notes') expect(await later.notes.recall('k')).toMatchObject({ text: 'kept' });
      else expect(await later.sessions.open({ id: 's' })).toMatchObject({ created: false });
    },
  );

  it('goes with notes that were all forgotten, and stays as it is when nobody can tell', async () => {
    const [base, one, other] = [0, 1, 2].map(() => temporaryFolder()) as [string, string, string];
    const [emptied, doubtful] = [await claimStorage(base, one), await claimStorage(base, other)];
    const sanitiser = { sanitise: async (value: unknown) => ({ value, found: [] }) };
    const { notes } = notebook({}, { sanitiser, storage: emptied });
    await notes.remember({ key: 'k', text: 'gone' });
    await notes.forget('k');
    symlinkSync('notes', join(doubtful, 'notes')); // a loop, which cannot be read
    const long = new Date(Date.now() - 61 * DAY);
    for (const storage of [emptied, doubtful]) utimesSync(join(storage, 'workspace.txt'), long, long);
    expect(await dropUnused(base, 60 * DAY)).toBe(1);
    expect(existsSync(emptied)).toBe(false);
    expect(readdirSync(doubtful).sort()).toEqual(['notes', 'workspace.txt']);
  });
});
