import { copyFileSync, readFileSync, renameSync, statSync, utimesSync } from 'node:fs';
import { expect, it } from 'vitest';
import { read } from './questions.ts';
import { longAfter, Scene } from './scene.ts';

const FILES = { 'a.txt': 'one', 'b.txt': 'two' };
const QUESTIONS = { a: read('a.txt'), b: read('b.txt'), both: read('a.txt', 'b.txt') };
const then = new Date(2020, 1, 1);

it('case 01: a same-size edit makes what rests on the file invalid, and nothing else', async () => {
  const scene = await Scene.with(FILES, QUESTIONS, { now: longAfter });
  expect(await scene.after(() => scene.write('a.txt', 'six'), ['a', 'both'])).toEqual({
    a: 'six',
    b: 'two',
    both: 'six two',
  });
});

it('case 01: of fifty edits, each is in the very next answer', async () => {
  const scene = await Scene.with(FILES, QUESTIONS);
  for (let i = 0; i < 50; i++) {
    scene.write('a.txt', `${i % 10}`);
    expect((await scene.asked.ask('a')).value).toBe(`${i % 10}`);
  }
});

it('case 02: a same-size edit is seen though the modification time was put back', async () => {
  const scene = await Scene.with(FILES, QUESTIONS, { now: longAfter });
  const edit = (text: string) => () => {
    scene.write('a.txt', text);
    utimesSync(scene.path('a.txt'), then, then);
  };
  await scene.after(edit('six'), ['a', 'both']);
  expect(await scene.after(edit('ten'), ['a', 'both'])).toMatchObject({ a: 'ten' });
});

it('case 03: a replacement by rename of the same size and modification time is seen', async () => {
  const scene = await Scene.with({ ...FILES, 'c.txt': 'six' }, QUESTIONS, { now: longAfter });
  for (const path of ['a.txt', 'c.txt']) utimesSync(scene.path(path), then, then);
  await scene.after(() => {}, []);
  const replace = () => renameSync(scene.path('c.txt'), scene.path('a.txt'));
  expect(await scene.after(replace, ['a', 'both'])).toMatchObject({ a: 'six' });
});

it('case 04: a replacement by an older file is seen', async () => {
  const scene = await Scene.with({ ...FILES, 'old.txt': 'old' }, QUESTIONS, { now: longAfter });
  utimesSync(scene.path('old.txt'), new Date(2001, 1, 1), new Date(2001, 1, 1));
  const replace = () => renameSync(scene.path('old.txt'), scene.path('a.txt'));
  expect(await scene.after(replace, ['a', 'both'])).toMatchObject({ a: 'old' });
  expect(statSync(scene.path('a.txt')).mtime.getFullYear()).toBe(2001);
});

it('case 06: a touch makes nothing invalid and costs one look at the file, not one more', async () => {
  const scene = await Scene.with(FILES, QUESTIONS, { now: longAfter });
  const { fingerprints } = scene.asked.cache;
  const before = fingerprints.reads;
  await scene.after(() => utimesSync(scene.path('a.txt'), then, then), []);
  expect(fingerprints.reads).toBe(before + 1);
  await scene.after(() => {}, []);
  expect(fingerprints.reads).toBe(before + 1);
});

it('case 07: an identical rewrite makes nothing invalid', async () => {
  const scene = await Scene.with(FILES, QUESTIONS, { now: longAfter });
  await scene.after(() => scene.write('a.txt', readFileSync(scene.path('a.txt'), 'utf8')), []);
  await scene.after(() => {
    copyFileSync(scene.path('a.txt'), scene.path('copy.txt'));
    renameSync(scene.path('copy.txt'), scene.path('a.txt'));
  }, []);
});

it('case 07: an edit and its reversal between two questions make nothing invalid', async () => {
  const scene = await Scene.with(FILES, QUESTIONS, { now: longAfter });
  await scene.after(() => {
    scene.write('a.txt', 'six');
    scene.write('a.txt', 'one');
  }, []);
});
