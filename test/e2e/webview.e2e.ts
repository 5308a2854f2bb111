/** The Cache Explorer's page in Chromium, with a fake host in place of VS Code. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { HotKey, TagNode } from '../../src/protocol.ts';
import { HarnessBrowser, type HarnessPage, THEME_NAMES } from './webview-harness/browser.ts';

let browser: HarnessBrowser;
beforeAll(async () => {
  browser = await HarnessBrowser.start();
});
afterEach(() => browser.closePages());
afterAll(() => browser.close());

const treeItem = ({ page }: HarnessPage, name: string) =>
  page.getByRole('treeitem', { name: new RegExp(`^${name},`) });

const showSection = ({ page }: HarnessPage, name: string) =>
  page.getByRole('tab', { name: new RegExp(`^${name}`) }).click();

async function expand(harness: HarnessPage, name: string): Promise<void> {
  // Not in the middle, where the number leads to the entries.
  await treeItem(harness, name).click({ position: { x: 30, y: 10 } });
  await expect.poll(() => treeItem(harness, name).getAttribute('aria-busy')).toBe(null);
}

const hotKey = (key: string, hits: number): HotKey => ({
  key,
  hits,
  bytes: 100,
  createdAt: 0,
  lastHitAt: 0,
  costMs: 1,
  levels: ['memory'],
  file: `${key}.ts`,
});

describe('the policy', () => {
  it('is not violated by anything on the page', async () => {
    const harness = await browser.open({ section: 'tags' });
    const { page } = harness;
    await expand(harness, 'folder');
    await showSection(harness, 'Overview');
    await page.getByRole('button', { name: 'Show as Table' }).click();
    await harness.evaluate(`fakeHost.setTheme('light')`);
    await page.getByRole('button', { name: 'Show as Chart' }).click();
    await page.locator('canvas[role=img]:visible').hover();
    await harness.advance(5_000, { warm: { state: 'running', done: 1, total: 2 } });
    await harness.send({ type: 'failed', message: 'No' });
    expect(await harness.evaluate('fakeHost.violations')).toEqual([]);
    expect(await harness.requests()).toEqual([]);
  });

  it('does not cost the toolkit its knowledge of :focus-visible', async () => {
    const harness = await browser.open();
    const outline = `getComputedStyle(document.querySelector('vscode-button').shadowRoot.querySelector('button')).outlineStyle`;
    const warm = harness.page.getByRole('button', { name: 'Warm Workspace' });
    await warm.click();
    expect(await harness.evaluate(outline)).toBe('none');
    await harness.page.keyboard.press('Tab');
    await harness.page.keyboard.press('Shift+Tab');
    expect(await harness.evaluate(outline)).toBe('solid');
  });

  it('leaves room for a small bundle', () => {
    expect(browser.harness.sizes['webview.js']).toBeLessThan(400 * 1024);
  });
});

describe('accessibility', () => {
  it.each(THEME_NAMES)('has no violations in %s', async (theme) => {
    const harness = await browser.open({ theme });
    await harness.push({ warm: { state: 'running', done: 120, total: 3_400 } });
    await harness.send({ type: 'failed', message: 'The file level is not answering.' });
    expect((await new AxeBuilder({ page: harness.page }).analyze()).violations).toEqual([]);
    await harness.page.getByRole('button', { name: 'Show as Table' }).click();
    expect((await new AxeBuilder({ page: harness.page }).analyze()).violations).toEqual([]);
  });

  it.each(THEME_NAMES)('has no violations in %s in the sections that need no more', async (theme) => {
    const harness = await browser.open({ theme, section: 'tags' });
    await expand(harness, 'folder');
    for (const section of ['Tags', 'Activity', 'Files']) {
      await showSection(harness, section);
      expect((await new AxeBuilder({ page: harness.page }).analyze()).violations).toEqual([]);
    }
  });

  it.each(THEME_NAMES)('has no violations in %s when empty and in a narrow column', async (theme) => {
    const empty = await browser.open({ theme, scenario: 'empty' });
    expect((await new AxeBuilder({ page: empty.page }).analyze()).violations).toEqual([]);
    const narrow = await browser.open({ theme, scenario: 'few', width: 300 });
    expect((await new AxeBuilder({ page: narrow.page }).analyze()).violations).toEqual([]);
  });

  it('describes the chart and offers it as a table', async () => {
    const { page } = await browser.open();
    const chart = page.getByRole('img', { name: /^Hit rate over the last 5 minutes: \d/ });
    await page.getByRole('button', { name: 'Show as Table' }).click();
    expect(await chart.isVisible()).toBe(false);
    const table = page.getByRole('region', { name: 'Hits and misses over time' });
    expect(await table.getByRole('columnheader').allTextContents()).toContain('Hit rate');
    expect(await table.getByRole('row').count()).toBeGreaterThan(10);
  });
});

describe('live snapshots', () => {
  it('that say nothing new touch nothing', async () => {
    const harness = await browser.open({ section: 'tags' });
    await expand(harness, 'folder');
    for (const section of ['Tags', 'Activity', 'Overview']) {
      await showSection(harness, section);
      await harness.push();
      await harness.countChanges();
      await harness.push();
      expect(await harness.changes()).toBe(0);
    }
    await harness.advance(60_000);
    expect(await harness.changes()).toBeGreaterThan(0);
  });

  it('keep the focus', async () => {
    const harness = await browser.open();
    await harness.page
      .locator('.hot-rows')
      .getByRole('button', { name: /^Invalidate / })
      .nth(2)
      .focus();
    const name = await harness.focused();
    for (let round = 0; round < 3; round++) await harness.advance(60_000);
    expect(await harness.focused()).toBe(name);
  });

  it('keep the focus of a row that moves', async () => {
    const harness = await browser.open();
    const keys = ['a', 'b', 'c'].map((key, index) => hotKey(key, 9 - index));
    await harness.push({ hotKeys: keys });
    // Focused by pointer: once that has left, nothing holds the order.
    await harness.page.getByRole('row', { name: /^c/ }).click({ position: { x: 300, y: 5 } });
    await harness.page.mouse.move(0, 0);
    await harness.push({ hotKeys: [...keys].reverse() });
    expect(await harness.page.locator('.hot-rows .key').allTextContents()).toEqual(['c', 'b', 'a']);
    expect(await harness.evaluate(`document.activeElement.querySelector('.key').textContent`)).toBe('c');
  });

  it('move the focus to the next row when the focused one is gone', async () => {
    const harness = await browser.open();
    const keys = ['a', 'b', 'c'].map((key, index) => hotKey(key, 9 - index));
    await harness.push({ hotKeys: keys });
    await harness.page.getByRole('button', { name: 'Invalidate b' }).focus();
    await harness.push({ hotKeys: keys.filter(({ key }) => key !== 'b') });
    expect(await harness.evaluate(`document.activeElement.querySelector('.key').textContent`)).toBe('c');
  });

  it('do not move rows under the pointer', async () => {
    const harness = await browser.open();
    const shown = () => harness.page.locator('.hot-rows .key').allTextContents();
    const keys = ['a', 'b', 'c'].map((key, index) => hotKey(key, 9 - index));
    await harness.push({ hotKeys: keys });
    await harness.page.getByRole('row', { name: /^b/ }).hover();
    await harness.push({ hotKeys: [...keys].reverse() });
    expect(await shown()).toEqual(['a', 'b', 'c']);
    await harness.page.mouse.move(0, 0);
    await expect.poll(shown).toEqual(['c', 'b', 'a']);
  });

  it('repaint the chart when the theme changes', async () => {
    const harness = await browser.open();
    const picture = `document.querySelector('canvas[role=img]').toDataURL()`;
    const dark = await harness.evaluate(picture);
    await harness.evaluate(`fakeHost.setTheme('light')`);
    expect(await harness.evaluate(picture)).not.toBe(dark);
  });
});

describe('the hot keys', () => {
  it('are walked by arrow keys, and safe from a stray Delete', async () => {
    const harness = await browser.open();
    const { keyboard } = harness.page;
    await harness.push({ hotKeys: ['a', 'b', 'c'].map((key, index) => hotKey(key, 9 - index)) });
    await harness.page.locator('.hot-rows > [tabindex="0"]').focus();
    const focusedKey = () => harness.evaluate(`document.activeElement.querySelector('.key')?.textContent`);
    await keyboard.press('ArrowDown');
    expect(await focusedKey()).toBe('b');
    await keyboard.press('Delete');
    await keyboard.press('End');
    expect(await focusedKey()).toBe('c');
    await keyboard.press('ArrowRight');
    expect(await harness.focused()).toBe('Open c');
    await keyboard.press('ArrowRight');
    await keyboard.press('ArrowUp');
    expect(await harness.focused()).toBe('Invalidate b');
    await keyboard.press('Enter');
    await keyboard.press('ArrowLeft');
    await keyboard.press('ArrowLeft');
    expect(await focusedKey()).toBe('b');
    await keyboard.press('Tab');
    expect(await harness.focused()).toBe('Open b');
    await keyboard.press('Enter');
    expect(await harness.requests()).toEqual([
      { type: 'invalidateKey', key: 'b' },
      { type: 'openFile', file: 'b.ts' },
    ]);
  });

  it('lead to the entry in full, and back', async () => {
    const harness = await browser.open();
    await harness.push({ hotKeys: ['a', 'b', 'c'].map((key, index) => hotKey(key, 9 - index)) });
    await harness.page.locator('.hot-rows > [tabindex="0"]').focus();
    await harness.page.keyboard.press('Enter');
    expect(await harness.lastView()).toMatchObject({ view: { section: 'entries', entry: 'a' } });
    expect(await harness.focused()).toBe('a');
    await harness.page.getByRole('button', { name: 'Overview', exact: true }).click();
    expect(await harness.lastView()).toMatchObject({ view: { section: 'overview' } });
  });

  it('are invalidated once by a double click', async () => {
    const harness = await browser.open();
    await harness.push({ hotKeys: [hotKey('a', 1)] });
    await harness.page.getByRole('button', { name: 'Invalidate a', exact: true }).dblclick();
    expect(await harness.requests()).toEqual([{ type: 'invalidateKey', key: 'a' }]);
  });

  it('are sorted by the host', async () => {
    const harness = await browser.open();
    const header = (name: string) =>
      harness.page.getByRole('columnheader', { name, exact: true }).and(harness.page.locator('[aria-sort]'));
    expect(await header('Hits').getAttribute('aria-sort')).toBe('descending');
    await header('Age').getByRole('button').click();
    expect(await header('Age').getAttribute('aria-sort')).toBe('ascending');
    expect(await header('Hits').getAttribute('aria-sort')).toBe('none');
    expect(await harness.lastView()).toMatchObject({ type: 'view', view: { hotSort: 'created' } });
  });
});

describe('the tag tree', () => {
  it('follows the keys of a tree', async () => {
    const harness = await browser.open({ section: 'tags' });
    const { keyboard } = harness.page;
    await treeItem(harness, 'agent').focus();
    await keyboard.press('ArrowDown');
    expect(await harness.focused()).toMatch(/^analysis,/);
    await keyboard.press('ArrowRight');
    await treeItem(harness, 'outline').waitFor();
    await keyboard.press('ArrowRight');
    expect(await harness.focused()).toMatch(/^outline,/);
    await keyboard.press('ArrowLeft');
    await keyboard.press('ArrowLeft');
    expect(await treeItem(harness, 'analysis').getAttribute('aria-expanded')).toBe('false');
    await keyboard.press('f');
    expect(await harness.focused()).toMatch(/^folder,/);
    await keyboard.press('Enter');
    await treeItem(harness, 'freshness').waitFor();
    await keyboard.press('End');
    expect(await harness.focused()).toMatch(/^notes,/);
    await keyboard.press('Home');
    expect(await harness.focused()).toMatch(/^agent,/);
    await keyboard.press('Delete');
    await keyboard.press('Tab');
    expect(await harness.focused()).toMatch(/^Show 682 entries under agent/);
    await keyboard.press('Tab');
    expect(await harness.focused()).toMatch(/^Invalidate agent \(/);
    await keyboard.press('Enter');
    expect(await harness.requests()).toEqual([{ type: 'invalidateTag', tag: 'agent' }]);
    expect(await harness.lastView()).toMatchObject({ view: { expandedTags: ['folder'] } });
  });

  it('has an invalidate button on every tag, which does not expand it', async () => {
    const harness = await browser.open({ section: 'tags' });
    await expand(harness, 'folder');
    await treeItem(harness, 'cache')
      .getByRole('button', { name: /^Invalidate folder\/cache \(/ })
      .click();
    expect(await harness.requests()).toEqual([{ type: 'invalidateTag', tag: 'folder/cache' }]);
    expect(await treeItem(harness, 'cache').getAttribute('aria-expanded')).toBe('false');
  });

  it('leads from a number to the entries that it counts', async () => {
    const harness = await browser.open({ section: 'tags' });
    await harness.page.getByRole('button', { name: 'Show 682 entries under agent' }).click();
    const view = { section: 'entries', entries: { filter: 'tag:agent' } };
    expect(await harness.lastView()).toMatchObject({ view });
    expect(await harness.page.getByRole('textbox', { name: 'Filter the entries' }).inputValue()).toBe(
      'tag:agent',
    );
  });

  it('shows thousands of siblings in portions', async () => {
    const harness = await browser.open({ scenario: 'huge', section: 'tags' });
    const items = harness.page.getByRole('treeitem');
    await expand(harness, 'folder');
    expect(await items.count()).toBe(4 + 200 + 1);
    await harness.page.getByRole('treeitem', { name: 'Show 1,000 of 4,800 more…' }).click();
    expect(await items.count()).toBe(4 + 1_200 + 1);
    expect(await harness.focused()).toMatch(/^package-200,/);
    expect(await treeItem(harness, 'package-200').getAttribute('aria-setsize')).toBe('5000');
  });

  it('keeps a waiting tag busy until its children arrive', async () => {
    const harness = await browser.open({ silent: true });
    await harness.send({ type: 'show', view: { section: 'tags' } });
    const root: TagNode = { tag: 'a', label: 'a', entries: 2, bytes: 2, hasChildren: true };
    await harness.evaluate(`fakeHost.push({ tags: { '': [${JSON.stringify(root)}] } })`);
    await treeItem(harness, 'a').click();
    expect(await treeItem(harness, 'a').getAttribute('aria-busy')).toBe('true');
    await harness.push({
      tags: { '': [root], a: [{ ...root, tag: 'a/x', label: 'x', hasChildren: false }] },
    });
    expect(await treeItem(harness, 'a').getAttribute('aria-busy')).toBe(null);
    expect(await treeItem(harness, 'x').getAttribute('aria-level')).toBe('2');
  });
});

describe('the page', () => {
  it('says that it is loading until the first snapshot', async () => {
    const { page } = await browser.open({ silent: true });
    await page.getByText('Reading the cache…').waitFor();
    expect(await page.locator('main').isVisible()).toBe(false);
  });

  it('welcomes with one way to fill an empty cache, and follows the focus from there', async () => {
    const harness = await browser.open({ scenario: 'empty' });
    await harness.page.getByRole('heading', { name: 'Nothing cached yet' }).waitFor();
    await harness.page.getByRole('button', { name: 'Warm Workspace' }).click();
    await harness.push({ warm: { state: 'running', done: 1, total: 4 } });
    expect(await harness.focused()).toBe('Cancel Warming');
    const progress = harness.page.getByRole('progressbar', { name: 'Warming the workspace' });
    expect(await progress.getAttribute('aria-valuenow')).toBe('1');
    await harness.page.getByRole('button', { name: 'Cancel Warming' }).click();
    expect(await harness.requests()).toEqual([{ type: 'warm' }, { type: 'cancelWarm' }]);
  });

  it('asks the host to clear, and shows what the host could not do', async () => {
    const harness = await browser.open();
    await harness.page.getByRole('button', { name: 'Clear All' }).click();
    expect(await harness.requests()).toEqual([{ type: 'clearAll' }]);
    await harness.send({ type: 'failed', message: 'The file level is not answering.' });
    const alert = harness.page.getByRole('alert').filter({ hasText: 'The file level is not answering.' });
    await alert.waitFor();
    await harness.page.getByRole('button', { name: 'Dismiss' }).click();
    expect(await alert.isVisible()).toBe(false);
  });

  it('is as it was after a reload', async () => {
    const harness = await browser.open({ section: 'tags' });
    const { page } = harness;
    await expand(harness, 'folder');
    await showSection(harness, 'Overview');
    const hour = page.getByRole('radiogroup', { name: 'Time range' }).getByRole('radio', { name: '1h' });
    await hour.check();
    await page
      .getByRole('columnheader', { name: 'Size' })
      .and(page.locator('[aria-sort]'))
      .getByRole('button')
      .click();
    await page.getByRole('button', { name: 'Show as Table' }).click();
    await page.getByRole('button', { name: 'Show all 60' }).click();
    const top = `document.getElementById('panel-overview').scrollTop`;
    await harness.evaluate(`${top} = 120`);
    await expect.poll(() => harness.evaluate(`JSON.parse(sessionStorage.state).scroll.overview`)).toBe(120);
    await page.reload();
    await page.locator('.hot-rows > *').first().waitFor();
    expect(await harness.evaluate('fakeHost.sent[0]')).toMatchObject({
      type: 'ready',
      view: { range: '1h', hotSort: 'bytes', expandedTags: ['folder'], section: 'overview' },
    });
    expect(await hour.isChecked()).toBe(true);
    expect(await page.getByRole('button', { name: 'Show as Chart' }).isVisible()).toBe(true);
    expect(await page.locator('.hot-rows > *').count()).toBe(60);
    expect(await harness.evaluate(top)).toBe(120);
    await showSection(harness, 'Tags');
    await treeItem(harness, 'freshness').waitFor();
  });

  it('starts from defaults when an unknown state was kept', async () => {
    const harness = await browser.open();
    await harness.evaluate(
      `sessionStorage.setItem('state', '{"view":{"range":"2y","section":4,"expandedTags":[1]},"scroll":"x"}')`,
    );
    await harness.page.reload();
    await harness.page.locator('main').waitFor();
    const view = { range: '5m', hotSort: 'hits', expandedTags: [], section: 'overview', period: '7d' };
    expect(await harness.evaluate('fakeHost.sent[0]')).toMatchObject({ type: 'ready', view });
  });

  it('tells the host about its own errors', async () => {
    const harness = await browser.open();
    await harness.evaluate(`setTimeout(() => { throw new Error('thrown') })`);
    await harness.evaluate(`void Promise.reject(new Error('rejected'))`);
    await expect.poll(async () => (await harness.requests()).length).toBe(2);
    const messages = (await harness.requests()).map((request) =>
      request.type === 'error' ? request.message : '',
    );
    expect(messages.join()).toMatch(/thrown/);
    expect(messages.join()).toMatch(/rejected/);
  });

  it.each(THEME_NAMES)('fits a 300-pixel column in %s', async (theme) => {
    const harness = await browser.open({ theme, width: 300 });
    for (const section of ['Overview', 'Entries', 'Tags', 'Activity']) {
      await showSection(harness, section);
      if (section === 'Tags') await expand(harness, 'folder');
      const widths = `[...document.querySelectorAll('.panel:not([hidden]), .entry-grid')].map((each) => each.scrollWidth)`;
      expect(await harness.evaluate('document.documentElement.scrollWidth')).toBe(300);
      for (const width of await harness.evaluate<number[]>(widths)) expect(width).toBeLessThanOrEqual(300);
    }
  });
});

describe('the numbers of the overview', () => {
  it.each([
    ['Hits: 13,648', { section: 'entries', entries: { sort: 'hits', descending: true } }],
    ['Misses: 1,058', { section: 'misses' }],
    ['Time saved: 2.6 min', { section: 'savings' }],
    ['Compute p99: 184 ms', { section: 'entries', entries: { sort: 'cost', descending: true } }],
    ['File, entries: 3,412', { section: 'entries', entries: { filter: 'level:file' } }],
    ['Shared, state: failing', { section: 'activity' }],
  ])('%s leads to what it counts', async (name, view) => {
    const harness = await browser.open();
    await harness.page.getByRole('button', { name }).click();
    expect(await harness.lastView()).toMatchObject({ view });
    expect(await harness.evaluate(`document.activeElement.tagName`)).toBe('H2');
  });
});

describe('the activity', () => {
  it('offers to take back what can be', async () => {
    const harness = await browser.open({ section: 'activity' });
    const undo = harness.page.getByRole('button', { name: /^Undo: Tag folder/ }).first();
    await undo.dblclick();
    expect(await harness.requests()).toEqual([{ type: 'undo', id: 'undo-212' }]);
    const line = {
      id: 1,
      at: 0,
      kind: 'invalidate',
      text: 'Tag folder/src/serve invalidated',
      entries: 2,
    } as const;
    await harness.push({ activity: [line] });
    expect(await harness.page.locator('#panel-activity').getByRole('button').count()).toBe(0);
  });
});
