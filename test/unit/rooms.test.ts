import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser';
import { afterEach, describe, expect, it } from 'vitest';

const config = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as IFlattenedRuleSet & {
  options: Record<string, unknown>;
};

/** A project that keeps every rule, to which each case adds what breaks one. */
const CLEAN: Record<string, string> = {
  'package.json': JSON.stringify({
    type: 'module',
    devDependencies: { '@types/vscode': '1', '@vscode/webview-ui-toolkit': '1', vitest: '1' },
  }),
  'node_modules/@types/vscode/index.d.ts': 'export const version: string;',
  'node_modules/@types/vscode/package.json': '{"name":"@types/vscode","types":"index.d.ts"}',
  'node_modules/@vscode/webview-ui-toolkit/index.js': 'export const toolkit = 1;',
  'node_modules/@vscode/webview-ui-toolkit/package.json': '{"main":"index.js"}',
  'node_modules/vitest/index.js': 'export const it = 1;',
  'node_modules/vitest/package.json': '{"main":"index.js"}',
  'node_modules/undeclared/index.js': 'export const undeclared = 1;',
  'node_modules/undeclared/package.json': '{"main":"index.js"}',
  'src/extension.ts': uses('vscode', './engine/room.ts', './vscode/room.ts', './serve/room.ts'),
  'src/headless.ts': uses('./engine/room.ts', './serve/room.ts'),
  'src/engine/room.ts': uses(
    '../warming/room.ts',
    '../insight/room.ts',
    '../notes/room.ts',
    '../answers/room.ts',
  ),
  'src/api.ts': "import type { a } from './cache/room.ts';\nexport type Api = typeof a;",
  'src/protocol.ts': 'export const a = 1;',
  'src/vscode/room.ts': uses('vscode', '../protocol.ts', '../engine/room.ts'),
  'src/serve/room.ts': uses('../warming/room.ts'),
  'src/warming/room.ts': uses('../analysis/room.ts'),
  'src/analysis/room.ts': uses('../freshness/room.ts'),
  'src/notes/room.ts': uses('../freshness/room.ts'),
  'src/answers/room.ts': uses('../freshness/room.ts'),
  'src/insight/room.ts': uses('../freshness/room.ts', '../protocol.ts'),
  'src/freshness/room.ts': uses('../cache/room.ts'),
  'src/cache/room.ts': uses('./other.ts'),
  'src/cache/other.ts': 'export const a = 1;',
  'webview/main.ts': uses('../src/protocol.ts', './ui/toolkit.ts'),
  'webview/ui/toolkit.ts': uses('@vscode/webview-ui-toolkit'),
  'test/helper.ts': 'export const a = 1;',
};

/** For every rule a file that breaks it. */
const BREAKS: Record<string, [file: string, text: string]> = {
  'vscode-serve-imports-upward': ['src/serve/room.ts', uses('../headless.ts')],
  'engine-imports-upward': ['src/engine/room.ts', uses('../vscode/room.ts')],
  'tools-imports-upward': ['src/tools/room.ts', uses('../serve/room.ts')],
  'warming-imports-upward': ['src/warming/room.ts', uses('../serve/room.ts')],
  'analysis-notes-answers-insight-imports-upward': ['src/notes/room.ts', uses('../warming/room.ts')],
  'freshness-imports-upward': ['src/freshness/room.ts', uses('../analysis/room.ts')],
  'cache-imports-upward': ['src/cache/room.ts', uses('../freshness/room.ts')],
  'vscode-imports-neighbour': ['src/vscode/room.ts', uses('../serve/room.ts')],
  'serve-imports-neighbour': ['src/serve/room.ts', uses('../vscode/room.ts')],
  'analysis-imports-neighbour': ['src/analysis/room.ts', uses('../notes/room.ts')],
  'notes-imports-neighbour': ['src/notes/room.ts', uses('../answers/room.ts')],
  'answers-imports-neighbour': ['src/answers/room.ts', uses('../insight/room.ts')],
  'insight-imports-neighbour': ['src/insight/room.ts', uses('../analysis/room.ts')],
  'headless-imports-vscode-room': ['src/headless.ts', uses('./vscode/room.ts')],
  'vscode-api-outside-its-room': ['src/serve/room.ts', uses('vscode')],
  'webview-imports-host': ['webview/main.ts', uses('../src/cache/room.ts')],
  'host-imports-webview': ['src/vscode/room.ts', uses('../../webview/main.ts')],
  'toolkit-outside-webview-ui': ['webview/main.ts', uses('@vscode/webview-ui-toolkit')],
  'protocol-imports-code': ['src/protocol.ts', uses('./cache/other.ts')],
  'api-imports-code': ['src/api.ts', uses('./cache/other.ts')],
  'protocol-below-insight': ['src/cache/room.ts', uses('../protocol.ts')],
  'protocol-as-code': ['src/warming/room.ts', uses('../protocol.ts')],
  'code-imports-test': ['src/cache/room.ts', uses('../../test/helper.ts')],
  'code-imports-tool': ['src/cache/room.ts', uses('vitest')],
  'no-cycles': ['src/cache/other.ts', uses('./room.ts')],
  'no-orphans': ['src/cache/left-over.ts', 'export const a = 1;'],
  unresolvable: ['src/cache/room.ts', uses('./nowhere.ts')],
  'undeclared-dependency': ['src/cache/room.ts', uses('undeclared')],
};

describe('the rules between the rooms', () => {
  const made: string[] = [];
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
  });

  it('has a case here for every rule', () => {
    expect(Object.keys(BREAKS).sort()).toEqual((config.forbidden ?? []).map((rule) => rule.name).sort());
  });

  it('lets a project pass that keeps them', async () => {
    expect(await violations({})).toEqual([]);
  });

  it.each(Object.entries(BREAKS))('%s bites', async (rule, [file, text]) => {
    expect(await violations({ [file]: text })).toContain(rule);
  });

  /** Names of the rules broken by the clean project with `changes` (path to text). */
  async function violations(changes: Record<string, string>): Promise<string[]> {
    const folder = mkdtempSync(join(tmpdir(), 'rooms-'));
    made.push(folder);
    for (const [file, text] of Object.entries({ ...CLEAN, ...changes })) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    const { options, ...ruleSet } = config;
    const { output } = await cruise(['src', 'webview', 'test'], {
      ...options,
      baseDir: folder,
      validate: true,
      ruleSet,
    });
    return (output as ICruiseResult).summary.violations.map((violation) => violation.rule.name);
  }
});

function uses(...modules: string[]): string {
  return `${modules.map((module) => `import '${module}';`).join('\n')}\nexport const a = 1;\n`;
}
