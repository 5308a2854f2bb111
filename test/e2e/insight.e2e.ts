/** The Cache Explorer over 50,000 entries, in the real VS Code: every section is opened and used. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepEvidenceOfFailures } from './driver/evidence.ts';
import { Explorer } from './driver/explorer.ts';
import type { Workbench } from './driver/workbench.ts';
import { filePath, fillStorage } from './filled/storage.ts';
import { closeWithProbe, launchWithProbe, probe } from './probe/probe.ts';

const ENTRIES = 50_000;
/** Of it, 25 entries. */
const FILE = filePath(7);
let workbench: Workbench;
let explorer: Explorer;

beforeAll(async () => {
  const loop = { entries: 100, eviction: 'lru', levels: ['memory'] };
  workbench = await launchWithProbe({ 'agentCache.namespaces': { loop } }, (globalStorage, workspace) =>
    fillStorage(globalStorage, workspace, ENTRIES),
  );
  explorer = await Explorer.open(workbench);
});
afterAll(() => closeWithProbe(workbench));
keepEvidenceOfFailures(() => workbench);

/** What the workspace's own settings.json says; empty where there is none. */
function workspaceSettings(): Record<string, unknown> {
  const file = join(workbench.workspace, '.vscode/settings.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

describe('50,000 entries', () => {
  it('are all in the list, of which a few rows are in the document', async () => {
    const entries = await explorer.entries();
    await expect.poll(() => entries.grid.getAttribute('aria-rowcount')).toBe(String(ENTRIES + 1));
    await expect.poll(() => entries.status()).toMatch(/^50,000 entries, \d+\.\d MB$/);
    await entries.grid.evaluate((element: { scrollTop: number }) => {
      element.scrollTop = 600_000;
    });
    await expect.poll(() => entries.rows.first().getAttribute('aria-rowindex')).toMatch(/^2(49|50)\d\d$/);
    expect(await entries.grid.locator('.entry-row').count()).toBeLessThan(70);
  });

  it.each([
    ['summary namespace:result', ENTRIES / 20],
    ['tag:kind/review', ENTRIES / 5],
    [`file:${FILE}`, 25],
    ['file:src/package-07/**', 250],
    ['key:module:risks:* -tag:kind/risks', 0],
    ['level:memory', 0],
    ['cost>=900ms cost<905ms', 25],
  ])('are filtered by %s', async (filter, matched) => {
    const entries = await explorer.filtered(filter, matched);
    if (matched > 0) await entries.rows.first().waitFor();
    else await entries.section.getByText('No entry fits the filter.').waitFor();
  });

  it('say in a sentence what is wrong with a filter', async () => {
    const entries = await explorer.entries();
    await entries.filter.fill('size>much');
    await expect.poll(() => entries.status()).toMatch(/^At character 6: "much" is no size/);
  });

  it('are sorted by a column, one way and the other', async () => {
    const entries = await explorer.filtered('tag:package', 5_000);
    const header = entries.grid.getByRole('columnheader', { name: 'Key' });
    await expect.poll(() => entries.keyAt(0)).toMatch(/^context:/);
    expect(await header.getAttribute('aria-sort')).toBe('ascending');
    await header.getByRole('button').click();
    await expect.poll(() => entries.keyAt(0)).toMatch(/^result:/);
    expect(await header.getAttribute('aria-sort')).toBe('descending');
    await header.getByRole('button').click();
    await expect.poll(() => entries.keyAt(0)).toMatch(/^context:/);
  });

  it('are selected, invalidated by Delete, and brought back from the message', async () => {
    const entries = await explorer.filtered(`file:${FILE}`, 25);
    await entries.select(0);
    await entries.select(2, 'Shift');
    await entries.select(4, 'ControlOrMeta');
    await entries.section.getByText('4 selected').waitFor();
    await workbench.screenshot('insight-selection');
    await workbench.page.keyboard.press('Delete');
    await workbench.notification('Invalidated 4 entries');
    await expect.poll(() => entries.status()).toContain('21 of ');
    await workbench.notificationButton('Invalidated 4 entries', 'Undo');
    await expect.poll(() => entries.status()).toContain('25 of ');
    await workbench.notification('4 entries (');
    await workbench.dismissNotifications();
  });

  it('are walked by keys, and opened by Enter', async () => {
    const entries = await explorer.filtered(`file:${FILE}`, 25);
    await entries.select(0);
    const { keyboard } = workbench.page;
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
    expect(await entries.active()).toBe(3);
    await keyboard.press('End');
    await expect.poll(() => entries.active()).toBe(25);
    await keyboard.press('Home');
    await expect.poll(() => entries.active()).toBe(1);
    const key = await entries.keyAt(0);
    await keyboard.press('Enter');
    await explorer.entryInFull(key);
  });

  it('have a menu, by pointer and by keyboard', async () => {
    const entries = await explorer.filtered(`file:${FILE}`, 25);
    const key = await entries.keyAt(3);
    await entries.rows.nth(3).locator('.hits').click({ button: 'right' });
    await explorer.frame.getByRole('menuitem', { name: 'Copy Key' }).click();
    await expect.poll(() => workbench.page.evaluate<string>('navigator.clipboard.readText()')).toBe(key);
    await workbench.page.keyboard.press('Shift+F10');
    await explorer.frame.getByRole('menuitem', { name: 'Show Details' }).waitFor();
    await workbench.screenshot('insight-menu');
    await workbench.page.keyboard.press('Escape');
    await explorer.frame.getByRole('menu').waitFor({ state: 'detached' });
  });
});

describe('an entry in full', () => {
  it('tells what it rests on, and leads to its file and to its tags', async () => {
    const entries = await explorer.filtered(`file:${FILE}`, 25);
    const key = await entries.keyAt(1);
    await entries.rows.nth(1).locator('.key-name').click();
    const entry = await explorer.entryInFull(key);
    await workbench.screenshot('insight-entry');
    const graph = entry.getByRole('group', { name: 'Dependency graph' });
    await graph.getByRole('button', { name: /module-007\.ts/ }).click();
    const tab = workbench.page.locator(`.tab[data-resource-name="module-007.ts"]`);
    await tab.waitFor();
    await workbench.page.keyboard.press('ControlOrMeta+S'); // nothing: the keyboard is in the editor
    await workbench.runCommand('View: Close Editor');
    await tab.waitFor({ state: 'detached' });
    await entry.getByRole('button', { name: 'package/package-07' }).click();
    const tags = explorer.frame.getByRole('tabpanel', { name: 'Tags' });
    await tags.getByRole('treeitem', { name: /^package-07, 250 entries/ }).waitFor();
  });
});

describe('the tags', () => {
  it('lead to their entries, are invalidated by their button, and brought back under Activity', async () => {
    const tags = await explorer.section('Tags');
    const kinds = tags.getByRole('treeitem', { name: /^kind, 50,000 entries/ });
    await kinds.click();
    const review = tags.getByRole('treeitem', { name: /^review, / });
    await review.waitFor();
    await workbench.screenshot('insight-tags');
    await review.hover();
    await review.getByRole('button', { name: /^Invalidate kind\/review/ }).click();
    await review.waitFor({ state: 'detached' });
    await workbench.dismissNotifications();
    const activity = await explorer.section('Activity');
    const undo = activity.getByRole('button', {
      name: /^Undo: Invalidated tag kind\/review: 10,000 entries/,
    });
    await workbench.screenshot('insight-activity');
    await undo.click();
    await undo.waitFor({ state: 'hidden' });
    await workbench.dismissNotifications();
    await explorer.section('Tags');
    await review.getByRole('button', { name: 'Show 10,000 entries under kind/review' }).click();
    await expect.poll(async () => (await explorer.entries()).status()).toContain('10,000 of 50,000');
  });
});

describe('the files', () => {
  it('say what a save would cost, and lead to the entries', async () => {
    const files = await explorer.section('Files');
    await files.getByText(/200 files/).waitFor();
    const entries = files.getByRole('columnheader', { name: 'Entries' });
    await expect.poll(() => entries.getAttribute('aria-sort')).toBe('descending');
    await files.getByRole('columnheader', { name: 'File' }).getByRole('button').click();
    await files.locator('.file-row:not(.file-header)').first().filter({ hasText: 'package-00' }).waitFor();
    await workbench.screenshot('insight-files');
    await files.getByRole('textbox', { name: /^Filter files/ }).fill('module-007');
    await files.getByText('1 of 200 files').waitFor();
    await files.getByRole('button', { name: /^Show the 25 entries/ }).click();
    await expect.poll(async () => (await explorer.entries()).status()).toContain('25 of ');
  });

  it('invalidate what rests on one', async () => {
    const files = await explorer.section('Files');
    const row = files.locator('.file-row:not(.file-header)').first();
    await row.hover();
    await row.getByRole('button', { name: /^Invalidate the dependents of/ }).click();
    await workbench.notification('Invalidated 25 entries');
    await workbench.notificationButton('Invalidated 25 entries', 'Undo');
    await workbench.notification('25 entries (');
    await workbench.dismissNotifications();
  });
});

describe('advice', () => {
  it('changes the settings of the workspace by one click, and takes it back', async () => {
    await probe(workbench, 'goRound', { namespace: 'loop', keys: 250, reads: 3_000 });
    const advice = await explorer.section('Advice');
    const item = advice
      .getByRole('list', { name: 'Advice' })
      .locator(':scope > li')
      .filter({ hasText: 'loop' });
    const size = item.filter({ hasText: 'namespaces.loop.entries: 100 → 320' });
    await workbench.screenshot('insight-advice');
    await size.getByRole('button', { name: 'Apply' }).click();
    await expect.poll(() => workspaceSettings()['agentCache.namespaces']).toEqual({ loop: { entries: 320 } });
    // The room is as it was advised: there is no such advice any more, but what was done.
    const done = advice.getByRole('list', { name: 'What was done' });
    await done.getByRole('button', { name: /^Revert: namespaces\.loop/ }).click();
    await expect.poll(() => workspaceSettings()['agentCache.namespaces']).toBeUndefined();
    await size.getByRole('button', { name: 'Apply' }).waitFor();
  });
});

describe('the misses', () => {
  it('are counted by reason, and lead to their entries', async () => {
    const misses = await explorer.section('Misses');
    await misses.getByRole('radio', { name: '1h' }).check();
    const evicted = misses.getByRole('button', { name: /^Evicted, [\d,]+: show recent misses/ });
    await workbench.screenshot('insight-misses');
    await evicted.click();
    const recent = misses.getByRole('list', { name: 'Recent misses' }).getByRole('listitem');
    for (const text of await recent.allInnerTexts()) expect(text).toContain('Evicted');
    const link = recent.first().getByRole('button').first();
    await link.click();
    await explorer.frame
      .locator('.entry:not([hidden])')
      .getByText(/loop:item/)
      .first()
      .waitFor();
  });
});

describe('the savings', () => {
  it('are of the hits, for the period that is chosen', async () => {
    await probe(workbench, 'goRound', { namespace: 'loop', keys: 50, reads: 500 });
    const savings = await explorer.section('Savings');
    await savings.getByRole('radio', { name: 'Today' }).check();
    await savings.getByText(/answers? (from the cache )?today/).waitFor();
    const row = savings.getByRole('table', { name: 'Saved by namespace' }).getByRole('row', { name: /loop/ });
    await row.waitFor();
    await workbench.screenshot('insight-savings');
    await row.getByRole('button', { name: 'loop', exact: true }).click();
    await expect.poll(async () => (await explorer.entries()).filter.inputValue()).toBe('namespace:loop');
  });
});

describe('the overview', () => {
  it('charts what was read, as a table too, and its numbers lead to what they count', async () => {
    const overview = await explorer.section('Overview');
    await overview.locator('.hot-rows').getByText(/item/).first().waitFor();
    await workbench.screenshot('insight-overview');
    const range = overview.getByRole('radiogroup', { name: 'Time range' });
    await range.getByRole('radio', { name: '24h' }).check();
    await overview.getByRole('button', { name: 'Show as Table' }).first().click();
    await overview.getByRole('button', { name: 'Show as Chart' }).first().click();
    await overview.getByRole('button', { name: 'File, entries: 50,000' }).click();
    const entries = await explorer.entries();
    await expect.poll(() => entries.filter.inputValue()).toBe('level:file');
    await expect.poll(() => entries.status()).toContain('50,000 of ');
  });
});

describe('the settings', () => {
  it('open in the settings editor', async () => {
    const settings = await explorer.section('Settings');
    await settings.getByRole('button', { name: /^Namespaces.*\(changed\)/ }).waitFor();
    await workbench.screenshot('insight-settings');
    await settings
      .getByRole('button', { name: /^Max entries .*50,000/ })
      .first()
      .click();
    const editor = workbench.page.locator('.settings-editor');
    await editor.locator('.setting-item-contents').filter({ hasText: 'Max Entries' }).first().waitFor();
    await editor.locator('.settings-header').getByText('@id:agentCache.memory.maxEntries').waitFor();
    await workbench.page.keyboard.press('Escape'); // over the other editors, where F1 reaches nobody
    await editor.waitFor({ state: 'hidden' });
  });
});
