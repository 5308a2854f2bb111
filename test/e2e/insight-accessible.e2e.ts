/** axe-core over the panel's own frame in the real VS Code, with its real themes. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepEvidenceOfFailures } from './driver/evidence.ts';
import { Explorer } from './driver/explorer.ts';
import type { Workbench } from './driver/workbench.ts';
import { entryKey, fillStorage } from './filled/storage.ts';
import { closeWithProbe, launchWithProbe, probe } from './probe/probe.ts';

const SECTIONS = [
  'Overview',
  'Entries',
  'Tags',
  'Files',
  'Misses',
  'Model Answers',
  'Provider Cache',
  'Savings',
  'Advice',
  'Activity',
  'Settings',
] as const;
/** Themes, and the class that the page carries under each. */
const THEMES = [
  ['Dark Modern', 'vscode-dark'],
  ['Light Modern', 'vscode-light'],
  ['Default High Contrast', 'vscode-high-contrast'],
  ['Default High Contrast Light', 'vscode-high-contrast-light'],
] as const;
let workbench: Workbench;
let explorer: Explorer;

beforeAll(async () => {
  const loop = { entries: 100, eviction: 'lru', levels: ['memory'] };
  workbench = await launchWithProbe({ 'agentCache.namespaces': { loop } }, (globalStorage, workspace) =>
    fillStorage(globalStorage, workspace, 1_000),
  );
  explorer = await Explorer.open(workbench);
  await probe(workbench, 'goRound', { namespace: 'loop', keys: 250, reads: 3_000 });
  await probe(workbench, 'goRound', { namespace: 'loop', keys: 20, reads: 500 });
  await probe(workbench, 'invalidate', { selector: { tag: 'kind/risks' } });
});
afterAll(() => closeWithProbe(workbench));
keepEvidenceOfFailures(() => workbench);

/** What is wrong in the frame of the panel, whatever the workbench around it is like. */
async function violations(): Promise<string[]> {
  const path = ['iframe.webview.ready', '#active-frame', 'body'];
  const { violations, passes } = await new AxeBuilder({ page: workbench.page }).include(path).analyze();
  expect(passes.length).toBeGreaterThan(10); // so that nothing looked at is no success
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${html} ${any[0]?.message}`),
  );
}

describe.each(THEMES)('in %s', (theme, name) => {
  beforeAll(async () => {
    await workbench.theme(theme);
    await explorer.frame.locator(`body.${name}`).waitFor();
  });

  it.each(SECTIONS)('%s has no violations', async (section) => {
    const on = await explorer.section(section);
    await on.locator('.loading, [role=status]:has-text("Reading")').first().waitFor({ state: 'hidden' });
    expect(await violations()).toEqual([]);
    await workbench.screenshot(`accessible-${name}-${section.toLowerCase()}`);
  });

  it('an entry in full has no violations, nor has a menu over the list', async () => {
    const entries = await explorer.entries();
    await entries.filter.fill('module-007');
    await expect.poll(() => entries.status()).toContain(' of ');
    await entries.rows.first().locator('.hits').click({ button: 'right' });
    await explorer.frame.getByRole('menu').waitFor();
    expect(await violations()).toEqual([]);
    await workbench.page.keyboard.press('Escape');
    await entries.filter.fill(entryKey(7).split(':').at(-1) ?? '');
    await expect.poll(() => entries.status()).toContain('1 of ');
    await entries.rows.first().locator('.key-name').click();
    await explorer.entryInFull(entryKey(7));
    expect(await violations()).toEqual([]);
    await workbench.screenshot(`accessible-${name}-entry`);
  });
});
