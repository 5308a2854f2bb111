import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Frame, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepEvidenceOfFailures } from './driver/evidence.ts';
import { launch } from './driver/launch.ts';
import { until } from './driver/until.ts';
import type { Workbench } from './driver/workbench.ts';

const PANEL = 'Cache Explorer';
let workbench: Workbench;

beforeAll(async () => {
  const workspace = mkdtempSync(join(tmpdir(), 'agent-cache-project-'));
  cpSync(fileURLToPath(new URL('../fixtures/project', import.meta.url)), workspace, { recursive: true });
  mkdirSync(join(workspace, 'generated'));
  writeFileSync(join(workspace, 'generated/made.ts'), 'export const made = 1;\n');
  workbench = await launch({
    workspace,
    settings: { 'agentCache.warm.onStartup': false, 'agentCache.refreshAfterSave': false },
  });
});
afterAll(async () => {
  await workbench?.close();
  if (workbench) rmSync(workbench.workspace, { recursive: true, force: true });
});
keepEvidenceOfFailures(() => workbench);

/** Asks an analysis of a file by the command and returns what the status bar says of the answer. */
async function analyze(path: string, analysis: string): Promise<string> {
  await workbench.openFile(path);
  const told = async () => (await workbench.statusBarText()).find((text) => / of .+: (hit|miss)/.test(text));
  await workbench.runCommand('Agent Cache: Analyze Current File…');
  await expect.poll(told).toBeUndefined();
  await workbench.quickPick(analysis);
  const message = await until(`the ${analysis} of ${path} is answered`, told);
  await workbench.runCommand('View: Close All Editors');
  return message;
}

/** The number that the panel shows beside a label of the chart's legend. */
function legend(panel: Frame, label: string): Promise<string | null> {
  return panel.locator('.legend li', { hasText: label }).locator('.number').textContent();
}

async function openPanel(): Promise<Frame> {
  await workbench.runCommand('Agent Cache: Open Cache Explorer');
  return workbench.webviewFrame(PANEL);
}

/** Shows a section of the panel; resolves with what it is on. */
async function showSection(panel: Frame, name: string): Promise<Locator> {
  await panel.getByRole('tab', { name }).click();
  return panel.getByRole('tabpanel', { name });
}

describe('Agent Cache Explorer, installed from its VSIX', () => {
  it('shows an empty cache and what to do about it', async () => {
    const panel = await openPanel();
    await panel.getByText('Nothing cached yet').waitFor();
    await workbench.sideBar.show('Agent Cache');
    expect(await workbench.sideBar.welcome('Tags')).toContain('Nothing is cached yet');
    await workbench.screenshot('panel-empty');
  });

  it('answers the first outline by computing, the second from memory, and charts both', async () => {
    expect(await analyze('src/shapes.ts', 'outline')).toContain('miss (never-cached)');
    expect(await analyze('src/shapes.ts', 'outline')).toContain('hit in memory');
    const panel = await openPanel();
    await expect.poll(() => legend(panel, 'Misses')).toBe('1');
    await expect.poll(() => legend(panel, 'Memory hits')).toBe('1');
    await expect.poll(() => panel.locator('.rate-number').textContent()).toBe('50.0%');
    await expect.poll(async () => (await workbench.statusBarText()).join(' ')).toContain('50.0%');
  });

  it('warms the workspace, without what is ignored', async () => {
    await workbench.runCommand('Agent Cache: Warm Workspace');
    await workbench.sideBar.show('Agent Cache');
    await until('the files are listed', async () => (await workbench.sideBar.rows('Files')).length > 0);
    await expect.poll(filesWithEntries).toEqual(['area.ts', 'main.ts', 'shapes.ts']);
    expect((await workbench.sideBar.rows('Files')).map(({ label }) => label)).not.toContain('generated');
    const panel = await openPanel();
    await workbench.screenshot('panel-few');
    await (await showSection(panel, 'Tags')).getByRole('treeitem', { name: /^analysis/ }).waitFor();
  });

  it('lists the entries, and shows one in full with what it rests on', async () => {
    const entries = await showSection(await openPanel(), 'Entries');
    await entries.getByRole('textbox', { name: 'Filter the entries' }).fill('outline');
    await entries.locator('.key-name[title$="src/area.ts"]').click();
    await entries.getByRole('heading', { name: /^analysis:outline:.*src\/area\.ts$/ }).waitFor();
    await entries.getByRole('button', { name: 'src/area.ts' }).first().waitFor();
    await workbench.screenshot('panel-entry');
    await entries.getByRole('button', { name: 'Entries', exact: true }).click();
    await entries.getByRole('grid', { name: 'Entries' }).waitFor();
  });

  it('lets exactly the dependents of a saved file go', async () => {
    await workbench.openFile('src/shapes.ts');
    await workbench.typeAndSave('\nexport class Hexagon {}\n');
    await expect.poll(filesWithEntries).toEqual(['area.ts', 'main.ts']);
    const panel = await openPanel();
    const activity = await showSection(panel, 'Activity');
    await activity.getByText('src/shapes.ts changed: 3 entries invalid').waitFor();
    await workbench.screenshot('panel-after-save');
  });

  it('gives the new answer right after another process wrote the file', async () => {
    const file = join(workbench.workspace, 'src/area.ts');
    const write = () => execFileSync('sh', ['-c', `printf 'export class Ellipse {}\n' >> '${file}'`]);
    await workbench.openFile('src/area.ts');
    await workbench.runCommand('Agent Cache: Analyze Current File…');
    write();
    await workbench.quickPick('outline');
    await until('the new class is in the answer', async () =>
      (await workbench.page.locator('.editor-instance .view-lines').allInnerTexts())
        .join()
        .includes('Ellipse'),
    );
    await workbench.runCommand('View: Close All Editors');
  });

  it('invalidates a tag by its button in the panel', async () => {
    const panel = await openPanel();
    const tag = (await showSection(panel, 'Tags')).getByRole('treeitem', { name: /^language/ });
    await tag.hover();
    await tag.getByRole('button', { name: /^Invalidate language/ }).click();
    await tag.waitFor({ state: 'detached' });
    const activity = await showSection(panel, 'Activity');
    await activity.getByText(/Invalidated tag language: \d+ entries/).waitFor();
    await expect.poll(filesWithEntries).toEqual([]);
  });

  it('invalidates by pattern, saying beforehand what would go', async () => {
    await analyze('src/area.ts', 'outline');
    await analyze('src/main.ts', 'imports');
    await workbench.runCommand('Agent Cache: Invalidate by Pattern…');
    await workbench.page.keyboard.insertText('analysis:outline:*');
    await expect.poll(() => workbench.palette.message()).toContain('Matches 1 entry');
    await workbench.page.keyboard.press('Enter');
    await expect.poll(filesWithEntries).toEqual(['main.ts']);
  });

  it('answers from the file level after a reload, and brings the panel back', async () => {
    expect(await analyze('src/area.ts', 'outline')).toContain('miss (invalidated');
    await showSection(await openPanel(), 'Tags');
    await workbench.reloadWindow();
    const panel = await workbench.webviewFrame(PANEL);
    await panel.getByRole('treeitem', { name: /^analysis/ }).waitFor();
    expect(await analyze('src/area.ts', 'outline')).toContain('hit in file');
    expect(await analyze('src/area.ts', 'outline')).toContain('hit in memory');
  });

  it('clears everything without asking, for it can be taken back', async () => {
    workbench.settings({ 'agentCache.confirmFrom': 1 });
    await workbench.reloadWindow();
    await expect.poll(filesWithEntries).toEqual(['area.ts', 'main.ts']);
    await workbench.runCommand('Agent Cache: Clear All');
    expect(await workbench.notification('Invalidated')).toMatch(/Invalidated \d+ entries/);
    await workbench.screenshot('cleared');
    await expect.poll(filesWithEntries).toEqual([]);
    await workbench.notificationButton('Invalidated', 'Undo');
    await expect.poll(filesWithEntries).toEqual(['area.ts', 'main.ts']);
    await workbench.dismissNotifications();
  });

  it('reports statistics in an editor', async () => {
    await workbench.runCommand('Agent Cache: Show Statistics');
    const report = await workbench.webviewFrame('Preview Agent Cache Statistics.md');
    await report
      .getByText(/Hit rate/)
      .first()
      .waitFor();
    await workbench.screenshot('statistics');
    await workbench.runCommand('View: Close All Editors');
  });
});

/** Names of the source files that the view lists with entries. */
async function filesWithEntries(): Promise<string[]> {
  await workbench.sideBar.show('Agent Cache');
  const rows = await workbench.sideBar.rows('Files');
  const src = rows.find(({ label }) => label === 'src');
  if (!src) return [];
  // One that is open may go at any moment, and would be waited for.
  if (!src.expanded) await workbench.sideBar.expand('Files', 'src');
  const labels = (await workbench.sideBar.rows('Files')).map(({ label }) => label);
  return labels.filter((label) => label.endsWith('.ts')).sort();
}
