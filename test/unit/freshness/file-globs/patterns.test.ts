import fc from 'fast-check';
import picomatch from 'picomatch';
import { describe, expect, it } from 'vitest';
import { CompiledGlob } from '../../../../src/freshness/file-globs/compiled-glob.ts';
import { GlobError } from '../../../../src/freshness/glob.ts';

const takes = (pattern: string, path: string, exclude: string[] = []) => {
  const glob = new CompiledGlob({ include: [pattern], exclude });
  const parts = path.split('/');
  return parts.every((_, i) => i === 0 || glob.opens(parts.slice(0, i))) && glob.takes(parts);
};

describe('a pattern over paths', () => {
  it.each([
    ['**/*.ts', 'a.ts', true],
    ['**/*.ts', '.hidden/.a.ts', true],
    ['**/*.ts', '.git/a.ts', false],
    ['.git/**', '.git/config', false],
    ['**', 'sub/.hg/x', false],
    ['**/*.ts', 'node_modules/x/a.ts', false],
    ['node_modules/x/*.ts', 'node_modules/x/a.ts', true],
    ['**/node_modules/**/*.ts', 'p/node_modules/x/node_modules/y/a.ts', true],
    ['*.ts', 'a/b.ts', false],
    ['./src/*.ts', 'src/a.ts', true],
    ['a/**', 'a', false],
    ['a/**', 'a/b/c', true],
    ['a/**/b', 'a/b', true],
    ['app/(group)/*.tsx', 'app/(group)/page.tsx', true],
    ['app/\\[id\\]/*', 'app/[id]/x', true],
    ['[!a]*/x', 'ba/x', true],
    ['[[:digit:]]', '7', true],
    ['{src,test/{unit,e2e}}/*.{ts,js}', 'test/e2e/a.js', true],
    ['a{b', 'a{b', true],
    ['{a}', '{a}', true],
  ])('%s on %s: %s', (pattern, path, expected) => {
    expect(takes(pattern, path)).toBe(expected);
  });

  it.each([
    [['dist'], 'dist/a.ts', false],
    [['**/dist'], 'x/dist/deep/a.ts', false],
    [['dist/'], 'dist/a.ts', false],
    [['dist//**'], 'dist/a.ts', false],
    [['**/*.test.ts'], 'src/a.test.ts', false],
    [['**/*.test.ts'], 'src/a.ts', true],
  ])('excluding %s on %s: %s', (exclude, path, expected) => {
    expect(takes('**/*.ts', path, exclude)).toBe(expected);
  });

  it('agrees with picomatch where both know the syntax', { timeout: 60_000 }, () => {
    const name = fc.stringMatching(/^[ab.]{1,3}$/).filter((text) => !/^\.{1,2}$/.test(text));
    const part = fc.array(fc.constantFrom('a', 'b', '.', '*', '?', '[ab]', '[!a]', '{a,b}', '{b,ab}'), {
      minLength: 1,
      maxLength: 3,
    });
    const segment = fc.oneof(
      fc.constant('**'),
      part.map((texts) => texts.join('')),
    );
    const clean = (text: string) => text === '**' || !(/\*\*/.test(text) || /^\.+$/.test(text));
    const segments = fc.array(segment.filter(clean), { minLength: 1, maxLength: 4 });
    const path = fc.array(name, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(segments, path, (parts, names) => {
        const pattern = parts.join('/');
        // Its last "**" also stands for nothing.
        const told = pattern.replace(/(^|\/)\*\*$/, '$1**/*');
        const peer = picomatch(told, { dot: true, noextglob: true, nonegate: true, posix: true });
        expect([pattern, names, takes(pattern, names.join('/'))]).toEqual([
          pattern,
          names,
          peer(names.join('/')),
        ]);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['!a', '"exclude"'],
    ['!(a).ts', '"exclude"'],
    ['a/@(b|c)', 'for a choice'],
    ['/a', 'relative'],
    ['C:/a', 'relative'],
    ['a//b', 'no part'],
    ['../a', 'no part'],
    ['src/', 'no part'],
    ['a[b', 'begins no class'],
    ['[[:huh:]]', 'begins no class'],
    ['{1..9}', '[1-3]'],
    ['{a,b}'.repeat(20), 'written out'],
    ['{a,b,c,d,e,f}{a,b,c,d,e,f}{a,b,c,d,e,f}{a,b,c,d,e,f}{a,b,c,d,e,f}', 'written out'],
  ])('refuses %s in one sentence', (pattern, reason) => {
    expect(() => new CompiledGlob({ include: [pattern] })).toThrow(GlobError);
    expect(() => new CompiledGlob({ include: [pattern] })).toThrow(reason);
  });

  it('that names node_modules opens it for itself only', () => {
    const glob = new CompiledGlob({ include: ['**/*.ts', '**/node_modules/x/*.js'] });
    expect(glob.opens(['node_modules', 'x'])).toBe(true);
    expect(glob.takes(['node_modules', 'x', 'a.js'])).toBe(true);
    expect(glob.takes(['node_modules', 'x', 'a.ts'])).toBe(false);
  });

  it('looks at each character of a name once a star at the most', () => {
    let looks = 0;
    const counted = {
      length: 250,
      charCodeAt: () => {
        looks++;
        return 'a'.charCodeAt(0);
      },
    } as unknown as string;
    const glob = new CompiledGlob({ include: [`**/${'*a'.repeat(40)}*b`] });
    expect(glob.takes(['x', 'y', counted])).toBe(false);
    expect(looks).toBeLessThan(250 * 100);
  });

  it('knows the folders that its matches are below of', () => {
    const bases = (...include: string[]) => new CompiledGlob({ include }).bases;
    expect(bases('src/lib/*.ts')).toEqual(['src/lib']);
    expect(bases('src/{a,b}/x.ts', 'docs/**')).toEqual(['docs', 'src/a', 'src/b']);
    expect(bases('src/**', 'src/lib/*.ts')).toEqual(['src']);
    expect(bases('a.ts', 'src/**')).toEqual(['']);
  });
});
