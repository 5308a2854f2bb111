import { describe, expect, it } from 'vitest';
import { FileLevel } from '../../../src/cache/file-level.ts';
import { FolderDisk } from '../../../src/freshness/disk.ts';
import { WorkspaceCache } from '../../../src/freshness/workspace-cache.ts';
import { noteStates, openNotes } from '../../../src/notes/open.ts';
import { databaseIn } from '../../support/database.ts';
import { Witness } from '../../support/witness.ts';
import { temporaryFolder } from '../../support/workspace.ts';
import { notebook, realSanitiser } from './notebook.ts';

const sanitiser = realSanitiser();

/** A notebook, and another process on it that is killed between writing a note and telling of it. */
function withKilled() {
  const book = notebook({}, { sanitiser: sanitiser.get() });
  const { fingerprints } = book.workspace;
  const killed = openNotes({
    workspace: { fingerprints, changed: () => new Promise<never>(() => {}) },
    sanitiser: sanitiser.get(),
    problem: () => {},
    storage: book.storage,
  }).notes;
  const toldOf = (key: string, cache = book.workspace) =>
    cache.getOrCompute(`test:of:${key}`, async (context) => {
      context.topic(`memory:${key}`);
      const note = await book.notes.recall(key);
      return note && !note.stale ? note.text : 'none';
    });
  return { ...book, killed, toldOf };
}

/** What the killed process does never ends: this is when it is on the disk. */
async function written(done: () => Promise<boolean>): Promise<void> {
  await expect.poll(done).toBe(true);
}

describe('what rests on a note, when a process was killed before it told that the note', () => {
  it('was remembered anew: the old one is not served', async () => {
    const { notes, killed, toldOf } = withKilled();
    await notes.remember({ key: 'k', text: 'old' });
    expect((await toldOf('k')).value).toBe('old');
    expect((await toldOf('k')).from).toBe('memory');
    void killed.remember({ key: 'k', text: 'new' });
    await written(async () => JSON.stringify(await notes.recall('k')).includes('new'));
    expect(await toldOf('k')).toMatchObject({ value: 'new', from: 'computed' });
    expect((await toldOf('k')).from).toBe('memory');
  });

  it('was forgotten, or is the first of its key', async () => {
    const { notes, killed, toldOf } = withKilled();
    await notes.remember({ key: 'k', text: 'old' });
    expect([(await toldOf('k')).value, (await toldOf('first')).value]).toEqual(['old', 'none']);
    void killed.forget('k');
    void killed.remember({ key: 'first', text: 'there' });
    await written(async () => !(await notes.recall('k')) && !!(await notes.recall('first')));
    expect([(await toldOf('k')).value, (await toldOf('first')).value]).toEqual(['none', 'there']);
  });

  it('was remembered anew, and it was stored by a process that has ended', async () => {
    const { notes, killed, toldOf, root, storage } = withKilled();
    const file = new FileLevel(await databaseIn(temporaryFolder()), (error) => expect.fail(error.message));
    const process = () =>
      new WorkspaceCache({
        disk: new FolderDisk(root),
        observer: new Witness(),
        facts: { env: () => undefined, setting: () => undefined, topics: noteStates(storage) },
        file,
      });
    await notes.remember({ key: 'k', text: 'old' });
    await toldOf('k', process());
    await expect.poll(async () => (await toldOf('k', process())).from).toBe('file');
    void killed.remember({ key: 'k', text: 'new' });
    await written(async () => JSON.stringify(await notes.recall('k')).includes('new'));
    expect(await toldOf('k', process())).toMatchObject({ value: 'new', from: 'computed' });
  });
});
