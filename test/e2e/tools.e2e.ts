import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOOLS } from '../../src/tools/catalog.ts';
import { keepEvidenceOfFailures } from './driver/evidence.ts';
import { until } from './driver/until.ts';
import type { Workbench } from './driver/workbench.ts';
import { answer, answered, begin, closeWithProbe, launchWithProbe, probe } from './probe/probe.ts';

let workbench: Workbench;

beforeAll(async () => {
  workbench = await launchWithProbe();
});
afterAll(() => closeWithProbe(workbench));
keepEvidenceOfFailures(() => workbench);

/** What each tool is called with here, in this order, and what its answer has; one without a row fails. */
const EXAMPLES: Readonly<Record<string, readonly [input: object, expected: object]>> = {
  outline: [{ path: 'src/shapes.ts' }, { language: 'typescript' }],
  symbols: [{ query: 'Circle' }, {}],
  definition: [{ name: 'Circle' }, {}],
  references: [{ name: 'Circle' }, {}],
  imports: [{ path: 'src/main.ts' }, {}],
  dependents: [{ path: 'src/shapes.ts' }, {}],
  impact: [{ path: 'src/shapes.ts' }, {}],
  search: [{ query: 'radius' }, {}],
  repo_map: [{}, {}],
  tokens: [{ path: 'src/shapes.ts' }, {}],
  diagnostics: [{ path: 'src/shapes.ts' }, {}],
  store: [{ key: 'tool:something', value: [1], dependsOn: ['src/shapes.ts'] }, { stored: true }],
  lookup: [{ key: 'tool:something' }, { hit: true, value: [1] }],
  invalidate: [{ key: 'tool:something' }, { entries: 1 }],
  undo: [{}, { cause: 'key tool:something' }],
  remember: [{ key: 'shapes', text: 'Shapes have areas.', files: ['src/shapes.ts'] }, {}],
  recall: [{ key: 'shapes' }, {}],
  forget: [{ key: 'shapes' }, {}],
  session_open: [{ id: 'e2e', state: { goal: 'test' } }, {}],
  session_append: [{ id: 'e2e', messages: [{ role: 'user', content: 'Hello' }] }, {}],
  session_read: [{ id: 'e2e' }, {}],
  statistics: [{}, {}],
  warm: [{}, { cancelled: false }],
};
const IN_ORDER = Object.keys(EXAMPLES).filter((name) => TOOLS.some((tool) => tool.name === name));

const dialog = () => workbench.page.locator('.monaco-dialog-box').first();
const agree = () =>
  dialog()
    .getByRole('button', { name: /^(Allow|Yes|Continue)/ })
    .first();

/** What the tool answered, or `error`; a question is agreed to. */
async function call(tool: string, input: object): Promise<Record<string, unknown>> {
  begin(workbench, 'tool', { tool: `agent_cache_${tool}`, input });
  await until(`${tool} answers`, async () => {
    if (answered(workbench)) return true;
    await agree()
      .click({ timeout: 500 })
      .catch(() => undefined); // there is nothing to agree to yet
    return answered(workbench);
  });
  const { texts, error } = await answer(workbench);
  return error === undefined ? JSON.parse(texts[0]) : { error };
}

describe('another extension, through the language-model tools', () => {
  it('finds every tool of the catalog', async () => {
    const { names } = await probe(workbench, 'tools');
    for (const { name } of TOOLS) expect(names).toContain(`agent_cache_${name}`);
  });

  it('has an example here for every tool', () => {
    expect(Object.keys(EXAMPLES)).toEqual(expect.arrayContaining(TOOLS.map(({ name }) => name)));
  });

  it.each(IN_ORDER)('gets an answer from %s', async (name) => {
    const [input, expected] = EXAMPLES[name] ?? [{}, {}];
    const given = await call(name, input);
    expect(given).not.toHaveProperty('error');
    expect(given).toMatchObject(expected);
    const output = TOOLS.find((tool) => tool.name === name)?.output.safeParse(given);
    expect(output?.error).toBeUndefined();
  });

  it('gets an outline, and is told whether it was cached', async () => {
    writeFileSync(join(workbench.workspace, 'src/new.ts'), 'export class Square {}\n');
    const first = await call('outline', { path: 'src/new.ts' });
    expect(first.symbols).toEqual(['1 class Square']);
    expect(first.cache).toMatchObject({ hit: false, reason: 'never-cached' });
    expect((await call('outline', { path: 'src/new.ts' })).cache).toMatchObject({
      hit: true,
      level: 'memory',
    });
  });

  it('gets a clear error for a path that leads out of the workspace', async () => {
    const { error } = await call('outline', { path: '../../etc/passwd' });
    expect(error).toMatch(/workspace/);
    expect(error).toMatch(/path/);
  });
});

describe('the language servers of the window', () => {
  it('answer where they know more than the syntax does', async () => {
    const place = { path: 'src/main.ts', line: 4, column: 28 };
    expect(await call('definition', place)).toMatchObject({ by: 'syntax', name: 'Circle' });
    const wrong = { path: 'src/area.ts', message: 'There is no such shape.' };
    await probe(workbench, 'beLanguageServer', { definition: { path: 'src/shapes.ts', line: 5 }, wrong });
    const definition = await until('it answers in time', async () => {
      const given = await call('definition', place);
      return given.by === 'language server' && given;
    });
    expect(String(definition.definitions)).toContain('src/shapes.ts:6');
    expect(await call('references', place)).toMatchObject({ by: 'language server' });
    expect(JSON.stringify(await call('diagnostics', {}))).toContain('There is no such shape.');
  });
});

describe('a tool that removes', () => {
  it('asks the person first, with what it would hit, and does nothing when they say no', async () => {
    await call('store', { key: 'tool:kept', value: 1, tags: ['mine'] });
    begin(workbench, 'tool', { tool: 'agent_cache_invalidate', input: { tag: 'mine' } });
    await dialog().waitFor();
    expect(await dialog().textContent()).toContain('Invalidating tag mine');
    expect(await dialog().textContent()).toContain('1 entry');
    await workbench.screenshot('tool-confirmation-dark');
    expect(answered(workbench)).toBe(false);
    await workbench.page.keyboard.press('Escape');
    expect(await answer(workbench)).toHaveProperty('error');
    expect(await call('lookup', { key: 'tool:kept' })).toMatchObject({ hit: true, value: 1 });
  });

  it('runs when they agree, and can be undone', async () => {
    await workbench.theme('Light Modern');
    begin(workbench, 'tool', { tool: 'agent_cache_invalidate', input: { tag: 'mine' } });
    await dialog().waitFor();
    await workbench.screenshot('tool-confirmation-light');
    await dialog()
      .getByRole('button', { name: /^(Allow|Yes|Continue)/ })
      .first()
      .click();
    const { texts } = await answer(workbench);
    expect(JSON.parse(texts[0])).toMatchObject({ entries: 1, undoable: 1 });
    expect(await call('lookup', { key: 'tool:kept' })).toMatchObject({ hit: false });
    expect(await call('undo', {})).toMatchObject({ cause: 'tag mine' });
    expect(await call('lookup', { key: 'tool:kept' })).toMatchObject({ hit: true });
    await workbench.theme('Dark Modern');
  });
});

describe('a tool that the setting hides', () => {
  it('cannot be called any more, and comes back', async () => {
    const preview = () => call('invalidate', { all: true, preview: true });
    workbench.settings({ 'agentCache.tools.disabled': ['invalidate'] });
    await until('it is hidden', async () => 'error' in (await preview()));
    expect(await call('outline', { path: 'src/area.ts' })).toMatchObject({ language: 'typescript' });
    workbench.settings({ 'agentCache.tools.disabled': [] });
    await until('it is back', async () => 'preview' in (await preview()));
  });
});
