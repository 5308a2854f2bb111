import { chmodSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { kind, names, read } from '../../unit/freshness/cases/questions.ts';
import { longAfter, Scene } from '../../unit/freshness/cases/scene.ts';

const NOBODY = 65_534;

/** No permission keeps root out: then the work is done as somebody else. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

it('case 45: a file and a folder that may really not be read are a doubt, and answered when they may again', async () => {
  const files = { 'a.txt': 'a', 'lib/b.txt': 'b', 'c.txt': 'c' };
  const questions = { a: read('a.txt'), lib: names('lib'), below: kind('lib/b.txt'), c: read('c.txt') };
  const scene = await Scene.with(files, questions);
  chmodSync(scene.root, 0o755);
  const { hinted, asked } = scene;
  const lock = (mode: number) => {
    chmodSync(scene.path('a.txt'), mode & 0o666);
    chmodSync(scene.path('lib'), mode);
  };
  lock(0);
  await asNobody(async () => {
    hinted.cache.hint('');
    await hinted.cache.settled();
    expect(hinted.left).toEqual(['a', 'below', 'lib']);
    for (const side of [hinted, asked]) {
      for (const name of ['a', 'lib']) await expect(side.ask(name), name).rejects.toThrow('EACCES');
      await expect(side.ask('below')).rejects.toThrow('access denied');
      expect((await side.ask('c')).from).toBe('memory');
    }
  });
  lock(0o755);
  for (const side of [hinted, asked]) expect(await side.answers()).toEqual(await scene.fresh());
});

it('case 45: a file that grows beyond 2 GB is not answered from the cache, nor taken into memory', async () => {
  const scene = await Scene.with(
    { 'big.bin': 'small', 'b.txt': 'b' },
    { big: read('big.bin'), b: read('b.txt') },
  );
  truncateSync(scene.path('big.bin'), 2 ** 31 + 4096); // sparse: it takes no room
  await sleep(100); // once is enough to read so much
  await expect(scene.asked.ask('big')).rejects.toThrow(/2 GiB|too large|greater than/i);
  expect((await scene.asked.ask('b')).value).toBe('b');
  writeFileSync(scene.path('big.bin'), 'small again');
  expect((await scene.asked.ask('big')).value).toBe('small again');
}, 300_000);

it('case 45: a large file is hashed piece by piece, and an edit in its middle is seen', async () => {
  const questions = {
    large: async (context: Parameters<ReturnType<typeof read>>[0]) => {
      const bytes = (await context.readFile('large.bin'))?.bytes;
      return bytes && [bytes.length, Buffer.from(bytes.subarray(20 << 20, (20 << 20) + 5)).toString()];
    },
  };
  const scene = await Scene.with({ 'large.bin': 'x'.repeat(40 << 20) }, questions, { now: longAfter });
  await sleep(20);
  const text = Buffer.alloc(40 << 20, 'x');
  text.write('other', 20 << 20);
  expect(await scene.after(() => writeFileSync(join(scene.root, 'large.bin'), text), ['large'])).toEqual({
    large: [40 << 20, 'other'],
  });
  await scene.after(() => writeFileSync(join(scene.root, 'large.bin'), text), []);
}, 300_000);
