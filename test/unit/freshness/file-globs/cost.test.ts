import { describe, expect, it } from 'vitest';
import { FileGlobs } from '../../../../src/freshness/file-globs/file-globs.ts';
import { temporaryFolder, write } from '../../../support/workspace.ts';
import { ToldDisk } from './told-disk.ts';

const TS = { include: ['**/*.ts'] };
/** All that is on disk by then is old enough to be told by its stat. */
const longAfter = () => Date.now() + 100_000;
/** Until the kernel's clock has moved, so that a change shows in a stat. */
const tick = () => new Promise((resolve) => setTimeout(resolve, 50));

function tree(folders: number, filesEach: number) {
  const root = temporaryFolder();
  for (let i = 0; i < folders; i++) {
    for (let k = 0; k < filesEach; k++) write(root, `src/d${i % 10}/e${i}/f${k}.ts`, '');
  }
  write(root, 'src/d0/.gitignore', '*.log\n');
  const disk = new ToldDisk(root);
  const forget = () => {
    disk.stats = 0;
    disk.listed.length = 0;
    disk.contents.length = 0;
  };
  return { root, disk, globs: new FileGlobs(disk, longAfter), forget };
}

describe('the price of a glob over 10,000 files', { timeout: 120_000 }, () => {
  it('is one stat for each folder walked and each ignore file, and one listing after one new file', async () => {
    const { root, disk, globs, forget } = tree(200, 50);
    const { paths, digest } = await globs.find(TS);
    expect(paths).toHaveLength(10_000);
    expect(paths).toEqual([...paths].sort());
    const folders = 2 + 10 + 200;
    expect(disk.listed).toHaveLength(folders);
    forget();
    expect(globs.probe(TS)).toBe(digest);
    expect(disk.stats).toBe(folders + 2);
    expect(disk.listed).toEqual([]);
    forget();
    await tick();
    write(root, 'src/d3/e3/new.ts', '');
    expect(globs.probe(TS)).toBeUndefined();
    expect(await globs.settle(TS)).not.toBe(digest);
    expect(disk.listed).toEqual(['src/d3/e3']);
    expect(disk.contents).toEqual([]);
    forget();
    expect(globs.probe(TS)).toBeDefined();
    expect(disk.listed).toEqual([]);
  });

  it('is one listing also right after the new file, while stats alone do not tell', async () => {
    const { root, disk, forget } = tree(5, 2);
    await tick();
    await tick();
    const globs = new FileGlobs(disk);
    const { digest } = await globs.find(TS);
    forget();
    write(root, 'src/d3/e3/new.ts', '');
    expect(await globs.settle(TS)).not.toBe(digest);
    expect(disk.listed).toEqual(['src/d3/e3']);
  });

  it('is paid with pauses when there are more folders than a moment has time for', async () => {
    const { disk, globs, forget } = tree(300, 1);
    const { digest } = await globs.find(TS);
    forget();
    expect(globs.probe(TS)).toBeUndefined();
    expect(disk.stats).toBe(0);
    expect(await globs.settle(TS)).toBe(digest);
    expect(disk.listed).toEqual([]);
  });

  it('leaves folders alone in which nothing can match', async () => {
    const { root, disk, globs, forget } = tree(20, 5);
    write(root, 'out/a.ts', '');
    write(root, 'dist/a.ts', '');
    write(root, '.git/x.ts', '');
    write(root, 'src/d1/node_modules/x.ts', '');
    write(root, '.gitignore', 'out/\n');
    forget();
    const { paths } = await globs.find({ include: ['src/d1/**/*.ts', '{out,dist}/*'], exclude: ['dist/**'] });
    expect(paths).toHaveLength(10);
    expect(disk.listed).toEqual(['', 'src', 'src/d1', 'src/d1/e1', 'src/d1/e11']);
  });

  it('is shared by globs over the same folders', async () => {
    const { disk, globs, forget } = tree(20, 5);
    await globs.find(TS);
    forget();
    await globs.find({ include: ['src/**/f1.*'] });
    expect(disk.listed).toEqual([]);
  });

  it('gives others the thread while it walks, and while it makes sure', async () => {
    const { disk, globs } = tree(400, 1);
    await globs.find(TS);
    const stat = disk.stat.bind(disk);
    disk.stat = (path) => {
      for (const until = performance.now() + 0.05; performance.now() < until; );
      return stat(path);
    };
    let most = 0;
    let before = disk.stats;
    const others = setInterval(() => {
      most = Math.max(most, disk.stats - before);
      before = disk.stats;
    }, 0);
    await globs.settle(TS);
    clearInterval(others);
    expect(Math.max(most, disk.stats - before)).toBeLessThan(400);
  });

  it('does not grow with the depth of the stack: 300 folders in each other', async () => {
    const root = temporaryFolder();
    const deep = `${'d/'.repeat(300)}a.ts`;
    write(root, deep, '');
    expect((await new FileGlobs(new ToldDisk(root)).find(TS)).paths).toEqual([deep]);
  });
});
