import { renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder, workspaceWith } from '../../../support/workspace.ts';
import { kind, names, read } from './questions.ts';
import { longAfter, Scene } from './scene.ts';

const FILES = { 'one.txt': 'one', 'two.txt': 'two', 'lib/a.txt': 'in lib', 'src/a.txt': 'in src' };

function link(scene: Scene, target: string, path = 'link'): void {
  symlinkSync(target, scene.path(`${path}.new`));
  renameSync(scene.path(`${path}.new`), scene.path(path));
}

async function linked(target: string) {
  const questions = { link: read('link'), one: read('one.txt'), two: read('two.txt') };
  const scene = await Scene.with(FILES, questions, { now: longAfter });
  await scene.after(() => link(scene, target), ['link']);
  return scene;
}

it('case 20: a link that is retargeted to a file of the same size is followed', async () => {
  const scene = await linked('one.txt');
  expect(await scene.after(() => link(scene, 'two.txt'), ['link'])).toMatchObject({ link: 'two' });
});

it('case 20: a link that is retargeted to the same content makes nothing invalid', async () => {
  const scene = await linked('one.txt');
  scene.write('same.txt', 'one');
  await scene.after(() => link(scene, 'same.txt'), []);
});

it('case 20: a linked folder that is retargeted changes what lies below it', async () => {
  const questions = {
    below: read('dir/a.txt'),
    names: names('dir'),
    is: kind('dir/a.txt'),
    lib: read('lib/a.txt'),
  };
  const scene = await Scene.with(FILES, questions, { now: longAfter });
  await scene.after(() => link(scene, 'lib', 'dir'), ['below', 'names', 'is']);
  expect(await scene.after(() => link(scene, 'src', 'dir'), ['below'])).toMatchObject({ below: 'in src' });
});

it("case 21: an edit of a link's target is an edit of what was read through it", async () => {
  const scene = await linked('one.txt');
  const edit = () => scene.write('one.txt', 'six');
  expect(await scene.after(edit, ['link', 'one'])).toMatchObject({ link: 'six' });
});

it('case 21: so is an edit below a linked folder', async () => {
  const scene = await Scene.with(FILES, { below: read('dir/a.txt') }, { now: longAfter });
  await scene.after(() => link(scene, 'lib', 'dir'), ['below']);
  const edit = () => scene.write('lib/a.txt', 'edited');
  expect(await scene.after(edit, ['below'])).toEqual({ below: 'edited' });
});

it('case 22: links in a circle lead nowhere, until one of them is put right', async () => {
  const scene = await linked('one.txt');
  const circle = () => {
    link(scene, 'back');
    link(scene, 'link', 'back');
  };
  expect(await scene.after(circle, ['link'], [])).toMatchObject({ link: '(absent)' }); // as in the beginning
  expect(await scene.after(() => link(scene, 'two.txt', 'back'), ['link'])).toMatchObject({ link: 'two' });
});

it('case 22: a folder that links to itself has its names, and ends', async () => {
  const scene = await Scene.with(FILES, { below: read('loop/loop/loop/one.txt'), names: names('loop') });
  await scene.after(() => link(scene, '.', 'loop'), ['below', 'names']);
  expect(await scene.after(() => scene.write('one.txt', 'edited'), ['below'])).toMatchObject({
    below: 'edited',
  });
});

it('case 22: a dangling link is an absence, until its target appears', async () => {
  const scene = await linked('one.txt');
  const dangle = () => link(scene, 'nowhere.txt');
  expect(await scene.after(dangle, ['link'], [])).toMatchObject({ link: '(absent)' });
  const fix = () => scene.write('nowhere.txt', 'somewhere');
  expect(await scene.after(fix, ['link'])).toMatchObject({ link: 'somewhere' });
  const dangleAgain = () => unlinkSync(scene.path('nowhere.txt'));
  expect(await scene.after(dangleAgain, ['link'], [])).toMatchObject({ link: '(absent)' });
});

it('case 20: a link out of the folder is refused, and served again when it leads inside', async () => {
  const scene = await linked('one.txt');
  const outside = join(temporaryFolder(), 'secret.txt');
  writeFileSync(outside, 'six');
  link(scene, outside);
  for (const side of [scene.hinted, scene.asked]) {
    await expect(side.ask('link')).rejects.toThrow('leads out of the workspace folder');
  }
  link(scene, 'two.txt');
  for (const side of [scene.hinted, scene.asked]) expect((await side.ask('link')).value).toBe('two');
});

it('case 20: paths that lead out of the folder by themselves are refused', async () => {
  const { cache } = workspaceWith({});
  const ask = (path: string) => cache.getOrCompute(`case:${path}`, (context) => context.readFile(path));
  await expect(ask('../secret.txt')).rejects.toThrow('not a clean workspace path');
  await expect(ask('/etc/passwd')).rejects.toThrow('absolute');
});
