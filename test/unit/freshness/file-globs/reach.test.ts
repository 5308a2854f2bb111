import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileGlobs } from '../../../../src/freshness/file-globs/file-globs.ts';
import { temporaryFolder, write } from '../../../support/workspace.ts';
import { ToldDisk } from './told-disk.ts';

const SPEC = { include: ['src/**/*.ts', 'docs/*.md'], exclude: ['src/gen'] };

async function walked(files: readonly string[], spec: object = SPEC) {
  const root = temporaryFolder();
  for (const file of files) write(root, file, '');
  const globs = new FileGlobs(new ToldDisk(root));
  await globs.find({ ...SPEC, ...spec });
  return { root, may: (path: string) => globs.mayAffect({ ...SPEC, ...spec }, path) };
}

const FILES = ['src/a.ts', 'src/b.css', 'src/lib/c.ts', 'src/gen/d.ts', 'docs/e.md', 'other/f.ts'];

describe('a change of a path', () => {
  it('may matter where there can be matches', async () => {
    const { may } = await walked(FILES);
    for (const path of ['src/a.ts', 'src/new.ts', 'src/lib/x/y.ts', 'docs/g.md'])
      expect([path, may(path)]).toEqual([path, true]);
  });

  it('cannot matter outside of them, nor of files that cannot match', async () => {
    const { may } = await walked(FILES);
    const none = [
      'other/f.ts',
      'f.ts',
      'src/b.css',
      'src/lib/gone.css',
      'src/gen/d.ts',
      'src/gen',
      'docs/x/e.md',
    ];
    for (const path of [...none, 'src/node_modules/x.ts', '.git/HEAD', 'docs/a.txt', 'other/.gitignore']) {
      expect([path, may(path)]).toEqual([path, false]);
    }
  });

  it('may matter when it is, or was, a folder on the way', async () => {
    const { root, may } = await walked([...FILES, 'src/odd.css/x.ts']);
    for (const path of ['', 'src', 'docs', 'src/lib']) expect([path, may(path)]).toEqual([path, true]);
    rmSync(join(root, 'src/odd.css'), { recursive: true });
    write(root, 'src/odd.css', '');
    expect(may('src/odd.css')).toBe(true);
    rmSync(join(root, 'src/b.css'));
    write(root, 'src/b.css/now.ts', '');
    expect(may('src/b.css')).toBe(true);
    renameSync(join(root, 'src'), join(root, 'gone'));
    expect(may('src')).toBe(true);
  });

  it('may matter when it is an ignore file that counts', async () => {
    const { may } = await walked(FILES);
    const files = [
      '.gitignore',
      'src/.gitignore',
      'src/lib/.gitignore',
      '.git/info/exclude',
      '.git/info',
      '.git',
    ];
    for (const path of files) expect([path, may(path)]).toEqual([path, true]);
    expect(may('src/gen/.gitignore')).toBe(false);
    const without = await walked(FILES, { ignoreFiles: false });
    for (const path of files) expect([path, without.may(path)]).toEqual([path, false]);
  });

  it('may matter when a look under way has been there, and it was a folder then', async () => {
    const root = temporaryFolder();
    write(root, 'src/z/a.ts', '');
    const disk = new ToldDisk(root);
    const globs = new FileGlobs(disk);
    await globs.find(SPEC);
    write(root, 'src/odd.css/x.ts', '');
    write(root, 'src/z/b.ts', '');
    const told: boolean[] = [];
    disk.onEntries = (path, when) => {
      if (path !== 'src/z' || when !== 'before' || told.length > 0) return;
      rmSync(join(root, 'src/odd.css'), { recursive: true });
      write(root, 'src/odd.css', '');
      told.push(globs.mayAffect(SPEC, 'src/odd.css'));
    };
    expect((await globs.find(SPEC)).paths).toEqual(['src/z/a.ts', 'src/z/b.ts']);
    expect(told).toEqual([true]);
  });

  it('may matter whatever it is when nothing is known of the glob', async () => {
    const root = temporaryFolder();
    const globs = new FileGlobs(new ToldDisk(root));
    expect(globs.mayAffect(SPEC, 'src/b.css')).toBe(true);
    expect(globs.mayAffect(SPEC, 'other/b.css')).toBe(false);
  });

  it('may matter below the bases, which are these', async () => {
    const globs = new FileGlobs(new ToldDisk(temporaryFolder()));
    expect(globs.bases(SPEC)).toEqual(['docs', 'src']);
  });
});
