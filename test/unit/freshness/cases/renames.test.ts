import { linkSync, mkdirSync, readdirSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FolderDisk } from '../../../../src/freshness/disk.ts';
import { kind, names, read } from './questions.ts';
import { longAfter, Scene } from './scene.ts';

const FILES = { 'a.txt': 'one', 'b.txt': 'two' };
const QUESTIONS = { a: read('a.txt'), b: read('b.txt'), 'a is': kind('a.txt'), names: names('') };

/** As editors save: beside the file, then over it. */
function saveAtomically(scene: Scene, path: string, text: string): void {
  scene.write(`${path}.tmp`, text);
  renameSync(scene.path(`${path}.tmp`), scene.path(path));
}

it('case 08: an atomic save of other content is seen, and leaves the names as they are', async () => {
  const scene = await Scene.with(FILES, QUESTIONS, { now: longAfter });
  expect(await scene.after(() => saveAtomically(scene, 'a.txt', 'six'), ['a'])).toMatchObject({ a: 'six' });
});

it('case 09: an atomic save of the same content makes nothing invalid', async () => {
  const scene = await Scene.with(FILES, QUESTIONS, { now: longAfter });
  await scene.after(() => saveAtomically(scene, 'a.txt', 'one'), []);
});

it('case 10: a deletion is seen, and said', async () => {
  const scene = await Scene.with(FILES, QUESTIONS);
  await scene.after(() => unlinkSync(scene.path('a.txt')), ['a', 'a is', 'names']);
  const miss = scene.asked.witness.misses.find(({ key }) => key === 'case:a')?.miss;
  expect(miss).toMatchObject({ reason: 'changed', detail: 'a.txt is gone' });
});

it('case 10: a deleted folder takes what rests on files below it along', async () => {
  const files = { 'lib/deep/a.txt': 'a', 'other/b.txt': 'b' };
  const scene = await Scene.with(files, { a: read('lib/deep/a.txt'), b: read('other/b.txt') });
  await scene.after(() => rmSync(scene.path('lib'), { recursive: true }), ['a']);
});

it('case 11: deleted and created again with the same bytes, nothing is invalid; with others, it is', async () => {
  const scene = await Scene.with(FILES, QUESTIONS, { now: longAfter });
  const recreate = (text: string) => () => {
    unlinkSync(scene.path('a.txt'));
    scene.write('a.txt', text);
  };
  await scene.after(recreate('one'), []);
  expect(await scene.after(recreate('six'), ['a'])).toMatchObject({ a: 'six' });
});

it('case 11: deleted, asked for, and created again, it is seen each time, and said', async () => {
  const scene = await Scene.with(FILES, { a: read('a.txt') });
  await scene.after(() => unlinkSync(scene.path('a.txt')), ['a']);
  expect(await scene.after(() => scene.write('a.txt', 'two'), ['a'])).toEqual({ a: 'two' });
  const miss = scene.asked.witness.misses.at(-1)?.miss;
  expect(miss).toMatchObject({ reason: 'changed', detail: 'a.txt appeared' });
  await scene.after(() => unlinkSync(scene.path('a.txt')), ['a'], []); // as it was once before
  expect(await scene.after(() => scene.write('a.txt', 'one'), ['a'], [])).toEqual({ a: 'one' });
});

it('case 12: renamed away and back, nothing is invalid in the end', async () => {
  const scene = await Scene.with(FILES, QUESTIONS, { now: longAfter });
  const rename = (from: string, to: string) => renameSync(scene.path(from), scene.path(to));
  await scene.after(() => {
    rename('a.txt', 'c.txt');
    rename('c.txt', 'a.txt');
  }, []);
  await scene.after(() => rename('a.txt', 'c.txt'), ['a', 'a is', 'names']);
  const back = () => rename('c.txt', 'a.txt');
  expect(await scene.after(back, ['a', 'a is', 'names'], [])).toMatchObject({ a: 'one' });
});

it('case 12: two files of one size that swap their names are seen', async () => {
  const scene = await Scene.with(FILES, QUESTIONS, { now: longAfter });
  const swap = () => {
    renameSync(scene.path('a.txt'), scene.path('.swap'));
    renameSync(scene.path('b.txt'), scene.path('a.txt'));
    renameSync(scene.path('.swap'), scene.path('b.txt'));
  };
  expect(await scene.after(swap, ['a', 'b'])).toMatchObject({ a: 'two', b: 'one' });
});

it('case 12: a second name of one file sees the edit through the first', async () => {
  const scene = await Scene.with(FILES, { a: read('a.txt'), hard: read('hard.txt') }, { now: longAfter });
  await scene.after(() => linkSync(scene.path('a.txt'), scene.path('hard.txt')), ['hard']);
  expect(await scene.after(() => scene.write('a.txt', 'six'), ['a', 'hard'])).toMatchObject({ hard: 'six' });
});

it('case 13: a rename of case only is a deletion and a creation where case counts', async () => {
  const scene = await Scene.with(FILES, { ...QUESTIONS, upper: read('A.txt') });
  const rename = () => renameSync(scene.path('a.txt'), scene.path('A.txt'));
  expect(await scene.after(rename, ['a', 'a is', 'names', 'upper'])).toMatchObject({ upper: 'one' });
});

/** Finds names whatever their case, and lists them as they were written. */
class CaseInsensitiveDisk extends FolderDisk {
  override absolute(path: string): string {
    let found = this.root;
    for (const part of path.split('/')) {
      const wanted = part.toLowerCase();
      let there: string[] = [];
      try {
        there = readdirSync(found);
      } catch {
        // no folder: then the name stays as it is asked for
      }
      found = `${found}/${there.find((name) => name.toLowerCase() === wanted) ?? part}`;
    }
    return path === '' ? this.root : found;
  }

  override stat(path: string) {
    return super.stat(this.#asWritten(path));
  }

  override read(path: string) {
    return super.read(this.#asWritten(path));
  }

  override names(folder: string) {
    return super.names(this.#asWritten(folder));
  }

  #asWritten(path: string): string {
    return this.absolute(path).slice(this.root.length + 1);
  }
}

it('case 13: where case does not count, it changes the names and no content', async () => {
  const disk = (root: string) => new CaseInsensitiveDisk(root);
  const scene = await Scene.with(FILES, { ...QUESTIONS, upper: read('A.txt') }, { disk, now: longAfter });
  await scene.after(() => renameSync(scene.path('a.txt'), scene.path('A.txt')), ['names']);
  const edit = () => scene.write('A.txt', 'six');
  expect(await scene.after(edit, ['a', 'upper'])).toMatchObject({ a: 'six', upper: 'six' });
});

it('case 14: names in NFC and NFD, with spaces and signs, are followed as they are', async () => {
  const [nfc, nfd] = ['é'.normalize('NFC'), 'é'.normalize('NFD')];
  const files = { [`${nfc}.txt`]: 'composed', 'two  words/%20 #1.txt': 'spaces' };
  const scene = await Scene.with(files, {
    nfc: read(`${nfc}.txt`),
    nfd: read(`${nfd}.txt`),
    spaces: read('two  words/%20 #1.txt'),
  });
  const renamed = () => {
    const text = 'decomposed';
    rmSync(scene.path(`${nfc}.txt`));
    scene.write(`${nfd}.txt`, text);
  };
  expect(await scene.after(renamed, ['nfc', 'nfd'])).toMatchObject({ nfd: 'decomposed' });
  await scene.after(() => scene.write('two  words/%20 #1.txt', 'edited'), ['spaces']);
});

it('case 14: a folder renamed to a name of another form takes its files along', async () => {
  const [nfc, nfd] = ['ü'.normalize('NFC'), 'ü'.normalize('NFD')];
  const scene = await Scene.with(
    { [`${nfc}/a.txt`]: 'a' },
    { old: read(`${nfc}/a.txt`), new: read(`${nfd}/a.txt`) },
  );
  await scene.after(() => {
    mkdirSync(scene.path(nfd));
    renameSync(scene.path(`${nfc}/a.txt`), scene.path(`${nfd}/a.txt`));
    rmSync(scene.path(nfc), { recursive: true });
  }, ['old', 'new']);
});
