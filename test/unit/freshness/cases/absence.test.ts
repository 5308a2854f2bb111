import { mkdirSync, rmSync, unlinkSync } from 'node:fs';
import { expect, it } from 'vitest';
import { first, kind, names, type Question, read } from './questions.ts';
import { longAfter, Scene } from './scene.ts';

it('case 15: a file whose absence was an input appears, and goes again', async () => {
  const scene = await Scene.with({ 'b.txt': 'b' }, { a: read('a.txt'), b: read('b.txt') });
  expect(await scene.after(() => scene.write('a.txt', 'one'), ['a'])).toMatchObject({ a: 'one' });
  expect(await scene.after(() => unlinkSync(scene.path('a.txt')), ['a'], [])).toMatchObject({
    a: '(absent)',
  });
});

it('case 15: an empty file is another thing than none', async () => {
  const scene = await Scene.with({}, { a: read('a.txt') });
  expect(await scene.after(() => scene.write('a.txt', ''), ['a'])).toEqual({ a: '' });
});

it('case 15: a better candidate of a module resolution wins as soon as it appears', async () => {
  const candidates = ['a.ts', 'a.js', 'a/index.ts'];
  const files = { 'a/index.ts': '', 'b.js': '' };
  const scene = await Scene.with(files, { a: first(...candidates), b: first('b.ts', 'b.js') });
  expect(await scene.after(() => scene.write('a.js', ''), ['a'])).toMatchObject({ a: 'a.js' });
  expect(await scene.after(() => scene.write('a.ts', ''), ['a'])).toMatchObject({ a: 'a.ts' });
  expect(await scene.after(() => unlinkSync(scene.path('a.ts')), ['a'], [])).toMatchObject({ a: 'a.js' });
  await scene.after(() => unlinkSync(scene.path('a/index.ts')), []); // was not looked at
});

it('case 15: an edit of what was only looked for makes nothing invalid', async () => {
  const scene = await Scene.with({ 'a.js': '1' }, { a: first('a.ts', 'a.js') });
  await scene.after(() => scene.write('a.js', 'longer'), []);
});

it('case 16: a missing folder on the way to a file appears: empty it changes nothing, with the file it does', async () => {
  const questions = { a: read('lib/deep/a.txt'), is: kind('lib/deep/a.txt'), names: names('lib/deep') };
  const scene = await Scene.with({}, questions);
  await scene.after(() => mkdirSync(scene.path('lib')), []);
  expect(await scene.after(() => mkdirSync(scene.path('lib/deep')), ['names'])).toMatchObject({ names: '' });
  await scene.after(() => scene.write('lib/deep/a.txt', 'one'), ['a', 'is', 'names']);
});

it('case 16: a file in the place of a folder on the way is no file below it', async () => {
  const scene = await Scene.with({}, { a: read('lib/a.txt'), is: kind('lib/a.txt') });
  await scene.after(() => scene.write('lib', 'a file'), []);
});

it('case 18: an edit below a folder of which only the names were asked makes nothing invalid', async () => {
  const files = { 'lib/x.txt': '1', 'lib/sub/y.txt': '1' };
  const scene = await Scene.with(files, { names: names('lib'), sub: names('lib/sub') }, { now: longAfter });
  await scene.after(() => scene.write('lib/x.txt', 'longer'), []);
  await scene.after(() => scene.write('lib/sub/y.txt', '2'), []);
  await scene.after(() => scene.write('lib/sub/z.txt', ''), ['sub']);
  expect(await scene.after(() => scene.write('lib/w.txt', ''), ['names'])).toMatchObject({
    names: 'sub w.txt x.txt',
  });
});

it('case 18: a name that comes and goes again makes nothing invalid', async () => {
  const scene = await Scene.with({ 'lib/x.txt': '1' }, { names: names('lib') }, { now: longAfter });
  await scene.after(() => {
    scene.write('lib/y.txt', '');
    unlinkSync(scene.path('lib/y.txt'));
  }, []);
});

it('case 19: a file becomes a folder and a file again', async () => {
  const questions = { a: read('a'), is: kind('a'), below: read('a/b.txt'), names: names('a') };
  const scene = await Scene.with({ a: 'a file' }, questions);
  const folder = () => {
    rmSync(scene.path('a'));
    scene.write('a/b.txt', 'below');
  };
  expect(await scene.after(folder, ['a', 'is', 'below', 'names'])).toEqual({
    a: '(absent)',
    is: 'folder',
    below: 'below',
    names: 'b.txt',
  });
  const file = () => {
    rmSync(scene.path('a'), { recursive: true });
    scene.write('a', 'a file');
  };
  expect(await scene.after(file, ['a', 'is', 'below', 'names'], [])).toMatchObject({
    a: 'a file',
    is: 'file',
  });
});

/** What it reads next depends on what it read. */
const chase: Question = async (context) => {
  const seen = ['start.txt'];
  for (let path = seen[0]; path && seen.length < 5; ) {
    const text: string = (await context.readFile(path))?.text() ?? '';
    path = text.startsWith('→') ? text.slice(1) : undefined;
    if (path) seen.push(path);
  }
  return seen.join(' ');
};

it('case 35: inputs grow and shrink with each computation, and only those of the last one count', async () => {
  const files = { 'start.txt': '→a', a: 'end', b: 'end', c: 'end' };
  const scene = await Scene.with(files, { chase }, { now: longAfter });
  const edit = (path: string, text: string) => () => scene.write(path, text);
  await scene.after(edit('b', 'unread'), []);
  await scene.after(edit('a', '→b'), ['chase']);
  expect(await scene.after(edit('b', '→c'), ['chase'])).toEqual({ chase: 'start.txt a b c' });
  await scene.after(edit('c', 'read'), ['chase']);
  expect(await scene.after(edit('start.txt', 'end'), ['chase'])).toEqual({ chase: 'start.txt' });
  for (const path of ['a', 'b', 'c']) await scene.after(edit(path, 'unread again'), []);
});
