import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepEvidenceOfFailures } from './driver/evidence.ts';
import { launch } from './driver/launch.ts';
import { until } from './driver/until.ts';
import type { Workbench } from './driver/workbench.ts';

const PANEL = 'Cache Explorer';
const QUIET = { 'agentCache.warm.onStartup': false, 'agentCache.refreshAfterSave': false };
let workbench: Workbench;

beforeAll(async () => {
  const workspace = mkdtempSync(join(tmpdir(), 'agent-cache-fresh-'));
  cpSync(fileURLToPath(new URL('../fixtures/project', import.meta.url)), workspace, { recursive: true });
  workbench = await launch({ workspace, settings: QUIET });
});
afterAll(async () => {
  await workbench?.close();
  if (workbench) rmSync(workbench.workspace, { recursive: true, force: true });
});
keepEvidenceOfFailures(() => workbench);

/** What the status bar says of the outline of the file in the active editor. */
async function outline(on: Workbench, path: string): Promise<string> {
  await on.openFile(path);
  const told = async () => (await on.statusBarText()).find((text) => / of .+: (hit|miss)/.test(text));
  await on.runCommand('Agent Cache: Analyze Current File…');
  await expect.poll(told).toBeUndefined();
  await on.quickPick('outline');
  return until(`the outline of ${path} is answered`, told);
}

/** The text of the report that is open. */
async function report(on: Workbench): Promise<string> {
  const lines = await on.page
    .locator('.editor-group-container.active .editor-instance .view-lines')
    .allInnerTexts();
  return lines.join('\n');
}

describe('an editor that is not saved', () => {
  it('is what the answer is about, before and after it is undone', async () => {
    expect(await outline(workbench, 'src/shapes.ts')).toContain('miss');
    expect(await outline(workbench, 'src/shapes.ts')).toContain('hit in memory');
    await workbench.openFile('src/shapes.ts');
    await workbench.type('export class Unsaved {}\n', 'start');
    expect(await outline(workbench, 'src/shapes.ts')).toContain('miss (changed: src/shapes.ts changed)');
    await until('the answer has the new class', async () => (await report(workbench)).includes('Unsaved'));
    await workbench.screenshot('unsaved-text');
    await workbench.openFile('src/shapes.ts');
    await workbench.undoTyping();
    expect(await outline(workbench, 'src/shapes.ts')).toMatch(/hit in (memory|file)/);
    expect(await report(workbench)).not.toContain('Unsaved');
    await workbench.runCommand('View: Close All Editors');
  });

  it('is left alone when a setting says so', async () => {
    workbench.settings({ 'agentCache.freshness.unsavedText': false });
    await workbench.openFile('src/shapes.ts');
    await workbench.type('export class Unsaved {}\n', 'start');
    expect(await outline(workbench, 'src/shapes.ts')).toMatch(/hit in (memory|file)/);
    await workbench.openFile('src/shapes.ts');
    await workbench.undoTyping();
    workbench.settings({ 'agentCache.freshness.unsavedText': true });
    await workbench.runCommand('View: Close All Editors');
  });
});

describe('an invalidation', () => {
  it('by a regular expression says what it would hit, and can be taken back from its message', async () => {
    await outline(workbench, 'src/area.ts');
    await workbench.runCommand('Agent Cache: Invalidate by Pattern…');
    await expect.poll(() => workbench.palette.message()).toContain('Glob over keys');
    await workbench.page.keyboard.insertText('/outline:.*area\\.ts$/');
    await expect.poll(() => workbench.palette.message()).toContain('Matches 1 entry');
    await workbench.page.keyboard.press('Enter');
    await workbench.notification('Invalidated 1 entry');
    await workbench.screenshot('invalidated');
    await workbench.notificationButton('Invalidated 1 entry', 'Undo');
    await workbench.notification('1 entry');
    expect(await outline(workbench, 'src/area.ts')).toMatch(/hit in (memory|file)/);
    await workbench.dismissNotifications();
    await workbench.runCommand('View: Close All Editors');
  });

  it('of the rarer kinds is chosen from one list, with what each would hit', async () => {
    await outline(workbench, 'src/area.ts');
    await workbench.runCommand('Agent Cache: Invalidate…');
    const list = workbench.page.locator('.quick-input-list');
    await list.getByText('Older Than…').waitFor();
    expect(await list.getByText(/^\d+ entr(y|ies), /).count()).toBeGreaterThan(0);
    await workbench.screenshot('invalidate-list');
    await workbench.quickPick('analysis');
    await workbench.notification('Invalidated');
    expect(await outline(workbench, 'src/area.ts')).toContain('miss (invalidated');
    await workbench.dismissNotifications();
    await workbench.runCommand('View: Close All Editors');
  });

  it('can be taken back by the command, also after the window was closed', async () => {
    await workbench.runCommand('Agent Cache: Clear All');
    await workbench.dismissNotifications();
    await workbench.reloadWindow();
    await workbench.runCommand('Agent Cache: Undo Last Invalidation');
    await workbench.notification('back');
    expect(await outline(workbench, 'src/area.ts')).toMatch(/hit in (memory|file)/);
    const panel = await openPanel(workbench);
    await panel.getByText(/^Undid the invalidation of everything/).waitFor();
    await workbench.dismissNotifications();
    await workbench.runCommand('View: Close All Editors');
  });

  it('in one window is heard in another one on the same folder', async () => {
    const other = await workbench.anotherWindow();
    try {
      await other.screenshot('second-window');
      expect(await outline(other, 'src/area.ts')).toMatch(/hit in file/);
      expect(await outline(other, 'src/area.ts')).toContain('hit in memory');
      await workbench.runCommand('Agent Cache: Clear All');
      await until('the other window has heard of it', async () =>
        (await outline(other, 'src/area.ts')).includes('miss (invalidated'),
      );
    } finally {
      await other.page.close();
    }
  });
});

async function openPanel(on: Workbench) {
  await on.runCommand('Agent Cache: Open Cache Explorer');
  return on.webviewFrame(PANEL);
}
