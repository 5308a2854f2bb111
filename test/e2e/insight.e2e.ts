/** The Cache Explorer over 50,000 entries, in the real VS Code: every section is opened and used. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepEvidenceOfFailures } from './driver/evidence.ts';
import type { Workbench } from './driver/workbench.ts';
import { entryKey, filePath, fillStorage } from './filled/storage.ts';
import { closeWithProbe, launchWithProbe, probe } from './probe/probe.ts';

const PANEL = 'Cache Explorer';
const ENTRIES = 50_000;
let workbench: Workbench;
let panel: Frame;

beforeAll(async () => {
  const loop = { entries: 100, eviction: 'lru', levels: ['memory'] };
  workbench = await launchWithProbe({ 'agentCache.namespaces': { loop } }, (globalStorage, workspace) =>
    fillStorage(globalStorage, workspace, ENTRIES),
  );
  panel = await openPanel();
});
afterAll(() => closeWithProbe(workbench));
keepEvidenceOfFailures(() => workbench);

async function openPanel(): Promise<Frame> {
  await workbench.runCommand('Agent Cache: Open Cache Explorer');
  return workbench.webviewFrame(PANEL);
}

/** Shows a section of the panel; resolves with what it is on. */
async function showSection(name: string): Promise<Locator> {
  await panel.getByRole('tab', { name }).click();
  const section = panel.getByRole('tabpanel', { name });
  await section.waitFor();
  return section;
}

const status = (entries: Locator) => entries.locator('.entries-status');
const rows = (entries: Locator) => entries.locator('.entry-row:not([aria-busy])');
const grid = (entries: Locator) => entries.getByRole('grid', { name: 'Entries' });
const row = (entries: Locator, key: string) =>
  rows(entries).filter({ has: panel.locator(`.key-name[title="${key}"]`) });
/** Beside the name, where a click selects and does not open. */
const BESIDE = { position: { x: 700, y: 10 } };

/** The list of entries, of those that the filter lets through. */
async function filtered(filter: string, matched: number): Promise<Locator> {
  const entries = await showSection('Entries');
  if (await entries.locator('.back').isVisible()) await entries.locator('.back').click();
  await entries.getByRole('textbox', { name: 'Filter the entries' }).fill(filter);
  const told = `${matched.toLocaleString('en-US')} of `;
  await expect.poll(() => status(entries).textContent()).toContain(filter === '' ? ' entries, ' : told);
  return entries;
}

/** What the workspace's own settings.json says; empty where there is none. */
function workspaceSettings(): Record<string, unknown> {
  const file = join(workbench.workspace, '.vscode/settings.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

describe('50,000 entries', () => {
  it('are all in the list, of which a few rows are in the document', async () => {
    const entries = await showSection('Entries');
    await expect.poll(() => grid(entries).getAttribute('aria-rowcount')).toBe(String(ENTRIES + 1));
    expect(await status(entries).textContent()).toMatch(/^50,000 entries, \d+\.\d MB$/);
    await grid(entries).evaluate((element) => {
      element.scrollTop = 600_000;
    });
    await expect.poll(() => rows(entries).first().getAttribute('aria-rowindex')).toMatch(/^2(49|50)\d\d$/);
    expect(await entries.locator('.entry-row').count()).toBeLessThan(70);
    await workbench.screenshot('insight-entries');
  });

  it.each([
    ['summary namespace:result', ENTRIES / 20],
    ['tag:kind/review', ENTRIES / 5],
    [`file:${filePath(7)}`, 25],
    ['file:src/package-07/**', 250],
    ['key:tool:risks:* -tag:kind/risks', 0],
    ['level:memory', 0],
    ['cost>=900ms cost<905ms', 28],
  ])('are filtered by %s', async (filter, matched) => {
    const entries = await filtered(filter, matched);
    await expect.poll(() => rows(entries).count()).toBeGreaterThan(matched === 0 ? -1 : 0);
    if (matched === 0) await entries.getByText('No entry fits the filter.').waitFor();
  });

  it('say in a sentence what is wrong with a filter', async () => {
    const entries = await showSection('Entries');
    await entries.getByRole('textbox', { name: 'Filter the entries' }).fill('size>much');
    await entries.getByText(/^At character 6: "much" is no size/).waitFor();
  });

  it('are sorted by a column, one way and the other', async () => {
    const entries = await filtered('', ENTRIES);
    const header = grid(entries).getByRole('columnheader', { name: 'Key' });
    await header.getByRole('button').click();
    await expect.poll(() => header.getAttribute('aria-sort')).toBe('ascending');
    await row(entries, 'context:review:src/package-00/module-000.ts:00000').waitFor({ state: 'detached' });
    const first = () => rows(entries).first().locator('.key-name').getAttribute('title');
    await expect.poll(first).toMatch(/^context:/);
    await header.getByRole('button').click();
    await expect.poll(first).toMatch(/^tool:/);
  });
});
