import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FolderDisk } from '../../../../src/freshness/disk.ts';
import { FileGlobs } from '../../../../src/freshness/file-globs/file-globs.ts';
import { IgnoreRules, rawName } from '../../../../src/freshness/file-globs/ignore-rules.ts';
import { write } from '../../../support/workspace.ts';
import { git, ofGit, repository } from './git-folder.ts';

async function ours(root: string): Promise<readonly string[]> {
  return (await new FileGlobs(new FolderDisk(root)).find({ include: ['**'] })).paths;
}

describe('ignore files', () => {
  it.each([
    [
      'a rule that a deeper file takes back',
      { '.gitignore': 'b/\n', 'a/.gitignore': '!b/\n', 'a/b/x': '', 'b/y': '' },
    ],
    ['a file in an ignored folder cannot be taken back', { '.gitignore': 'out/\n!out/a\n', 'out/a': '' }],
    [
      'anchored and floating',
      { 'l/.gitignore': '/x\ny\nz/w\n', 'l/x': '', 'l/d/x': '', 'l/d/y': '', 'l/d/z/w': '', 'l/z/w': '' },
    ],
    ['folders only', { '.gitignore': 'x/\n', x: '', 'd/x/a': '' }],
    [
      'spaces, escapes, comments',
      { '.gitignore': '#a\n\\#b\nc\\ \nd \n\\!e\n', '#a': '', '#b': '', 'c ': '', c: '', d: '', '!e': '' },
    ],
    ['windows lines and a byte-order mark', { '.gitignore': '\uFEFFa\r\nb\r\n', a: '', b: '', c: '' }],
    [
      'classes',
      {
        '.gitignore': '[[:digit:]]x\n[!a-c]y\n[]]z\n[\n',
        '1x': '',
        ax: '',
        by: '',
        dy: '',
        ']z': '',
        '[': '',
      },
    ],
    ['bytes, not characters', { '.gitignore': '?\n??y\n', é: '', a: '', éy: '' }],
    [
      'stars',
      {
        '.gitignore': 'a/**/z\n**/q\nm/**\n*.l*g\n',
        'a/z': '',
        'a/b/c/z': '',
        'k/q': '',
        'm/n': '',
        'x.log': '',
      },
    ],
    ['the exclude file ranks lowest', { '.git/info/exclude': 'a\nb\n', '.gitignore': '!a\n', a: '', b: '' }],
    ['an escaped slash', { '.gitignore': 'a\\/b\n', 'a/b': '', 'x/a/b': '' }],
  ])('mean what they mean to git: %s', async (_name, files) => {
    const root = repository(files as Record<string, string>);
    const theirs = ofGit(root);
    expect(await ours(root)).toEqual(theirs);
  });

  it('mean what they mean to git, whatever they say', { timeout: 120_000 }, async () => {
    const name = fc.constantFrom('a', 'b', 'ab', 'a.x', 'é', '.c');
    const path = fc.array(name, { minLength: 1, maxLength: 4 });
    const rule = fc
      .tuple(
        fc.constantFrom('', '', '!'),
        fc.constantFrom('', '', '/'),
        fc.array(
          fc.constantFrom('a', 'b', '*', '**', '?', 'a*', '*.x', '[ab]', '[!a]', '\\a', '.c', 'é', '?b'),
          {
            minLength: 1,
            maxLength: 3,
          },
        ),
        fc.constantFrom('', '', '/', ' ', '/*', '\r'),
      )
      .map(([not, root, parts, end]) => not + root + parts.join('/') + end);
    const rules = fc.array(rule, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n'));
    const ignoring = fc.dictionary(
      fc.constantFrom('.gitignore', 'a/.gitignore', 'a/b/.gitignore', 'ab/.gitignore', '.git/info/exclude'),
      rules,
      { minKeys: 1 },
    );
    const root = repository({});
    let differing = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(path, { maxLength: 14 }), ignoring, async (paths, files) => {
        for (const name of readdirSync(root)) {
          if (name !== '.git') rmSync(join(root, name), { recursive: true });
        }
        write(root, '.git/info/exclude', '');
        for (const [file, text] of Object.entries(files)) write(root, file, text);
        for (const parts of paths) {
          try {
            write(root, parts.join('/'), '');
          } catch {
            // a file is where a folder was to be
          }
        }
        const theirs = ofGit(root);
        if (theirs.length < paths.length) differing++;
        expect(await ours(root)).toEqual(theirs);
      }),
      { numRuns: 120 },
    );
    expect(differing).toBeGreaterThan(20);
  });

  it('fold the case where the file system does', () => {
    const root = repository({ '.gitignore': 'Build\n[a-c]X\n[[:upper:]]z\n', BUILD: '', Bx: '', qz: '' });
    const rules = new IgnoreRules(Buffer.from('Build\n[a-c]X\n[[:upper:]]z\n'), '.gitignore', true);
    for (const path of ['BUILD', 'Bx', 'qz', 'other']) {
      const check = ['-c', 'core.ignoreCase=true', 'check-ignore', '-q', '--no-index', path];
      let theirs = true;
      try {
        git(root, ...check);
      } catch {
        theirs = false;
      }
      expect([path, rules.decide([rawName(path)], 0, false) ?? false]).toEqual([path, theirs]);
    }
  });

  it('are refused when they are too large', async () => {
    const root = repository({ '.gitignore': 'x\n'.repeat(100_000), a: '' });
    await expect(ours(root)).rejects.toThrow('.gitignore is too large');
  });
});
