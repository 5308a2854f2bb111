/** Every way that leads to an entry or a section from outside the panel, in the real VS Code. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepEvidenceOfFailures } from './driver/evidence.ts';
import { Explorer } from './driver/explorer.ts';
import { until } from './driver/until.ts';
import type { Workbench } from './driver/workbench.ts';
import { entryKey, filePath, fillStorage } from './filled/storage.ts';
import { closeWithProbe, launchWithProbe, probe } from './probe/probe.ts';

const ENTRIES = 1_000;
/** Of it, 5 entries. */
const FILE = filePath(7);
const KEY = entryKey(7);
let workbench: Workbench;

beforeAll(async () => {
  const loop = { entries: 100, eviction: 'lru', levels: ['memory'] };
  workbench = await launchWithProbe({ 'agentCache.namespaces': { loop } }, (globalStorage, workspace) =>
    fillStorage(globalStorage, workspace, ENTRIES),
  );
});
afterAll(() => closeWithProbe(workbench));
keepEvidenceOfFailures(() => workbench);

/** Whether the panel shows this entry in full; leaves the window without editors. */
async function expectEntry(key: string): Promise<void> {
  const explorer = await Explorer.shown(workbench);
  await explorer.entryInFull(key);
  await workbench.runCommand('View: Close All Editors');
}

/** Chooses an item of the context menu that is open: VS Code heeds no click in its first tenth of a second. */
async function menuItem(label: string): Promise<void> {
  const menu = workbench.page.locator('.monaco-menu');
  const item = menu.locator('.action-label', { hasText: label });
  await until(`${label} is chosen`, async () => {
    if (await item.isVisible()) await item.click({ timeout: 1_000 });
    await menu.waitFor({ state: 'hidden', timeout: 500 });
    return true;
  });
}

describe('Show Why…', () => {
  it('from the palette finds an entry in the language of filters, and shows it in full', async () => {
    await workbench.runCommand('Agent Cache: Show Why…');
    const list = workbench.page.locator('.quick-input-list');
    await list
      .getByText(/^\d+ hits?, /)
      .first()
      .waitFor();
    await workbench.page.keyboard.insertText(`file:${FILE} 00207`);
    const titled = workbench.page.locator('.quick-input-title');
    await expect.poll(() => titled.textContent()).toBe('Show Why (1 entry of 1000)');
    await workbench.screenshot('show-why');
    const [key] = await workbench.palette.labels();
    expect(key).toBe(entryKey(207));
    await workbench.page.keyboard.press('Enter');
    await expectEntry(key ?? '');
  });

  it('from an editor offers what rests on its file', async () => {
    await workbench.openFile(FILE);
    await workbench.page.locator('.editor-instance .view-lines').click({ button: 'right' });
    await menuItem('Show Why…');
    await expect.poll(async () => (await workbench.palette.labels()).length).toBe(5);
    expect((await workbench.palette.labels()).every((label) => label.includes(FILE))).toBe(true);
    await workbench.quickPick(KEY);
    await expectEntry(KEY);
  });

  it('from the tree of files shows the entry', async () => {
    await workbench.sideBar.show('Agent Cache');
    for (const folder of ['src', 'package-07', 'module-007.ts'])
      await workbench.sideBar.expand('Files', folder);
    const entry = await until('the entry is listed', async () =>
      (await workbench.sideBar.rows('Files')).find(({ depth }) => depth === 4),
    );
    await workbench.sideBar.row('Files', entry.label).click({ button: 'right' });
    await menuItem('Show Why…');
    const explorer = await Explorer.shown(workbench);
    await explorer.frame.locator('.entry:not([hidden])').getByText('module-007.ts').first().waitFor();
    await workbench.runCommand('View: Close All Editors');
  });
});

describe('a link from outside', () => {
  const follow = (link: string) => probe(workbench, 'followLink', { link });

  it('opens the panel on an entry, and a panel that is open shows another one', async () => {
    await follow(`/entry?key=${encodeURIComponent(KEY)}`);
    const explorer = await Explorer.shown(workbench);
    await explorer.entryInFull(KEY);
    await follow(`/entry?key=${encodeURIComponent(entryKey(8))}`);
    await explorer.entryInFull(entryKey(8));
  });

  it('leads to a file, a tag and a section', async () => {
    const explorer = await Explorer.open(workbench);
    await follow(`/files?file=${encodeURIComponent(FILE)}`);
    const files = explorer.frame.getByRole('tabpanel', { name: 'Files' });
    await files.locator('.file-row', { hasText: 'module-007.ts' }).waitFor();
    await files.getByText('1 of 200 files').waitFor();
    await follow('/tags?tag=kind/review');
    const tags = explorer.frame.getByRole('tabpanel', { name: 'Tags' });
    await tags.getByRole('treeitem', { name: /^review, 200 entries/ }).waitFor();
    await follow('/section?name=savings');
    await explorer.frame.getByRole('tabpanel', { name: 'Savings' }).waitFor();
  });

  it.each([
    ['/nowhere', 'The link leads nowhere'],
    ['/entry', 'The link names no key.'],
    ['/entry?key=none', 'The key in the link is no key'],
    ['/section?name=secrets', 'The link names no section'],
  ])('%s is refused in a sentence', async (link, sentence) => {
    await follow(link);
    await workbench.notification(sentence);
    await workbench.dismissNotifications();
  });
});

describe('the status bar', () => {
  it('opens the panel', async () => {
    await workbench.runCommand('View: Close All Editors');
    await workbench.page
      .locator('[id="agent-cache-explorer.agent-cache-explorer.agentCache.hitRate"]')
      .click();
    const explorer = await Explorer.shown(workbench);
    await explorer.section('Overview');
  });

  it('shows that warming is paused, until it is resumed', async () => {
    const item = workbench.page.locator(
      '[id="agent-cache-explorer.agent-cache-explorer.agentCache.hitRate"] .codicon-debug-pause',
    );
    await workbench.runCommand('Agent Cache: Pause Warming');
    await item.waitFor();
    const overview = await (await Explorer.open(workbench)).section('Overview');
    await overview.getByRole('button', { name: 'Resume and Warm' }).waitFor();
    await workbench.runCommand('Agent Cache: Resume Warming');
    await item.waitFor({ state: 'detached' });
    await overview.getByRole('button', { name: 'Warm Workspace' }).waitFor();
  });
});

describe('Diagnose Hit Rate', () => {
  it('tells which namespace misses and why, and makes the change that is chosen', async () => {
    await probe(workbench, 'goRound', { namespace: 'loop', keys: 250, reads: 3_000 });
    await workbench.runCommand('Agent Cache: Diagnose Hit Rate');
    const report = await workbench.webviewFrame('Preview Agent Cache Diagnosis.md');
    await report.getByText(/loop/).first().waitFor();
    await workbench.notification('would help');
    await workbench.screenshot('diagnosis');
    await workbench.notificationButton('would help', 'Choose…');
    const list = workbench.page.locator('.quick-input-list');
    await list.getByText('namespaces.loop.entries: 100 → 320').waitFor();
    await list
      .locator('.monaco-list-row')
      .filter({ hasText: 'loop.entries' })
      .locator('.monaco-checkbox')
      .first()
      .click();
    await workbench.page.locator('.quick-input-action .monaco-button', { hasText: 'OK' }).click();
    await workbench.notification('made.');
    const settings = () => readFileSync(join(workbench.workspace, '.vscode/settings.json'), 'utf8');
    await expect.poll(settings).toContain('320');
    await workbench.notificationButton('made.', 'Take Back');
    await expect.poll(settings).not.toContain('320');
    await workbench.runCommand('View: Close All Editors');
  });
});

describe('Export Statistics…', () => {
  it('writes every entry, without its value', async () => {
    const file = join(workbench.workspace, 'entries.csv');
    await workbench.runCommand('Agent Cache: Export Statistics…');
    await workbench.quickPick('Entries');
    await workbench.chooseFile(file);
    await workbench.notification('exported to entries.csv');
    const text = readFileSync(file, 'utf8');
    expect(text).toContain(KEY);
    expect(text).not.toContain('Finding 7');
    await workbench.dismissNotifications();
  });
});
