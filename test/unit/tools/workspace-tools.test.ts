import { describe, expect, it } from 'vitest';
import type { Range } from '../../../src/analysis/parse/syntax.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { OverlayDisk } from '../../../src/freshness/overlay-disk.ts';
import { definitionTool } from '../../../src/tools/definition.ts';
import { dependentsTool } from '../../../src/tools/dependents.ts';
import { diagnosticsTool } from '../../../src/tools/diagnostics.ts';
import { impactTool } from '../../../src/tools/impact.ts';
import { importsTool } from '../../../src/tools/imports.ts';
import type { Diagnostic, LanguageHost, Place } from '../../../src/tools/language-host.ts';
import { referencesTool } from '../../../src/tools/references.ts';
import { repoMapTool } from '../../../src/tools/repo-map.ts';
import { symbolsTool } from '../../../src/tools/symbols.ts';
import type { Tool } from '../../../src/tools/tool.ts';
import { openCountingParser } from '../analysis/built-parser.ts';
import { analysedWorkspace } from './analysed-workspace.ts';

const parser = await openCountingParser();

const FILES = {
  'src/store.ts': 'export class Store {\n  open() {}\n}\n',
  'src/main.ts':
    "import { join } from 'node:path';\nimport { Store } from './store';\nimport './gone';\nexport function main() {\n  new Store().open();\n}\n",
  'src/cli.ts': "import { main } from './main';\nmain();\n",
};

/** Asks tools as a door does: the input is validated first, the output has the form that is promised. */
function door(languages?: Partial<LanguageHost>) {
  const { runner, disk, write } = analysedWorkspace(FILES, parser);
  const engine = { runner, unsaved: new OverlayDisk(disk) } as unknown as Engine;
  const context = {
    engine,
    signal: new AbortController().signal,
    ...(languages && { languages: languages as LanguageHost }),
  };
  const ask = async <I, O>(tool: Tool<I, O>, input: object): Promise<O> => {
    const output = await tool.run(tool.input.parse(input), context);
    return tool.output.parse(output);
  };
  return { ask, write, unsaved: engine.unsaved };
}

function range(line: number, character = 0): Range {
  return { start: { line, character }, end: { line, character: character + 1 } };
}

describe('what the tools say', () => {
  it('is in lines from 1, with paths of the workspace', async () => {
    const { ask } = door();
    expect(await ask(symbolsTool, { query: 'store' })).toMatchObject({
      symbols: ['src/store.ts:1 class Store'],
      cache: { hit: false, reason: 'never-cached' },
    });
    expect(await ask(importsTool, { path: 'src/main.ts' })).toMatchObject({
      language: 'typescript',
      imports: [
        '1 import node:path -> package node:path',
        '2 import ./store -> src/store.ts',
        '3 import ./gone -> nothing',
      ],
    });
    expect(await ask(dependentsTool, { path: 'src/store.ts' })).toMatchObject({
      files: 1,
      dependents: ['src/main.ts:2 import'],
    });
    expect(await ask(impactTool, { path: 'src/store.ts' })).toMatchObject({
      files: 2,
      impact: ['1 src/main.ts', '2 src/cli.ts through src/main.ts'],
    });
    expect(await ask(impactTool, { path: 'src/store.ts', depth: 1 })).toMatchObject({
      files: 1,
      deeper: true,
    });
    expect(await ask(definitionTool, { name: 'Store.open' })).toMatchObject({
      by: 'syntax',
      definitions: ['src/store.ts:2 method Store.open'],
    });
    expect(await ask(referencesTool, { path: 'src/main.ts', line: 5, column: 8 })).toMatchObject({
      by: 'syntax',
      name: 'Store',
      references: [
        "src/main.ts:2 import { Store } from './store';",
        'src/main.ts:5 new Store().open(); (in main)',
        'src/store.ts:1 export class Store { (declares class)',
      ],
    });
    expect(await ask(repoMapTool, { focus: ['src/cli.ts'], exclude: ['src/store.ts'] })).toMatchObject({
      map: 'src/main.ts\n  4 function main\n',
      files: 1,
      of: 3,
    });
  });

  it.each([
    [symbolsTool, { query: 'Store' }],
    [importsTool, { path: 'src/main.ts' }],
    [dependentsTool, { path: 'src/store.ts' }],
    [impactTool, { path: 'src/store.ts' }],
    [definitionTool, { name: 'Store' }],
    [referencesTool, { name: 'Store' }],
    [repoMapTool, {}],
  ] as [Tool<unknown, object>, object][])('comes from the cache the second time: %#', async (tool, input) => {
    const { ask } = door();
    await ask(tool, input);
    expect(await ask(tool, input)).toMatchObject({ cache: { hit: true, level: 'memory' } });
  });

  it('is cut to the tokens that are given, and says so', async () => {
    const { ask, write } = door();
    write('many.ts', Array.from({ length: 100 }, (_, i) => `export const manyNames${i} = ${i};`).join('\n'));
    const { symbols, left, truncated } = await ask(symbolsTool, { query: 'manyNames', maxTokens: 100 });
    expect(truncated).toEqual({ shown: symbols.length, of: 50 });
    expect(JSON.stringify(symbols).length).toBeLessThanOrEqual(400);
    expect(left).toBe(50);
  });
});

describe('with language servers', () => {
  const places: Place[] = [
    { path: 'src/store.ts', range: range(0, 13) },
    { path: '/lib/outside.d.ts', range: range(6) },
  ];
  const asked: unknown[] = [];
  const host: Partial<LanguageHost> = {
    async definition(...given) {
      asked.push(given.slice(0, 3));
      return places;
    },
    async references() {
      return [...places, { path: 'src/store.ts', range: range(0, 20) }];
    },
  };
  const place = { path: 'src/main.ts', line: 5, column: 8 };
  const uncached = { hit: false, reason: 'bypassed', detail: 'language server' };

  it('they answer for a place, from 0 as they count, and nothing is cached', async () => {
    const { ask } = door(host);
    for (const _ of [1, 2]) {
      expect(await ask(definitionTool, place)).toMatchObject({
        by: 'language server',
        definitions: ['src/store.ts:1 export class Store {', '/lib/outside.d.ts:7'],
        cache: uncached,
      });
    }
    expect(asked).toEqual([
      ['src/main.ts', 4, 7],
      ['src/main.ts', 4, 7],
    ]);
    expect(await ask(referencesTool, { ...place, inside: 'src' })).toMatchObject({
      by: 'language server',
      references: ['src/store.ts:1 export class Store {'],
      cache: uncached,
    });
    expect(await ask(referencesTool, { ...place, limit: 1 })).toMatchObject({ left: 2 });
  });

  it('their lines are those of the editor', async () => {
    const { ask, unsaved } = door(host);
    unsaved.set('src/store.ts', () => 'class Unsaved {}');
    expect(await ask(definitionTool, place)).toMatchObject({
      definitions: ['src/store.ts:1 class Unsaved {}', '/lib/outside.d.ts:7'],
    });
  });

  it.each([undefined, []])('syntax answers when they say %j, and for a name', async (nothing) => {
    const { ask } = door({ definition: async () => nothing, references: async () => nothing });
    expect(await ask(definitionTool, place)).toMatchObject({ by: 'syntax', name: 'Store' });
    expect(await ask(referencesTool, place)).toMatchObject({ by: 'syntax', name: 'Store' });
    const { ask: withAnswers } = door(host);
    expect(await withAnswers(definitionTool, { name: 'Store' })).toMatchObject({ by: 'syntax' });
  });
});

describe('diagnostics', () => {
  const all: Diagnostic[] = [
    { path: 'b.ts', range: range(2), severity: 'warning', message: 'Unused.', source: 'eslint' },
    {
      path: 'b.ts',
      range: range(1, 4),
      severity: 'error',
      message: 'Not\n  so.',
      source: 'ts',
      code: '2322',
    },
    { path: 'a.ts', range: range(0), severity: 'hint', message: 'Maybe.' },
    { path: 'a.ts', range: range(9), severity: 'error', message: 'Wrong.' },
  ];
  const host = { diagnostics: async (path: string) => all.filter((each) => each.path.startsWith(path)) };

  it('are listed worst first, counted by severity, and never cached', async () => {
    const { ask } = door(host);
    expect(await ask(diagnosticsTool, {})).toMatchObject({
      counts: { error: 2, warning: 1, hint: 1 },
      diagnostics: [
        'a.ts:10:1 error: Wrong.',
        'b.ts:2:5 error ts(2322): Not so.',
        'b.ts:3:1 warning eslint: Unused.',
        'a.ts:1:1 hint: Maybe.',
      ],
      cache: { hit: false, reason: 'bypassed', detail: 'diagnostics are never cached' },
    });
    expect(await ask(diagnosticsTool, { path: 'b.ts', severity: 'error' })).toMatchObject({
      counts: { error: 1, warning: 1 },
      diagnostics: ['b.ts:2:5 error ts(2322): Not so.'],
    });
  });

  it('need an editor', async () => {
    expect(diagnosticsTool.needsLanguageHost).toBe(true);
    await expect(door().ask(diagnosticsTool, {})).rejects.toThrow('inside VS Code only');
  });
});

describe('what the tools refuse', () => {
  it.each([
    [definitionTool, {}, 'Give a name, or a place: path, line and column.'],
    [definitionTool, { path: 'src/main.ts', line: 1 }, 'Give a name, or a place'],
    [referencesTool, { name: 'a', line: 1 }, 'Give either a name, or a place'],
    [referencesTool, { name: 'a', inside: '../x' }, '..'],
    [dependentsTool, { path: '/etc/passwd' }, 'absolute'],
    [dependentsTool, { path: 'no.ts' }, 'No such file in the workspace: no.ts'],
    [
      definitionTool,
      { path: 'src/main.ts', line: 7, column: 1 },
      'There is no identifier in line 7, column 1',
    ],
    [repoMapTool, { maxTokens: 50 }, '100'],
    [diagnosticsTool, { path: '../x' }, '..'],
    [symbolsTool, { query: 'a', more: 1 }, 'more'],
  ] as [Tool<unknown, object>, object, string][])('%#: %o', async (tool, input, message) => {
    await expect(door().ask(tool, input)).rejects.toThrow(message);
  });
});
