import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FileFilter, workspaceFiles } from '../../../src/warming/workspace-files.ts';
import { temporaryFolder, write } from '../../support/workspace.ts';

async function list(files: Record<string, string>, filter: Partial<FileFilter> = {}): Promise<string[]> {
  const root = temporaryFolder();
  for (const [path, text] of Object.entries(files)) write(root, path, text);
  symlinkSync('.', join(root, 'loop'));
  const all: FileFilter = {
    exclude: [],
    maxBytes: 1000,
    maxFiles: 1000,
    wanted: (name) => name.endsWith('.ts'),
    ...filter,
  };
  const found: string[] = [];
  for await (const file of workspaceFiles(root, all, new AbortController().signal)) found.push(file);
  return found.sort();
}

describe('the files of a workspace', () => {
  it('leave out what .gitignore files ignore, the nested ones too, and follow what they take back', async () => {
    const files = {
      '.gitignore': 'out/\n*.gen.ts\n',
      'a.ts': '',
      'x.gen.ts': '',
      'out/b.ts': '',
      'lib/.gitignore': '/local.ts\n!keep.gen.ts\n',
      'lib/local.ts': '',
      'lib/keep.gen.ts': '',
      'lib/deep/local.ts': '',
      '.git/info/exclude': 'private.ts\n',
      'private.ts': '',
    };
    expect(await list(files)).toEqual(['a.ts', 'lib/deep/local.ts', 'lib/keep.gen.ts']);
  });

  it('leave out excluded globs, node_modules, large files and those nobody wants', async () => {
    const files = {
      'a.ts': '',
      'b.md': '',
      'node_modules/c.ts': '',
      'dist/d.ts': '',
      'big.ts': 'x'.repeat(1001),
    };
    expect(await list(files, { exclude: ['**/dist', '**/dist/**'] })).toEqual(['a.ts']);
  });

  it('stop at the most that is asked for', async () => {
    expect(await list({ 'a.ts': '', 'b.ts': '', 'c.ts': '' }, { maxFiles: 2 })).toHaveLength(2);
  });
});
