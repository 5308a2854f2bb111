import { describe, expect, it } from 'vitest';
import { FileGlobs } from '../../../../src/freshness/file-globs/file-globs.ts';
import { type GlobSpec, globName, globSpec, specOf } from '../../../../src/freshness/file-globs/glob-spec.ts';
import { GlobError } from '../../../../src/freshness/glob.ts';
import { temporaryFolder, write } from '../../../support/workspace.ts';
import { ToldDisk } from './told-disk.ts';

describe('the name of a glob', () => {
  it('is the same for the same glob, however it is written', () => {
    const name = globName({ include: ['a', 'b'] });
    expect(globName({ include: ['b', './a', 'b'], exclude: [], ignoreFiles: true })).toBe(name);
    expect(globName(globSpec(['b', 'a']))).toBe(name);
    expect(globName(globSpec('a'))).toBe(globName({ include: ['a'] }));
    expect(globName({ include: ['a', 'b'], ignoreFiles: false })).not.toBe(name);
    expect(globName({ include: ['a', 'b'], exclude: ['c'] })).not.toBe(name);
    expect(globName({ include: ['a'], exclude: ['b'] })).not.toBe(name);
  });

  it('leads back to the glob, and to nothing when it is not one', () => {
    const spec: GlobSpec = { include: ['src/**/*.ts'], exclude: ['**/*.test.ts'], ignoreFiles: false };
    expect(specOf(globName(spec))).toEqual(spec);
    expect(globName(specOf(globName(spec)) as GlobSpec)).toBe(globName(spec));
    const foreign = [
      '',
      '{',
      'null',
      '[]',
      '{}',
      '{"include":[]}',
      '{"include":["b","a"]}',
      '{"include":["a"],"x":1}',
    ];
    for (const name of [...foreign, '{"include":["!a"]}', '{"include":["a["]}', '{"include":[1]}']) {
      expect([name, specOf(name)]).toEqual([name, undefined]);
    }
  });

  it.each([
    [{ include: [] }, 'needs a pattern'],
    [{ include: [''] }, 'must not be empty'],
    [{ include: ['x'.repeat(1001)] }, '1000 characters'],
    [{ include: Array.from({ length: 257 }, (_, i) => `${i}`) }, '256 patterns'],
    [{ include: 'a' }, 'a list'],
    [{ include: [7] }, 'is a text'],
    [{ include: ['a'], ignoreFiles: 'no' }, 'true or false'],
  ])('is refused to what is none: %#', (spec, reason) => {
    const name = () => globName(spec as unknown as GlobSpec);
    expect(name).toThrow(GlobError);
    expect(name).toThrow(reason);
  });

  it('of a glob that was changed by its owner is another one', async () => {
    const root = temporaryFolder();
    write(root, 'a.ts', '');
    write(root, 'b.md', '');
    const globs = new FileGlobs(new ToldDisk(root));
    const include = ['*.ts'];
    expect((await globs.find({ include })).paths).toEqual(['a.ts']);
    include[0] = '*.md';
    expect((await globs.find({ include })).paths).toEqual(['b.md']);
  });

  it('asks nobody to understand what cannot be: an error in one sentence', async () => {
    const globs = new FileGlobs(new ToldDisk(temporaryFolder()));
    await expect(globs.find({ include: ['/etc/*'] })).rejects.toThrow(GlobError);
  });
});
