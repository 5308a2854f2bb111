import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileGlobs } from '../../../../src/freshness/file-globs/file-globs.ts';
import type { GlobSpec } from '../../../../src/freshness/file-globs/glob-spec.ts';
import { temporaryFolder, write } from '../../../support/workspace.ts';
import { ToldDisk } from './told-disk.ts';

const TS: GlobSpec = { include: ['**/*.ts'] };

function folder(files: readonly string[], now?: () => number) {
  const root = temporaryFolder();
  for (const file of files) write(root, file, '');
  const disk = new ToldDisk(root);
  const globs = new FileGlobs(disk, now);
  /** What matches after the change; the digest must be another one exactly when the paths are. */
  const changed = async (change: () => void, spec = TS) => {
    const before = await globs.find(spec);
    change();
    const settled = await globs.settle(spec);
    const { paths, digest } = await new FileGlobs(disk).find(spec);
    expect(settled).toBe(digest);
    expect(digest === before.digest).toBe(paths.join(' ') === before.paths.join(' '));
    return paths.join(' ');
  };
  return { root, disk, globs, changed, at: (path: string) => join(root, path) };
}

describe('the files of a glob change', () => {
  it('with a match that comes or goes, and not with others (case 17)', async () => {
    const { root, changed, at } = folder(['a.ts', 'lib/b.ts', 'lib/c.md', 'out/d.ts']);
    const spec = { include: ['**/*.ts'], exclude: ['out/**'] };
    expect(await changed(() => write(root, 'lib/deep/e.ts', ''), spec)).toBe('a.ts lib/b.ts lib/deep/e.ts');
    expect(await changed(() => unlinkSync(at('a.ts')), spec)).toBe('lib/b.ts lib/deep/e.ts');
    const same = 'lib/b.ts lib/deep/e.ts';
    expect(await changed(() => write(root, 'out/f.ts', ''), spec)).toBe(same);
    expect(await changed(() => write(root, 'lib/g.md', ''), spec)).toBe(same);
    expect(await changed(() => write(root, 'lib/b.ts', 'edited'), spec)).toBe(same);
    expect(await changed(() => write(root, 'node_modules/h.ts', ''), spec)).toBe(same);
    expect(await changed(() => mkdirSync(at('lib/empty')), spec)).toBe(same);
  });

  it('with ignore files: edited, nested, taken back, gone (case 25)', async () => {
    const { root, changed, at } = folder(['a.ts', 'lib/a.ts', 'lib/b.ts', '.git/config']);
    expect(await changed(() => write(root, '.gitignore', 'a.ts\n'))).toBe('lib/b.ts');
    expect(await changed(() => write(root, 'lib/.gitignore', '!a.ts\n'))).toBe('lib/a.ts lib/b.ts');
    expect(await changed(() => write(root, '.gitignore', 'b.ts\n'))).toBe('a.ts lib/a.ts');
    expect(await changed(() => write(root, '.git/info/exclude', 'a.ts\n'))).toBe('lib/a.ts');
    expect(await changed(() => unlinkSync(at('.gitignore')))).toBe('lib/a.ts lib/b.ts');
    expect(await changed(() => write(root, '.gitignore', '*.md\n'))).toBe('lib/a.ts lib/b.ts');
    const all = { ...TS, ignoreFiles: false };
    expect(await changed(() => write(root, '.gitignore', '*.ts\n'), all)).toBe('a.ts lib/a.ts lib/b.ts');
  });

  it('with an ignore file alone, when the folders are told by their stats', async () => {
    const { root, globs } = folder(['a.ts', 'lib/b.ts', '.gitignore', 'lib/.gitignore', '.git/info/x']);
    for (const file of ['.gitignore', 'lib/.gitignore', '.git/info/exclude']) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const { digest } = await globs.find(TS);
      expect(globs.probe(TS)).toBe(digest);
      write(root, file, 'b.ts\n');
      expect(globs.probe(TS)).toBeUndefined();
      expect(await globs.settle(TS)).not.toBe(digest);
      write(root, file, '');
      expect(await globs.settle(TS)).toBe(digest);
    }
  });

  it('with an edit of an ignore file of the same size within a coarse tick', async () => {
    const { root, disk, changed } = folder(['a.ts', 'b.ts']);
    write(root, '.gitignore', 'a.ts\n');
    disk.grain = 2000;
    expect(await changed(() => write(root, '.gitignore', 'b.ts\n'))).toBe('a.ts');
  });

  it('and are always told in the order of their paths', async () => {
    const { globs } = folder(['a0.ts', 'a/x.ts', 'a.ts', 'a-b.ts', 'a/x/y.ts', 'a/x-z.ts']);
    const { paths } = await globs.find(TS);
    expect(paths).toEqual(['a-b.ts', 'a.ts', 'a/x-z.ts', 'a/x.ts', 'a/x/y.ts', 'a0.ts']);
  });

  it('with a folder that is moved in or out', async () => {
    const { changed, at } = folder(['src/a.ts', 'away/deep/b.ts']);
    const src = { include: ['src/**/*.ts'] };
    expect(await changed(() => renameSync(at('away'), at('src/in')), src)).toBe('src/a.ts src/in/deep/b.ts');
    expect(await changed(() => renameSync(at('src/in'), at('away')), src)).toBe('src/a.ts');
    expect(await changed(() => rmSync(at('src'), { recursive: true }), src)).toBe('');
    expect(await changed(() => renameSync(at('away'), at('src')), src)).toBe('src/deep/b.ts');
  });

  it('with a file that becomes a folder of the same name, and back', async () => {
    const { root, changed, at } = folder(['a.ts', 'b.ts']);
    const folded = () => {
      unlinkSync(at('a.ts'));
      write(root, 'a.ts/c.ts', '');
    };
    expect(await changed(folded)).toBe('a.ts/c.ts b.ts');
    const back = () => {
      rmSync(at('a.ts'), { recursive: true });
      write(root, 'a.ts', '');
    };
    expect(await changed(back)).toBe('a.ts b.ts');
  });

  it('not with links: neither followed nor matched, nor as part of a base', async () => {
    const { changed, at } = folder(['a.ts', 'lib/b.ts']);
    const spec = { include: ['**/*.ts', 'way/*.ts'] };
    const link = () => {
      symlinkSync('lib', at('way'));
      symlinkSync('a.ts', at('link.ts'));
      symlinkSync('.', at('lib/loop'));
    };
    expect(await changed(link, spec)).toBe('a.ts lib/b.ts');
    const replace = () => {
      renameSync(at('lib'), at('.hidden'));
      symlinkSync('.hidden', at('lib'));
    };
    expect(await changed(replace, spec)).toBe('.hidden/b.ts a.ts');
  });

  it.each([1000, 2000])('with a second match within one tick of a clock of %i ms', async (grain) => {
    const { root, disk, globs } = folder(['lib/a.ts']);
    disk.grain = grain;
    const { digest } = await globs.find(TS);
    write(root, 'lib/b.ts', '');
    expect(globs.probe(TS)).not.toBe(digest);
    const settled = await globs.settle(TS);
    write(root, 'lib/c.ts', '');
    expect(await globs.settle(TS)).not.toBe(settled);
    expect((await globs.find(TS)).paths).toEqual(['lib/a.ts', 'lib/b.ts', 'lib/c.ts']);
  });

  it('with the clock set back: what was seen in the future is looked at again', async () => {
    let time = Date.now() + 60_000;
    const { root, disk, globs } = folder(['a.ts'], () => time);
    disk.grain = 10_000_000_000;
    const { digest } = await globs.find(TS);
    write(root, 'b.ts', '');
    expect(globs.probe(TS)).toBe(digest); // the stat hides it, as the tick is over by this clock
    time -= 120_000;
    expect(await globs.settle(TS)).not.toBe(digest);
  });
});
