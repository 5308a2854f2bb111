import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { FolderDisk } from '../../../src/freshness/disk.ts';
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

  it('leave out folders that cannot be read', async () => {
    const entries = FolderDisk.prototype.entries;
    const denying = vi.spyOn(FolderDisk.prototype, 'entries').mockImplementation(async function (
      this: FolderDisk,
      folder,
    ) {
      if (folder === 'data') throw Object.assign(new Error('denied'), { code: 'EACCES' });
      return entries.call(this, folder);
    });
    onTestFinished(() => denying.mockRestore());
    expect(await list({ 'a.ts': '', 'data/b.ts': '' })).toEqual(['a.ts']);
  });

  it('are not told when what to leave out cannot be understood', async () => {
    await expect(list({ 'a.ts': '' }, { exclude: ['!dist'] })).rejects.toThrow('"!dist" is not understood');
  });

  it('stop at the most that is asked for', async () => {
    expect(await list({ 'a.ts': '', 'b.ts': '', 'c.ts': '' }, { maxFiles: 2 })).toHaveLength(2);
  });
});
