import { describe, expect, it } from 'vitest';
import { type Ask, GivenUpError } from '../../../src/analysis/analysis.ts';
import { answerOrNone } from '../../../src/analysis/answer-or-none.ts';
import type { Dependents } from '../../../src/analysis/graph/dependents.ts';
import type { Impact } from '../../../src/analysis/graph/impact.ts';
import { sourcesAnalysis } from '../../../src/analysis/workspace/sources.ts';
import { analysedWorkspace } from '../tools/analysed-workspace.ts';
import { openParser } from './built-parser.ts';

const parser = openParser();

type Workspace = ReturnType<typeof analysedWorkspace>;

/** `path:line kind`, lines from 0, one for each import. */
async function dependents({ ask }: Workspace, path: string): Promise<string[]> {
  const { dependents: all } = await ask<Dependents>('dependents', { path });
  return all.flatMap((each) =>
    each.imports.map(({ kind, range }) => `${each.path}:${range.start.line} ${kind}`),
  );
}

async function impact({ ask }: Workspace, path: string, depth?: number): Promise<string[]> {
  const { files, deeper } = await ask<Impact>('impact', { path, ...(depth && { depth }) });
  return [
    ...files.map((each) => `${each.depth} ${each.path} < ${each.through}`),
    ...(deeper ? ['deeper'] : []),
  ];
}

const CHAIN = {
  'a.ts': 'export const a = 1;\n',
  'b.ts': "import { a } from './a';\nexport const b = a;\n",
  'c.ts': "import { b } from './b';\nexport const c = b;\n",
  'sub/d.ts': "// first\nimport { a } from '../a.ts';\nexport { c } from '../c';\n",
  'alone.ts': 'export const alone = 1;\n',
};

describe('who imports a file', () => {
  it('is told in TypeScript, with the kind and the line of each import', async () => {
    const workspace = analysedWorkspace(CHAIN, parser);
    expect(await dependents(workspace, 'a.ts')).toEqual(['b.ts:0 import', 'sub/d.ts:1 import']);
    expect(await dependents(workspace, 'c.ts')).toEqual(['sub/d.ts:2 export']);
    expect(await dependents(workspace, 'alone.ts')).toEqual([]);
    expect(await impact(workspace, 'a.ts')).toEqual(['1 b.ts < a.ts', '1 sub/d.ts < a.ts', '2 c.ts < b.ts']);
    expect(await impact(workspace, 'b.ts')).toEqual(['1 c.ts < b.ts', '2 sub/d.ts < c.ts']);
  });

  it('is told in Python', async () => {
    const workspace = analysedWorkspace(
      {
        'pkg/__init__.py': '',
        'pkg/base.py': 'class Base: pass\n',
        'pkg/child.py': 'from .base import Base\n',
        'main.py': 'import os\nfrom pkg import child\n',
      },
      parser,
    );
    expect(await dependents(workspace, 'pkg/base.py')).toEqual(['pkg/child.py:0 import']);
    expect(await impact(workspace, 'pkg/base.py')).toEqual([
      '1 pkg/child.py < pkg/base.py',
      '2 main.py < pkg/child.py',
    ]);
  });

  it('is told in Go by package: of each of its files but the tests, and of no file in another language', async () => {
    const workspace = analysedWorkspace(
      {
        'go.mod': 'module example.com/app\n',
        'store/store.go': 'package store\n',
        'store/more.go': 'package store\n',
        'store/store_test.go': 'package store\n',
        'store/tool.py': '',
        'main.go': 'package main\n\nimport (\n\t"fmt"\n\t"example.com/app/store"\n)\n',
      },
      parser,
    );
    expect(await dependents(workspace, 'store/store.go')).toEqual(['main.go:4 import']);
    expect(await dependents(workspace, 'store/more.go')).toEqual(['main.go:4 import']);
    expect(await dependents(workspace, 'store/store_test.go')).toEqual([]);
    expect(await dependents(workspace, 'store/tool.py')).toEqual([]);
    expect(await impact(workspace, 'store/more.go')).toEqual(['1 main.go < store/more.go']);
  });

  it('is told in Java, by class and by package', async () => {
    const workspace = analysedWorkspace(
      {
        'src/app/model/Item.java': 'package app.model;\npublic class Item {}\n',
        'src/app/One.java': 'package app;\nimport app.model.Item;\nclass One {}\n',
        'src/app/All.java': 'package app;\nimport app.model.*;\nclass All {}\n',
      },
      parser,
    );
    expect(await dependents(workspace, 'src/app/model/Item.java')).toEqual([
      'src/app/All.java:1 import',
      'src/app/One.java:1 import',
    ]);
  });

  it('is told in Rust, for modules and for what is used of them', async () => {
    const workspace = analysedWorkspace(
      {
        'Cargo.toml': '[package]\nname = "app"\n',
        'src/main.rs': 'mod store;\nmod web;\nfn main() {}\n',
        'src/store.rs': 'pub struct Store;\n',
        'src/web.rs': 'use crate::store::Store;\n',
      },
      parser,
    );
    expect(await dependents(workspace, 'src/store.rs')).toEqual(['src/main.rs:0 module', 'src/web.rs:0 use']);
    expect(await impact(workspace, 'src/store.rs')).toEqual([
      '1 src/main.rs < src/store.rs',
      '1 src/web.rs < src/store.rs',
    ]);
  });

  it('can be a file in no language at all', async () => {
    const files = { 'data.json': '{}', 'a.ts': "import data from './data.json';\n" };
    expect(await dependents(analysedWorkspace(files, parser), 'data.json')).toEqual(['a.ts:0 import']);
  });
});

describe('the impact of a file', () => {
  const ring = {
    'a.ts': "import './c';\n",
    'b.ts': "import './a';\n",
    'c.ts': "import './b';\n",
    'self.ts': "import './self';\n",
  };

  it('names no file twice, and never the file itself', async () => {
    const workspace = analysedWorkspace(ring, parser);
    expect(await impact(workspace, 'a.ts')).toEqual(['1 b.ts < a.ts', '2 c.ts < b.ts']);
    expect(await impact(workspace, 'self.ts')).toEqual([]);
    expect(await dependents(workspace, 'self.ts')).toEqual([]);
  });

  it('ends at the depth that is asked for, and says that there is more', async () => {
    const workspace = analysedWorkspace(CHAIN, parser);
    expect(await impact(workspace, 'a.ts', 1)).toEqual(['1 b.ts < a.ts', '1 sub/d.ts < a.ts', 'deeper']);
    expect(await impact(workspace, 'a.ts', 2)).not.toContain('deeper');
  });

  it('is one answer whether its depth is the usual one or given as that', async () => {
    const { runner, ask } = analysedWorkspace(CHAIN, parser);
    await ask('impact', { path: 'a.ts' });
    expect(await runner.run('impact', { path: 'a.ts', depth: 5 })).toMatchObject({ hit: true });
    expect(await runner.run('impact', { path: 'a.ts', depth: 4 })).toMatchObject({ hit: false });
  });

  it.each([0, 21, 1.5, '3'])('refuses the depth %j', async (depth) => {
    const { ask } = analysedWorkspace(CHAIN, parser);
    await expect(ask('impact', { path: 'a.ts', depth })).rejects.toThrow('The depth is');
  });
});

describe('after an edit', () => {
  it('both are right', async () => {
    const workspace = analysedWorkspace(CHAIN, parser);
    await impact(workspace, 'a.ts');
    workspace.write('alone.ts', "import './c';\n");
    expect(await dependents(workspace, 'c.ts')).toEqual(['alone.ts:0 import', 'sub/d.ts:2 export']);
    workspace.write('b.ts', '');
    expect(await impact(workspace, 'a.ts')).toEqual(['1 sub/d.ts < a.ts']);
    workspace.remove('sub/d.ts');
    workspace.write('new.ts', "\n\nimport './a';\n");
    expect(await dependents(workspace, 'a.ts')).toEqual(['new.ts:2 import']);
  });

  it('that changes no import, neither is computed again', async () => {
    const workspace = analysedWorkspace(CHAIN, parser);
    const both = async () => [await dependents(workspace, 'a.ts'), await impact(workspace, 'a.ts')];
    const before = await both();
    workspace.computed.forget();
    workspace.write('b.ts', `${CHAIN['b.ts']}export function more() { return 2; }\n`);
    workspace.write('alone.ts', 'export const other = 1;\n');
    expect(await both()).toEqual(before);
    expect(workspace.computed.of('imports')).toBe(2);
    expect(workspace.computed.of('dependents')).toBe(0);
    expect(workspace.computed.of('impact')).toBe(0);
  });

  it('that moves an import, only what tells its line is computed again', async () => {
    const workspace = analysedWorkspace(CHAIN, parser);
    await dependents(workspace, 'a.ts');
    await dependents(workspace, 'c.ts');
    await impact(workspace, 'a.ts');
    workspace.computed.forget();
    workspace.write('b.ts', `// above\n${CHAIN['b.ts']}`);
    expect(await dependents(workspace, 'a.ts')).toEqual(['b.ts:1 import', 'sub/d.ts:1 import']);
    await dependents(workspace, 'c.ts');
    await impact(workspace, 'a.ts');
    expect(workspace.computed.of('dependents')).toBe(1);
    expect(workspace.computed.of('impact')).toBe(0);
  });

  it('that adds an import, both are computed again', async () => {
    const workspace = analysedWorkspace(CHAIN, parser);
    await dependents(workspace, 'a.ts');
    await impact(workspace, 'a.ts');
    workspace.computed.forget();
    workspace.write('alone.ts', "import './a';\n");
    expect(await dependents(workspace, 'a.ts')).toContain('alone.ts:0 import');
    expect(await impact(workspace, 'a.ts')).toContain('1 alone.ts < a.ts');
    expect(workspace.computed.of('dependents')).toBe(1);
    expect(workspace.computed.of('impact')).toBe(1);
  });
});

describe.each(['dependents', 'impact'])('%s refuses', (name) => {
  it('a file that is not there, and answers once it is', async () => {
    const { ask, write } = analysedWorkspace(CHAIN, parser);
    await expect(ask(name, { path: 'no.ts' })).rejects.toThrow('No such file in the workspace: no.ts');
    write('no.ts', '');
    await ask(name, { path: 'no.ts' });
  });

  it('a folder', async () => {
    const { ask } = analysedWorkspace(CHAIN, parser);
    await expect(ask(name, { path: 'sub' })).rejects.toThrow('sub is a folder: name a file in it.');
  });
});

describe('one file of many', () => {
  const asking = (answer: () => Promise<unknown>) => answerOrNone(answer as Ask, sourcesAnalysis, {});

  it('has no answer when it is refused or given up', async () => {
    expect(await asking(async () => ({ files: [] }))).toEqual({ files: [] });
    expect(await asking(async () => ({ refused: 'too large' }))).toBeUndefined();
    expect(await asking(() => Promise.reject(new GivenUpError('too slow')))).toBeUndefined();
  });

  it('fails with what else goes wrong', async () => {
    await expect(asking(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});
