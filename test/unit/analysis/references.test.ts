import { describe, expect, it } from 'vitest';
import type { Definition } from '../../../src/analysis/references/definition.ts';
import { isWithin, qualifiedName } from '../../../src/analysis/references/qualified-name.ts';
import type { References } from '../../../src/analysis/references/references.ts';
import { analysedWorkspace } from '../tools/analysed-workspace.ts';
import { openParser } from './built-parser.ts';

const parser = openParser();

const FILES = {
  'a/store.ts': 'export class Store {\n  open() {}\n}\n',
  'b/store.ts': 'export class Store {\n  open() {}\n  shut() {}\n}\n',
  'b/beside.ts': 'export function other() {\n  return new Store();\n}\n',
  'main.ts':
    "import { Store } from './a/store';\n// Store in a comment\nfunction main() {\n  const s = new Store();\n  s.open(); const text = 'Store';\n}\n",
  'other.py': 'class Store:\n    def open(self):\n        return Store()\n',
};

type Workspace = ReturnType<typeof analysedWorkspace>;

async function definitions({ ask }: Workspace, params: object): Promise<string[]> {
  const answer = await ask<Definition>('definition', params);
  expect(answer.by).toBe('syntax');
  return answer.definitions.map(
    ({ path, range, kind, within, name }) =>
      `${path}:${range.start.line} ${kind} ${within ? `${within}.` : ''}${name}`,
  );
}

async function references({ ask }: Workspace, params: object): Promise<string[]> {
  const answer = await ask<References>('references', params);
  expect(answer.by).toBe('syntax');
  return [
    ...answer.references.map(
      ({ path, range, text, within, declares }) =>
        `${path}:${range.start.line}:${range.start.character} ${text} | ${within ?? '-'}${declares ? ` declares ${declares}` : ''}`,
    ),
    ...(answer.left ? [`${answer.left} left`] : []),
    ...(answer.filesLeft ? [`${answer.filesLeft} files left`] : []),
  ];
}

describe('where a name is declared', () => {
  it('is told for all its declarations by path, in every language', async () => {
    const workspace = analysedWorkspace(FILES, parser);
    expect(await definitions(workspace, { name: 'Store' })).toEqual([
      'a/store.ts:0 class Store',
      'b/store.ts:0 class Store',
      'other.py:0 class Store',
    ]);
    expect(await definitions(workspace, { name: 'nothing' })).toEqual([]);
  });

  it('has the file itself first, then what it imports, its folder, its language', async () => {
    const workspace = analysedWorkspace(
      { ...FILES, 'Store.ts': 'const Store = 1;\n', 'c.ts': "import './b/store';\n" },
      parser,
    );
    expect(await definitions(workspace, { name: 'Store', path: 'main.ts' })).toEqual([
      'a/store.ts:0 class Store',
      'Store.ts:0 constant Store',
      'other.py:0 class Store',
      'b/store.ts:0 class Store',
    ]);
    expect((await definitions(workspace, { name: 'Store', path: 'c.ts' }))[0]).toBe(
      'b/store.ts:0 class Store',
    );
    expect((await definitions(workspace, { name: 'Store', path: 'other.py' }))[0]).toBe(
      'other.py:0 class Store',
    );
  });

  it('is told for the identifier at a place', async () => {
    const workspace = analysedWorkspace(FILES, parser);
    const at = (line: number, character: number) =>
      definitions(workspace, { path: 'main.ts', line, character });
    expect((await at(3, 17))[0]).toBe('a/store.ts:0 class Store');
    expect(await at(4, 5)).toEqual([
      'a/store.ts:1 method Store.open',
      'other.py:1 method Store.open',
      'b/store.ts:1 method Store.open',
    ]);
  });

  it('takes a qualified name', async () => {
    const workspace = analysedWorkspace(FILES, parser);
    expect(await definitions(workspace, { name: 'Store.shut' })).toEqual(['b/store.ts:2 method Store.shut']);
    expect(await definitions(workspace, { name: 'Store::open' })).toHaveLength(3);
    expect(await definitions(workspace, { name: 'Shop.open' })).toEqual([]);
  });

  it('is right after an edit, and rests on no file that does not define the name', async () => {
    const workspace = analysedWorkspace(FILES, parser);
    await definitions(workspace, { name: 'shut' });
    workspace.computed.forget();
    workspace.write('main.ts', `${FILES['main.ts']}\n// more\n`);
    workspace.write('a/store.ts', `\n${FILES['a/store.ts']}`);
    await definitions(workspace, { name: 'shut' });
    expect(workspace.computed.of('definition')).toBe(0);
    workspace.write('a/store.ts', 'export function shut() {}\n');
    expect(await definitions(workspace, { name: 'shut' })).toEqual([
      'a/store.ts:0 function shut',
      'b/store.ts:2 method Store.shut',
    ]);
  });
});

describe('where a name is mentioned', () => {
  it('is told outside comments and strings, with line, symbol around it and what it declares', async () => {
    const workspace = analysedWorkspace(FILES, parser);
    expect(await references(workspace, { name: 'Store' })).toEqual([
      'a/store.ts:0:13 export class Store { | - declares class',
      'b/store.ts:0:13 export class Store { | - declares class',
      'other.py:0:6 class Store: | - declares class',
      'other.py:2:15 return Store() | Store.open',
      'b/beside.ts:1:13 return new Store(); | other',
      "main.ts:0:9 import { Store } from './a/store'; | -",
      'main.ts:3:16 const s = new Store(); | main',
    ]);
  });

  it('begins with the file it is asked from, and looks only inside what is given', async () => {
    const workspace = analysedWorkspace(FILES, parser);
    const all = await references(workspace, { path: 'main.ts', line: 3, character: 18 });
    expect(all).toHaveLength(7);
    expect(all[0]).toMatch(/^main.ts:0/);
    expect(await references(workspace, { name: 'Store', inside: 'b' })).toHaveLength(2);
    expect(await references(workspace, { name: 'Store', inside: '*.py' })).toHaveLength(2);
  });

  it('stops at the limit and says what is left', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`f${String(i).padStart(2, '0')}.ts`, 'thing(); thing();\n']),
    );
    const some = await references(analysedWorkspace(many, parser), { name: 'thing', limit: 3 });
    expect(some).toEqual([
      'f00.ts:0:0 thing(); thing(); | -',
      'f00.ts:0:9 thing(); thing(); | -',
      'f01.ts:0:0 thing(); thing(); | -',
      '29 left',
      '24 files left',
    ]);
  });

  it('is told for a name of one character only from its file', async () => {
    const workspace = analysedWorkspace(FILES, parser);
    await expect(references(workspace, { name: 's' })).rejects.toThrow('"s" is one character');
    expect(await references(workspace, { path: 'main.ts', line: 4, character: 2 })).toEqual([
      'main.ts:3:8 const s = new Store(); | main',
      "main.ts:4:2 s.open(); const text = 'Store'; | main",
    ]);
  });

  it('is right after an edit, for which only that file is read again', async () => {
    const workspace = analysedWorkspace(FILES, parser);
    await references(workspace, { name: 'shut' });
    workspace.computed.forget();
    workspace.write('b/beside.ts', 'export function other() {\n  return new Store().shut();\n}\n');
    expect(await references(workspace, { name: 'shut' })).toContain(
      'b/beside.ts:1:21 return new Store().shut(); | other',
    );
    expect(workspace.computed.of('names')).toBe(1);
    expect(workspace.computed.of('mentions')).toBe(1);
    workspace.computed.forget();
    workspace.write('other.py', `${FILES['other.py']}\n# more\n`);
    await references(workspace, { name: 'shut' });
    expect(workspace.computed.of('references')).toBe(0);
  });

  it('ends its lines where the editor does, and cuts long ones', async () => {
    const long = `call(${'x'.repeat(300)}, wanted);`;
    const workspace = analysedWorkspace({ 'a.ts': `\uFEFF// one\r\rwanted();\r\n${long}` }, parser);
    const [first, second] = await references(workspace, { name: 'wanted' });
    expect(first).toBe('a.ts:2:0 wanted(); | -');
    expect(second).toMatch(/^a.ts:3:307 call\(x+… \| -$/);
  });
});

describe.each(['definition', 'references'])('%s refuses', (name) => {
  it.each([
    [{}, 'Give a name, or a place: path, line and character.'],
    [{ path: 'main.ts', line: 1 }, 'Give a name, or a place'],
    [{ name: 'a', path: 'main.ts', line: 1, character: 1 }, 'Give either a name or a place'],
    [{ name: '' }, 'The name is empty.'],
    [{ path: 'main.ts', line: -1, character: 0 }, '0 at the least'],
    [{ name: 'Store', path: 'no.ts' }, 'No such file in the workspace: no.ts'],
    [{ path: 'no.ts', line: 0, character: 0 }, 'No such file in the workspace: no.ts'],
    [{ path: 'main.ts', line: 1, character: 4 }, 'There is no identifier in line 2, column 5 of main.ts'],
    [{ path: 'main.ts', line: 999, character: 0 }, 'There is no identifier in line 1000, column 1'],
  ])('%j', async (params, message) => {
    const { runner } = analysedWorkspace(FILES, parser);
    await expect(runner.run(name, params)).rejects.toThrow(message);
  });
});

describe('a qualified name', () => {
  it.each([
    ['get', 'get', []],
    ['Cache.get', 'get', ['Cache']],
    ['a::b::c', 'c', ['a', 'b']],
    ['Cache#get', 'get', ['Cache']],
    ['#private', '#private', []],
    ['.selector', '.selector', []],
    ['Cache.', 'Cache.', []],
  ])('%s', (text, name, within) => {
    expect(qualifiedName(text)).toEqual({ name, within });
  });

  it('fits what is within the same, at whatever depth', () => {
    expect(isWithin(qualifiedName('Inner.get'), 'Outer.Inner')).toBe(true);
    expect(isWithin(qualifiedName('Outer.Inner.get'), 'Outer.Inner')).toBe(true);
    expect(isWithin(qualifiedName('Outer.get'), 'Outer.Inner')).toBe(false);
    expect(isWithin(qualifiedName('Outer.get'))).toBe(false);
  });
});
