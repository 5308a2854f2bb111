import { closeSync, ftruncateSync, openSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { names, type Question, read } from './questions.ts';
import { longAfter, Scene } from './scene.ts';

const FILES = { 'a.txt': 'a', 'b.txt': 'b', 'lib/c.txt': 'c' };
const QUESTIONS = {
  a: read('a.txt'),
  b: read('b.txt'),
  c: read('lib/c.txt'),
  ab: read('a.txt', 'b.txt'),
  names: names(''),
};

async function hinted() {
  const scene = await Scene.with(FILES, QUESTIONS, { now: longAfter });
  const { cache } = scene.hinted;
  return { scene, cache };
}

it('case 27: an overflow is one event for the root, and exactly what changed leaves', async () => {
  const { scene, cache } = await hinted();
  scene.write('a.txt', 'x');
  rmSync(scene.path('lib'), { recursive: true });
  cache.hint('');
  await cache.settled();
  expect(scene.hinted.left).toEqual(['a', 'ab', 'c', 'names']);
  expect(await scene.hinted.answers()).toEqual(await scene.fresh());
});

it('case 27: an overflow, and an event for a folder above, reach globs below it as well', async () => {
  const glob: Question = async (context) => (await context.glob('lib/deep/*.txt')).join(' ');
  const files = { 'lib/deep/a.txt': '', 'b.txt': '' };
  for (const event of ['', 'lib']) {
    const { hinted, root } = await Scene.with(files, { glob, b: read('b.txt') });
    rmSync(join(root, 'lib'), { recursive: true });
    hinted.cache.hint(event);
    await hinted.cache.settled();
    expect(hinted.left).toEqual(['glob']);
  }
});

it('case 27: dropped events cost no right answer', async () => {
  const { scene, cache } = await hinted();
  scene.write('a.txt', 'x');
  scene.write('b.txt', 'y');
  cache.hint('b.txt'); // that of a.txt is lost
  await cache.settled();
  expect(await scene.hinted.answers()).toMatchObject({ a: 'x', b: 'y', ab: 'x y' });
  expect(scene.hinted.left).toEqual(['a', 'ab', 'b']);
});

it('case 27: a hundred duplicates of an event verify once and make invalid once', async () => {
  const { scene, cache } = await hinted();
  const { reads } = cache.fingerprints;
  scene.write('a.txt', 'x');
  for (let i = 0; i < 100; i++) cache.hint('a.txt');
  await cache.settled();
  expect(scene.hinted.left).toEqual(['a', 'ab']);
  expect(cache.fingerprints.reads).toBe(reads + 1);
});

it('case 27: events about what did not change make nothing invalid', async () => {
  const { scene, cache } = await hinted();
  for (const path of ['a.txt', 'b.txt', 'lib', 'lib/c.txt', 'never/there.txt', '']) cache.hint(path);
  await cache.settled();
  expect(scene.hinted.left).toEqual([]);
});

it('case 27: events in the wrong order, and of the past, say nothing wrong', async () => {
  const { scene, cache } = await hinted();
  unlinkSync(scene.path('a.txt'));
  scene.write('a.txt', 'a'); // deleted and back: the events say created, then deleted
  scene.write('b.txt', 'y');
  for (const path of ['b.txt', 'a.txt', 'lib/c.txt', 'a.txt']) cache.hint(path);
  await cache.settled();
  expect(scene.hinted.left).toEqual(['ab', 'b']);
  expect(await scene.hinted.answers()).toEqual(await scene.fresh());
});

it('case 27: with a dead watcher every answer is right all the same', async () => {
  const { scene } = await hinted();
  for (let i = 0; i < 10; i++) {
    scene.write('a.txt', `${i}`);
    scene.write(`new-${i}.txt`, '');
    expect(await scene.asked.answers()).toEqual(await scene.fresh());
  }
});

it('case 27: a folder that was deleted in one event takes along what lay below it', async () => {
  const { scene, cache } = await hinted();
  rmSync(scene.path('lib'), { recursive: true });
  cache.hint('lib');
  await cache.settled();
  expect(scene.hinted.left).toEqual(['c', 'names']);
});

it('case 28: an event between truncation and writing leaves no half file behind', async () => {
  const { scene, cache } = await hinted();
  const file = openSync(scene.path('a.txt'), 'r+');
  ftruncateSync(file);
  cache.hint('a.txt');
  await cache.settled();
  expect((await scene.hinted.ask('a')).value).toBe(''); // what is on disk at this moment
  writeSync(file, 'whole');
  expect(await scene.hinted.answers()).toMatchObject({ a: 'whole', ab: 'whole b' }); // no second event yet
  closeSync(file);
  cache.hint('a.txt');
  await cache.settled();
  expect(scene.hinted.computed).toEqual(['a', 'a', 'ab', 'a', 'ab', 'b', 'c', 'names'].sort());
});
