import { mkdirSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { GlobSpec } from '../../../../src/freshness/file-globs/glob-spec.ts';
import { WorkspaceCache } from '../../../../src/freshness/workspace-cache.ts';
import { CoarseDisk } from '../../../support/coarse-disk.ts';
import { Witness } from '../../../support/witness.ts';
import { temporaryFolder, workspaceWith } from '../../../support/workspace.ts';
import { type Question, read } from './questions.ts';
import { longAfter, Scene } from './scene.ts';

const glob =
  (patterns: string | readonly string[] | GlobSpec): Question =>
  async (context) =>
    (await context.glob(patterns)).join(' ');

const FILES = { 'src/a.ts': '1', 'src/deep/b.ts': '1', 'src/c.md': '1', 'test/d.ts': '1' };
const QUESTIONS = {
  src: glob('src/**/*.ts'),
  top: glob('src/*.ts'),
  all: glob({ include: ['**/*.ts'], exclude: ['test/**'] }),
};

describe('case 17: a glob', () => {
  it('sees a match that comes, and one that goes', async () => {
    const scene = await Scene.with(FILES, QUESTIONS, { now: longAfter });
    expect(await scene.after(() => scene.write('src/deep/e.ts', ''), ['src', 'all'])).toEqual({
      src: 'src/a.ts src/deep/b.ts src/deep/e.ts',
      top: 'src/a.ts',
      all: 'src/a.ts src/deep/b.ts src/deep/e.ts',
    });
    const remove = () => unlinkSync(scene.path('src/a.ts'));
    expect(await scene.after(remove, ['src', 'top', 'all'])).toMatchObject({ top: '' });
  });

  it('is left alone by files that do not match, or are excluded, and by edits of those that do', async () => {
    const scene = await Scene.with(FILES, QUESTIONS, { now: longAfter });
    await scene.after(() => scene.write('src/f.md', ''), []);
    await scene.after(() => scene.write('test/f.ts', ''), []);
    await scene.after(() => scene.write('src/a.ts', 'edited'), []);
    await scene.after(() => scene.write('node_modules/g/h.ts', ''), []);
    await scene.after(() => mkdirSync(scene.path('src/empty')), []);
  });

  it('sees a folder that is moved in, moved out, and appears where none was', async () => {
    const scene = await Scene.with(
      { ...FILES, 'away/x.ts': '' },
      { src: glob('src/**/*.ts'), new: glob('new/*.ts') },
    );
    await scene.after(() => renameSync(scene.path('away'), scene.path('src/away')), ['src']);
    await scene.after(() => renameSync(scene.path('src/away'), scene.path('new')), ['src', 'new'], ['new']);
    await scene.after(() => rmSync(scene.path('new'), { recursive: true }), ['new'], []);
    await scene.after(() => scene.write('new/y.ts', ''), ['new']);
  });

  it('sees a file that becomes a folder of the same name, and back', async () => {
    const scene = await Scene.with(FILES, { src: glob('src/**/*.ts') }, { now: longAfter });
    const folder = () => {
      unlinkSync(scene.path('src/a.ts'));
      mkdirSync(scene.path('src/a.ts'));
    };
    expect(await scene.after(folder, ['src'])).toEqual({ src: 'src/deep/b.ts' });
    const file = () => {
      rmSync(scene.path('src/a.ts'), { recursive: true });
      scene.write('src/a.ts', '');
    };
    expect(await scene.after(file, ['src'], [])).toEqual({ src: 'src/a.ts src/deep/b.ts' });
  });

  it('and what was read of its matches are two inputs', async () => {
    const total: Question = async (context) => {
      let text = '';
      for (const path of await context.glob('src/*.ts')) text += (await context.readFile(path))?.text();
      return text;
    };
    const scene = await Scene.with(FILES, { total }, { now: longAfter });
    expect(await scene.after(() => scene.write('src/a.ts', '2'), ['total'])).toEqual({ total: '2' });
    expect(await scene.after(() => scene.write('src/b.ts', '3'), ['total'])).toEqual({ total: '23' });
    await scene.after(() => scene.write('src/deep/b.ts', 'not read'), []);
  });

  it('repeats a computation during which a match appears (case 29)', async () => {
    const { cache, write } = workspaceWith(FILES);
    let runs = 0;
    const { value } = await cache.getOrCompute('case:moving', async (context) => {
      const paths = await context.glob('src/*.ts');
      if (++runs === 1) write('src/z.ts', '');
      return paths;
    });
    expect(value).toEqual(['src/a.ts', 'src/z.ts']);
    expect(runs).toBe(2);
  });

  it.each([10, 1000, 2000])(
    'sees a second match within one tick of a clock of %i ms (case 05)',
    async (grainMs) => {
      const disk = new CoarseDisk(temporaryFolder(), grainMs);
      const cache = new WorkspaceCache({ disk, observer: new Witness(), now: disk.now });
      const ask = async () =>
        (await cache.getOrCompute('case:glob', async (context) => [...(await context.glob('src/*.ts'))]))
          .value;
      disk.write('src/a.ts', '');
      disk.stamp('src');
      expect(await ask()).toEqual(['src/a.ts']);
      disk.time += grainMs * 0.9;
      disk.write('src/b.ts', '');
      disk.stamp('src');
      expect(await ask()).toEqual(['src/a.ts', 'src/b.ts']);
    },
  );
});

describe('case 25: an edit of .gitignore', () => {
  const files = { ...FILES, '.gitignore': '*.log\n', 'src/generated/g.ts': '' };
  const questions = { ...QUESTIONS, 'without rules': glob({ include: ['src/**/*.ts'], ignoreFiles: false }) };

  it('that leaves files out, and takes them in again, changes the globs that had them', async () => {
    const scene = await Scene.with(files, questions, { now: longAfter });
    const ignore = () => scene.write('.gitignore', '*.log\ngenerated/\n');
    expect(await scene.after(ignore, ['src', 'all'])).toMatchObject({ src: 'src/a.ts src/deep/b.ts' });
    await scene.after(() => scene.write('src/generated/h.ts', ''), ['without rules']);
    expect(await scene.after(() => unlinkSync(scene.path('.gitignore')), ['src', 'all'])).toMatchObject({
      src: 'src/a.ts src/deep/b.ts src/generated/g.ts src/generated/h.ts',
    });
  });

  it('that matters to no match makes nothing invalid', async () => {
    const scene = await Scene.with(files, questions, { now: longAfter });
    await scene.after(() => scene.write('.gitignore', '*.log\n*.tmp\n'), []);
  });

  it('below, which appears and takes a file in again that one above leaves out', async () => {
    const scene = await Scene.with({ ...files, '.gitignore': 'g.ts\n' }, questions, { now: longAfter });
    const nested = () => scene.write('src/generated/.gitignore', '!g.ts\n');
    expect(await scene.after(nested, ['src', 'all'])).toMatchObject({
      all: 'src/a.ts src/deep/b.ts src/generated/g.ts',
    });
  });

  it('is an edit of a file for who reads it', async () => {
    const scene = await Scene.with(files, { rules: read('.gitignore') }, { now: longAfter });
    await scene.after(() => scene.write('.gitignore', ''), ['rules']);
  });
});
