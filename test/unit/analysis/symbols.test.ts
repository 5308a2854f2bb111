import { describe, expect, it } from 'vitest';
import { NameQuery } from '../../../src/analysis/symbols/name-query.ts';
import type { FoundSymbols } from '../../../src/analysis/symbols/symbols.ts';
import { analysedWorkspace } from '../tools/analysed-workspace.ts';
import { openParser } from './built-parser.ts';

const parser = openParser();

const FILES = {
  'src/cache.ts': 'export class Cache {\n  get(key: string) { return key; }\n  clear() {}\n}\n',
  'src/file-cache.ts': "import { Cache } from './cache';\nexport class FileCache extends Cache {}\n",
  'src/workspace.ts': 'export class WorkspaceCache {}\nconst cache = 1;\n',
  'lib/store.py': 'class Cache:\n    def get(self):\n        pass\n\ndef cache_all():\n    pass\n',
  'cmd/main.go': 'package main\n\ntype Cache struct{}\n\nfunc (c *Cache) Get() {}\n',
  'core/lib.rs': 'pub struct Cache;\nimpl Cache { pub fn get(&self) {} }\n',
};

type Workspace = ReturnType<typeof analysedWorkspace>;

async function search({ ask }: Workspace, params: object): Promise<string[]> {
  const { symbols, left } = await ask<FoundSymbols>('symbols', params);
  return [
    ...symbols.map(
      ({ path, range, kind, within, name }) =>
        `${path}:${range.start.line} ${kind} ${within ? `${within}.` : ''}${name}`,
    ),
    ...(left === undefined ? [] : [`${left} left`]),
  ];
}

describe('how a name fits', () => {
  const ranks = (query: string, ...names: string[]) => {
    const asked = new NameQuery(query);
    return names.map((name) => asked.rank(name));
  };

  it('is best exactly, then in another case, at its beginning, by its words, anywhere', () => {
    expect(ranks('cache', 'cache', 'Cache', 'cacheAll', 'myCache', 'cash')).toEqual([0, 1, 2, 4, undefined]);
    expect(ranks('wc', 'WorkspaceCache', 'workspace_cache', 'WORKSPACE_CACHE', 'wrench')).toEqual([
      3,
      3,
      3,
      undefined,
    ]);
    expect(ranks('woCa', 'WorkspaceCache', 'WorkspaceFileCache', 'woCa', 'cacheWo')).toEqual([
      3,
      3,
      0,
      undefined,
    ]);
    expect(ranks('hs', 'HTTPServer', '_httpServer', '#httpServer')).toEqual([3, 3, 3]);
    expect(ranks('a'.repeat(30), 'aA'.repeat(40))).toEqual([2]);
    expect(ranks('über', 'Überblick', 'derÜberblick')).toEqual([2, 4]);
  });
});

describe('looking for a declaration by name', () => {
  it('finds it in every language, the best first', async () => {
    const workspace = analysedWorkspace(FILES, parser);
    expect(await search(workspace, { query: 'Cache' })).toEqual([
      'cmd/main.go:2 struct Cache',
      'core/lib.rs:0 struct Cache',
      'core/lib.rs:1 object impl Cache',
      'lib/store.py:0 class Cache',
      'src/cache.ts:0 class Cache',
      'src/workspace.ts:1 constant cache',
      'lib/store.py:4 function cache_all',
      'src/file-cache.ts:1 class FileCache',
      'src/workspace.ts:0 class WorkspaceCache',
    ]);
    expect(await search(workspace, { query: 'get', kind: 'method' })).toEqual([
      'core/lib.rs:1 method impl Cache.get',
      'lib/store.py:1 method Cache.get',
      'src/cache.ts:1 method Cache.get',
      'cmd/main.go:4 method (*Cache).Get',
    ]);
  });

  it('looks only in the file, the folder or the glob', async () => {
    const workspace = analysedWorkspace(FILES, parser);
    expect(await search(workspace, { query: 'cache', path: 'lib' })).toHaveLength(2);
    expect(await search(workspace, { query: 'cache', path: 'src/cache.ts' })).toHaveLength(1);
    expect(await search(workspace, { query: 'fc', path: 'src/*-cache.ts' })).toEqual([
      'src/file-cache.ts:1 class FileCache',
    ]);
    expect(await search(workspace, { query: 'cache', path: 'nowhere' })).toEqual([]);
  });

  it('stops at the limit and says how much is left', async () => {
    const workspace = analysedWorkspace(FILES, parser);
    const some = await search(workspace, { query: 'Cache', limit: 3 });
    expect(some).toHaveLength(4);
    expect(some.at(-1)).toBe('6 left');
  });

  it.each([
    [{ query: '  ' }, 'The query is empty'],
    [{ query: 'a', kind: 'thing' }, 'The kind is one of: class, '],
    [{ query: 'a', limit: 0 }, 'The limit is 1 to'],
    [{ query: 'a', path: '../x' }, '".."'],
    [{ query: 'a', path: 'a[' }, 'begins no class'],
  ])('refuses %j', async (params, message) => {
    const { runner } = analysedWorkspace(FILES, parser);
    await expect(runner.run('symbols', params)).rejects.toThrow(message);
  });
});

describe('after an edit', () => {
  it('finds what is there now', async () => {
    const workspace = analysedWorkspace(FILES, parser);
    await search(workspace, { query: 'Cache' });
    workspace.write('src/new.ts', 'export interface CacheOptions {}\n');
    workspace.write('src/workspace.ts', '');
    workspace.remove('lib/store.py');
    expect(await search(workspace, { query: 'Cache', path: 'src' })).toEqual([
      'src/cache.ts:0 class Cache',
      'src/new.ts:0 interface CacheOptions',
      'src/file-cache.ts:1 class FileCache',
    ]);
  });

  it('that adds no name, only the files that fit are looked at', async () => {
    const workspace = analysedWorkspace(FILES, parser);
    await search(workspace, { query: 'FileCache' });
    workspace.computed.forget();
    workspace.write('src/cache.ts', `// above\n${FILES['src/cache.ts']}`);
    await search(workspace, { query: 'FileCache' });
    expect(workspace.computed.of('names')).toBe(1);
    expect(workspace.computed.of('symbols')).toBe(0);
    expect(workspace.computed.of('outline')).toBe(0);
    workspace.write('src/file-cache.ts', `// above\n${FILES['src/file-cache.ts']}`);
    expect(await search(workspace, { query: 'FileCache' })).toEqual(['src/file-cache.ts:2 class FileCache']);
  });
});
