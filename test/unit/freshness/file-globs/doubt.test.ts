import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileGlobs } from '../../../../src/freshness/file-globs/file-globs.ts';
import { temporaryFolder, write } from '../../../support/workspace.ts';
import { ToldDisk } from './told-disk.ts';

const TS = { include: ['**/*.ts'] };

function folder(files: readonly string[]) {
  const root = temporaryFolder();
  for (const file of files) write(root, file, '');
  const disk = new ToldDisk(root);
  return { root, disk, globs: new FileGlobs(disk) };
}

describe('in doubt', () => {
  it('a folder that cannot be read gives no digest, and says so; readable again it does', async () => {
    const { disk, globs } = folder(['a.ts', 'data/b.ts']);
    disk.denied.add('data');
    await expect(globs.find(TS)).rejects.toThrow('data cannot be read (EACCES)');
    expect(globs.probe(TS)).toBeUndefined();
    expect(await globs.settle(TS)).toBeUndefined();
    expect(globs.failures).toBe(2);
    expect((await globs.find({ ...TS, exclude: ['data'] })).paths).toEqual(['a.ts']);
    disk.denied.clear();
    const { paths, digest } = await globs.find(TS);
    expect(paths).toEqual(['a.ts', 'data/b.ts']);
    expect(await globs.settle(TS)).toBe(digest);
  });

  it('a folder that changes while it is read is read again', async () => {
    const { root, disk, globs } = folder(['lib/a.ts']);
    let changes = 3;
    disk.onEntries = (path, when) => {
      if (path === 'lib' && when === 'after' && changes-- > 0) write(root, `lib/b${changes}.ts`, '');
    };
    expect((await globs.find(TS)).paths).toEqual(['lib/a.ts', 'lib/b0.ts', 'lib/b1.ts', 'lib/b2.ts']);
  });

  it('one that never comes to rest gives a clear error, not a hang', async () => {
    const { root, disk, globs } = folder(['lib/a.ts']);
    let count = 0;
    disk.onEntries = (path) => {
      if (path === 'lib') write(root, `lib/b${count++}.ts`, '');
    };
    await expect(globs.find(TS)).rejects.toThrow('do not come to rest: lib changed');
    expect(await globs.settle(TS)).toBeUndefined();
  });

  it('a file that is moved during the walk is found once, in one of its places', async () => {
    const { root, disk, globs } = folder(['a/x.ts', 'b/y.ts']);
    await new Promise((resolve) => setTimeout(resolve, 100)); // until stats alone tell of a folder
    let moved = false;
    disk.onEntries = (path, when) => {
      if (path !== 'b' || when !== 'before' || moved) return;
      moved = true;
      renameSync(join(root, 'a/x.ts'), join(root, 'b/x.ts'));
    };
    expect((await globs.find(TS)).paths).toEqual(['b/x.ts', 'b/y.ts']);
  });

  it('the same within one tick of a coarse clock, which shows in no stat', async () => {
    const { root, disk, globs } = folder(['a/x.ts', 'b/y.ts']);
    disk.grain = 2000;
    let moved = false;
    disk.onEntries = (path, when) => {
      if (path !== 'b' || when !== 'before' || moved) return;
      moved = true;
      renameSync(join(root, 'a/x.ts'), join(root, 'b/x.ts'));
    };
    expect((await globs.find(TS)).paths).toEqual(['b/x.ts', 'b/y.ts']);
  });

  it('nor does one that is moved to and fro within the tick, during two looks', async () => {
    const { root, disk, globs } = folder(['a/x.ts', 'b/y.ts']);
    disk.grain = 2000;
    const places = ['a/x.ts', 'b/x.ts', 'a/x.ts'];
    disk.onEntries = (path, when) => {
      const from = path === 'b' && when === 'before' && places.length > 1 && places.shift();
      if (from) renameSync(join(root, from), join(root, places[0] as string));
    };
    expect((await globs.find(TS)).paths).toEqual(['a/x.ts', 'b/y.ts']);
  });

  it('an asker gets no answer from a look that began before the question', async () => {
    const { root, disk, globs } = folder(['lib/a.ts']);
    let began = () => {};
    const first = new Promise<void>((resolve) => {
      began = resolve;
    });
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    let blocked = false;
    disk.onEntries = async (path, when) => {
      if (path !== '' || when !== 'before' || blocked) return;
      blocked = true;
      began();
      await gate;
    };
    const early = globs.settle(TS);
    await first;
    write(root, 'lib/b.ts', '');
    const late = [globs.settle(TS), globs.settle(TS)];
    disk.listed.length = 0;
    go();
    await early;
    const { digest } = await new FileGlobs(disk).find(TS);
    expect(await Promise.all(late)).toEqual([digest, digest]);
  });

  it('nothing is probed that was never walked', async () => {
    const { globs } = folder(['a.ts']);
    expect(globs.probe(TS)).toBeUndefined();
  });
});
