import { unlinkSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { FolderDisk } from '../../../../src/freshness/disk.ts';
import { OverlayDisk } from '../../../../src/freshness/overlay-disk.ts';
import { databaseIn } from '../../../support/database.ts';
import { temporaryFolder, write } from '../../../support/workspace.ts';
import { kind, names, read } from './questions.ts';
import { Scene } from './scene.ts';
import { Window } from './window.ts';

vi.setConfig({ testTimeout: 30_000 }); // real stores, on a machine that may be loaded

const FILES = { 'a.txt': 'on disk', 'b.txt': 'b' };
const QUESTIONS = {
  a: read('a.txt'),
  b: read('b.txt'),
  ab: read('a.txt', 'b.txt'),
  is: kind('a.txt'),
  names: names(''),
};

async function editing() {
  const overlays: OverlayDisk[] = [];
  const disk = (root: string) => {
    const overlay = new OverlayDisk(new FolderDisk(root));
    overlays.push(overlay);
    return overlay;
  };
  const scene = await Scene.with(FILES, QUESTIONS, { disk });
  const overlay = overlays[0] as OverlayDisk;
  return { scene, type: (path: string, text: string) => () => overlay.set(path, () => text), overlay };
}

describe('case 41: the text of an unsaved editor', () => {
  it('is the input in the place of the file, at every keystroke', async () => {
    const { scene, type } = await editing();
    for (const text of ['t', 'ty', 'tp', 'typ', ''])
      expect(await scene.after(type('a.txt', text), ['a', 'ab'])).toMatchObject({ a: text, ab: `${text} b` });
    await scene.after(type('a.txt', ''), []);
    await scene.after(type('b.txt', 'b'), []); // as on the disk
  });

  it('that is saved, or closed with its text on the disk, makes nothing invalid', async () => {
    const { scene, type, overlay } = await editing();
    await scene.after(type('a.txt', 'typed'), ['a', 'ab']);
    await scene.after(() => scene.write('a.txt', 'typed'), []);
    await scene.after(() => overlay.remove('a.txt'), []);
  });

  it('that is thrown away brings the file back as it is', async () => {
    const { scene, type, overlay } = await editing();
    await scene.after(type('a.txt', 'typed'), ['a', 'ab']);
    await scene.after(() => scene.write('a.txt', 'edited beside'), []); // the editor's text still counts
    expect(await scene.after(() => overlay.remove('a.txt'), ['a', 'ab'])).toMatchObject({
      a: 'edited beside',
    });
  });

  it('is there though its file was deleted, and goes with the editor', async () => {
    const { scene, type, overlay } = await editing();
    await scene.after(type('a.txt', 'typed'), ['a', 'ab']);
    expect(await scene.after(() => unlinkSync(scene.path('a.txt')), ['names'])).toMatchObject({
      a: 'typed',
      is: 'file',
    });
    const close = () => overlay.remove('a.txt');
    expect(await scene.after(close, ['a', 'ab', 'is'])).toMatchObject({ a: '(absent)' });
  });

  it('that changes while it is computed repeats the computation', async () => {
    const { scene, type } = await editing();
    let runs = 0;
    const { value } = await scene.asked.cache.getOrCompute('case:moving', async (context) => {
      const text = (await context.readFile('a.txt'))?.text();
      if (++runs === 1) type('a.txt', 'typed meanwhile')();
      return text;
    });
    expect(value).toBe('typed meanwhile');
    expect(runs).toBe(2);
  });
});

describe('case 41: with a file level', () => {
  const start = () => {
    const root = temporaryFolder();
    const storage = temporaryFolder();
    for (const [path, text] of Object.entries(FILES)) write(root, path, text);
    return async () => {
      const overlay = new OverlayDisk(new FolderDisk(root));
      const window = await Window.open(root, {
        questions: QUESTIONS,
        database: await databaseIn(storage),
        disk: overlay,
      });
      return { root, overlay, window };
    };
  };

  it('undoing the edit returns to the entry of the disk', async () => {
    const { overlay, window } = await start()();
    await window.answers();
    overlay.set('a.txt', () => 'typed');
    await window.answers();
    window.forget();
    overlay.set('a.txt', () => 'on disk');
    expect(await window.ask('a')).toEqual({ value: 'on disk', from: 'file' });
    overlay.remove('a.txt');
    expect(await window.answers()).toMatchObject({ a: 'on disk', ab: 'on disk b' });
    expect(window.computed).toEqual([]);
  });

  it('a text that was never saved is not taken for another one after a restart', async () => {
    const open = start();
    const before = await open();
    before.overlay.set('a.txt', () => 'first session');
    expect(await before.window.answers()).toMatchObject({ a: 'first session' });
    await before.window.close();
    const after = await open();
    after.overlay.set('a.txt', () => 'second session');
    await after.window.cache.cache.loadCatalog();
    expect(await after.window.answers()).toMatchObject({ a: 'second session', ab: 'second session b' });
    after.overlay.remove('a.txt');
    write(after.root, 'a.txt', 'saved at last');
    expect(await after.window.answers()).toMatchObject({ a: 'saved at last' });
  });
});
