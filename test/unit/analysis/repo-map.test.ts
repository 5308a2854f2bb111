import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import type { RepoMap } from '../../../src/analysis/repo-map/repo-map.ts';
import { analysedWorkspace } from '../tools/analysed-workspace.ts';
import { openCountingParser } from './built-parser.ts';

const parser = await openCountingParser();

/** A store that all use, a command that uses much and is used by none, and something apart. */
const FILES = {
  'src/store.ts': 'export class DataStore {\n  openFile() {}\n  unusedPart() {}\n}\n',
  'src/view.ts':
    "import { DataStore } from './store';\nexport class ListView {\n  draw(s: DataStore) { s.openFile(); }\n}\n",
  'src/edit.ts':
    "import { DataStore } from './store';\nexport function editEntry(s: DataStore) { s.openFile(); }\n",
  'src/command.ts':
    "import { ListView } from './view';\nimport { editEntry } from './edit';\nexport function runCommand() {\n  editEntry(new ListView());\n}\n",
  'tools/apart.py': 'class FarAway:\n    def work_alone(self):\n        pass\n',
};

type Workspace = ReturnType<typeof analysedWorkspace>;
const mapOf = ({ ask }: Workspace, params: object = {}) => ask<RepoMap>('repo-map', params);
const filesOf = ({ map }: RepoMap) => map.split('\n').filter((line) => /^\S/.test(line));

describe('the map of a workspace', () => {
  it('has the files that others use most first, each with its symbols in source order', async () => {
    const map = await mapOf(analysedWorkspace(FILES, parser));
    expect(map.map).toBe(
      [
        'src/store.ts',
        '  1 class DataStore',
        '  2 method DataStore.openFile',
        'src/edit.ts',
        '  2 function editEntry',
        'src/view.ts',
        '  2 class ListView',
        'src/command.ts',
        '  3 function runCommand',
        'tools/apart.py',
        '  1 class FarAway',
        '',
      ].join('\n'),
    );
    expect(map).toMatchObject({ files: 5, of: 5, tokens: countTokens(map.map) });
  });

  it('begins with the files in focus and what they use', async () => {
    const workspace = analysedWorkspace(FILES, parser);
    const focused = filesOf(await mapOf(workspace, { focus: ['src/command.ts'] }));
    expect(focused[0]).toBe('src/command.ts');
    expect(focused.at(-1)).toBe('tools/apart.py');
    const apart = filesOf(await mapOf(workspace, { focus: ['tools/apart.py'] }));
    expect(apart[0]).toBe('tools/apart.py');
    expect(apart).toHaveLength(5);
  });

  it('is one answer in whatever order the focus is given', async () => {
    const { runner } = analysedWorkspace(FILES, parser);
    const first = await runner.run('repo-map', { focus: ['src/view.ts', 'src/edit.ts'] });
    const second = await runner.run('repo-map', { focus: ['src/edit.ts', 'src/view.ts'], maxTokens: 2000 });
    expect(second).toMatchObject({ value: first.value, hit: true });
  });

  it('leaves out what is excluded, by folder and by glob', async () => {
    const workspace = analysedWorkspace(FILES, parser);
    const left = await mapOf(workspace, { exclude: ['tools', '**/st*.ts'] });
    expect(filesOf(left).sort()).toEqual(['src/command.ts', 'src/edit.ts', 'src/view.ts']);
    expect(left).toMatchObject({ files: 3, of: 5 });
  });

  it('of an empty workspace is empty', async () => {
    const map = await mapOf(analysedWorkspace({ 'README.md': '' }, parser));
    expect(map).toEqual({ map: '', tokens: 0, files: 0, of: 0 });
  });
});

describe('the budget', () => {
  const many = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [
      `packages/número-${i}/日本/module_${i}.ts`,
      [
        `import { sharedHelper${(i * 7) % 40} } from '../x';`,
        `export function sharedHelper${i}() { return sharedHelper${(i * 7) % 40}; }`,
        `export class Größe${i} { müller${i}() {} }`,
        `export const emoji${i} = '🎉';`,
      ].join('\n'),
    ]),
  );

  it('is never exceeded, and used', async () => {
    const workspace = analysedWorkspace(many, parser);
    for (const maxTokens of [100, 137, 250, 999, 20_000]) {
      const { map, tokens } = await mapOf(workspace, { maxTokens });
      expect(tokens).toBe(countTokens(map));
      expect(tokens).toBeLessThanOrEqual(maxTokens);
      if (maxTokens < 999) expect(tokens).toBeGreaterThan(maxTokens * 0.6);
    }
  }, 30_000);

  it('shows the same first when there is more room', async () => {
    const workspace = analysedWorkspace(many, parser);
    const small = filesOf(await mapOf(workspace, { maxTokens: 150 }));
    const large = filesOf(await mapOf(workspace, { maxTokens: 1000 }));
    expect(large).toEqual(expect.arrayContaining(small));
    expect(large.length).toBeGreaterThan(small.length);
  });

  it.each([99, 20_001, 1.5, '2000'])('of %j is refused', async (maxTokens) => {
    await expect(mapOf(analysedWorkspace(FILES, parser), { maxTokens })).rejects.toThrow('tokens');
  });
});

describe('after an edit', () => {
  const mapped = async () => {
    const workspace = analysedWorkspace(FILES, parser);
    const before = await mapOf(workspace);
    workspace.computed.forget();
    return { ...workspace, before };
  };

  it('that changes neither names nor lines, nothing is ranked or drawn again', async () => {
    const workspace = await mapped();
    const text = FILES['src/command.ts'].replace('editEntry(new', 'return editEntry(new');
    workspace.write('src/command.ts', text);
    expect(await mapOf(workspace)).toEqual(workspace.before);
    expect(workspace.computed.of('names')).toBe(1);
    expect(workspace.computed.of('ranking')).toBe(0);
    expect(workspace.computed.of('repo-map')).toBe(0);
  });

  it('that moves lines, the map is drawn again from the same ranking', async () => {
    const workspace = await mapped();
    workspace.write('src/edit.ts', `// above\n${FILES['src/edit.ts']}`);
    expect((await mapOf(workspace)).map).toContain('  3 function editEntry');
    expect(workspace.computed.of('ranking')).toBe(0);
    expect(workspace.computed.of('outline')).toBe(1);
  });

  it('that adds a name, one file is read again and the ranking made anew', async () => {
    const workspace = await mapped();
    workspace.write('tools/apart.py', `${FILES['tools/apart.py']}\nDataStore = FarAway\n`);
    await mapOf(workspace);
    expect(workspace.computed.of('names')).toBe(1);
    expect(workspace.computed.of('names-part')).toBe(1);
    expect(workspace.computed.of('ranking')).toBe(1);
  });

  it('the map is that of a workspace which has always been so', async () => {
    const workspace = await mapped();
    workspace.write('src/new.ts', "import { runCommand } from './command';\nexport const x1 = runCommand;\n");
    workspace.remove('src/view.ts');
    const { 'src/view.ts': _, ...others } = FILES;
    const fresh = analysedWorkspace(
      { ...others, 'src/new.ts': "import { runCommand } from './command';\nexport const x1 = runCommand;\n" },
      parser,
    );
    expect(await mapOf(workspace)).toEqual(await mapOf(fresh));
  });
});

describe('what is refused', () => {
  it.each([
    [{ focus: ['no.ts'] }, 'No such source file in the workspace: no.ts'],
    [{ focus: ['README.md'] }, 'No such source file in the workspace: README.md'],
    [{ focus: ['../a.ts'] }, '".."'],
    [{ focus: 'a.ts' }, 'The focus is a list of paths.'],
    [{ exclude: ['a['] }, 'begins no class'],
  ])('%j', async (params, message) => {
    const workspace = analysedWorkspace({ ...FILES, 'README.md': '' }, parser);
    await expect(mapOf(workspace, params)).rejects.toThrow(message);
  });
});
