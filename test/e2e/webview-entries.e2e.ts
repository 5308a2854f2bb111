/** The sections of the page, its list of entries and one entry in full, in Chromium with a fake host. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ToHost } from '../../src/protocol.ts';
import {
  HarnessBrowser,
  type HarnessPage,
  type OpenOptions,
  THEME_NAMES,
} from './webview-harness/browser.ts';

let browser: HarnessBrowser;
beforeAll(async () => {
  browser = await HarnessBrowser.start();
});
afterEach(() => browser.closePages());
afterAll(() => browser.close());

const grid = ({ page }: HarnessPage) => page.getByRole('grid', { name: 'Entries' });
const filter = ({ page }: HarnessPage) => page.getByRole('textbox', { name: 'Filter the entries' });
const rows = (harness: HarnessPage) => grid(harness).locator('.entry-row');
const activeRow = (harness: HarnessPage) =>
  harness.evaluate<string>(
    `document.getElementById(document.querySelector('.entry-grid').getAttribute('aria-activedescendant'))?.ariaRowIndex`,
  );
const scrollTop = (harness: HarnessPage) =>
  harness.evaluate<number>(`Math.round(document.querySelector('.entry-grid').scrollTop)`);
/** Once the row has come. */
const keyAt = async ({ page }: HarnessPage, rowIndex: number) =>
  (await page
    .locator(`.entry-row[aria-rowindex="${rowIndex}"]:not([aria-busy]) .key-name`)
    .getAttribute('title')) ?? '';
const last = async (harness: HarnessPage): Promise<ToHost | undefined> => (await harness.requests()).at(-1);

/** Until the rows that are in sight have come. */
const loaded = (harness: HarnessPage) =>
  expect.poll(() => harness.evaluate(`document.querySelectorAll('.entry-row[aria-busy]').length`)).toBe(0);

/** Opens the section of entries, and waits for its first rows. */
async function openEntries(options: Omit<OpenOptions, 'section'> = {}): Promise<HarnessPage> {
  const harness = await browser.open({ ...options, section: 'entries' });
  await harness.page.locator('.entry-row, .entries-empty:not([hidden])').first().waitFor();
  await loaded(harness);
  return harness;
}

async function openEntry(harness: HarnessPage): Promise<string> {
  const key = await keyAt(harness, 4);
  await rows(harness).nth(2).locator('.key-name').click();
  await harness.page.getByRole('heading', { name: key }).waitFor();
  await harness.page.getByRole('heading', { name: 'Becomes invalid when' }).waitFor();
  return key;
}

describe('the tabs', () => {
  it('are walked by arrow keys, one of them is in the order of Tab', async () => {
    const harness = await browser.open();
    const { page } = harness;
    await page.getByRole('tab', { name: 'Overview' }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await harness.focused()).toMatch(/^Entries/);
    expect(await page.getByRole('tabpanel', { name: 'Entries' }).isVisible()).toBe(true);
    await page.keyboard.press('End');
    expect(await harness.focused()).toMatch(/^Settings/);
    expect(await page.locator('[role=tab][tabindex="0"]').allTextContents()).toEqual(['Settings ']);
    expect(await harness.lastView()).toMatchObject({ view: { section: 'settings' } });
  });

  it('are as they were after a reload', async () => {
    const harness = await browser.open({ section: 'activity' });
    await harness.page.reload();
    await harness.page.getByRole('tabpanel', { name: 'Activity' }).waitFor();
    expect(await harness.evaluate('fakeHost.sent[0].view.section')).toBe('activity');
  });

  it('follow a link, which puts the keyboard at the beginning of its section', async () => {
    const harness = await browser.open();
    await harness.send({ type: 'show', view: { section: 'entries', entry: 'gone:key' } });
    expect(await harness.focused()).toBe('gone:key');
    await harness.page.getByText('Nothing is cached under this key now.').waitFor();
    await harness.send({ type: 'show', view: { section: 'tags' } });
    expect(await harness.focused()).toBe('Tags');
  });

  it('say why a section cannot be shown', async () => {
    const harness = await browser.open({ section: 'files' });
    await harness.page.getByText('Reading the files that entries rest on…').waitFor();
    await harness.push({ problem: 'The disk is gone.' });
    await harness.page.getByRole('alert').filter({ hasText: 'Files: The disk is gone.' }).waitFor();
    await harness.push();
    expect(await harness.page.getByText('The disk is gone.').isVisible()).toBe(false);
  });
});

describe('50,000 entries', () => {
  it('are scrolled through with a few rows in the document', async () => {
    const harness = await openEntries({ scenario: 'huge' });
    expect(await grid(harness).getAttribute('aria-rowcount')).toBe('50001');
    const most = await rows(harness).count();
    expect(most).toBeLessThan(60);
    await harness.evaluate(`document.querySelector('.entry-grid').scrollTop = 600_000`);
    await loaded(harness);
    expect(await rows(harness).count()).toBeLessThan(70);
    expect(await rows(harness).first().getAttribute('aria-rowindex')).toMatch(/^249\d\d$/);
    expect(await scrollTop(harness)).toBe(600_000);
    const sent = await harness.evaluate<ToHost[]>('fakeHost.sent');
    expect(sent.filter(({ type }) => type === 'view').length).toBeLessThan(6);
    await harness.advance(1_000);
    expect(await scrollTop(harness)).toBe(600_000);
  });

  it('keep the place of rows that have not come', async () => {
    const harness = await openEntries({ scenario: 'huge', slow: 1_500 });
    await loaded(harness);
    await harness.evaluate(`document.querySelector('.entry-grid').scrollTop = 900_000`);
    await expect.poll(() => rows(harness).first().getAttribute('aria-busy')).toBe('true');
    await loaded(harness);
    expect(await scrollTop(harness)).toBe(900_000);
  });

  it('are walked by keys, to the end and back', async () => {
    const harness = await openEntries({ scenario: 'huge' });
    const { keyboard } = harness.page;
    await grid(harness).focus();
    expect(await activeRow(harness)).toBe('2');
    await keyboard.press('ArrowDown');
    expect(await activeRow(harness)).toBe('3');
    await keyboard.press('End');
    await loaded(harness);
    expect(await activeRow(harness)).toBe('50001');
    await keyboard.press('PageUp');
    expect(Number(await activeRow(harness))).toBeLessThan(49_990);
    await keyboard.press('Home');
    await loaded(harness);
    expect(await activeRow(harness)).toBe('2');
    expect(await scrollTop(harness)).toBe(0);
  });

  it('are selected over rows that had not come, as many as can be', async () => {
    const harness = await openEntries({ scenario: 'huge' });
    await grid(harness).focus();
    await harness.evaluate(`document.querySelector('.entry-grid').scrollTop = 40_000`);
    await loaded(harness);
    const row = harness.page.locator('.entry-row[aria-rowindex="1690"]');
    await row.click({ modifiers: ['Shift'], position: { x: 900, y: 10 } });
    await harness.page.getByText('1,689 selected').waitFor();
    await harness.page.keyboard.press('Control+a');
    await harness.page.getByText('10,000 selected').waitFor();
  });
});

describe('the list of entries', () => {
  it('is selected as lists are, and invalidated by Delete', async () => {
    const harness = await openEntries({ scenario: 'few' });
    const { page } = harness;
    const at = { position: { x: 700, y: 10 } };
    const keys = await Promise.all([2, 3, 4, 5, 6].map((index) => keyAt(harness, index)));
    await rows(harness).nth(0).click(at);
    await rows(harness)
      .nth(2)
      .click({ ...at, modifiers: ['Shift'] });
    await rows(harness)
      .nth(4)
      .click({ ...at, modifiers: ['ControlOrMeta'] });
    await rows(harness)
      .nth(1)
      .click({ ...at, modifiers: ['ControlOrMeta'] });
    await page.getByText('3 selected').waitFor();
    expect(await page.locator('.entry-row[aria-selected=true]').count()).toBe(3);
    await harness.advance(60_000);
    expect(await page.locator('.entry-row[aria-selected=true]').count()).toBe(3);
    await page.keyboard.press('Delete');
    expect(await harness.requests()).toEqual([{ type: 'invalidateKeys', keys: [keys[0], keys[2], keys[4]] }]);
    expect(await page.getByText('selected').isVisible()).toBe(false);
    await page.keyboard.press('Delete');
    expect(await last(harness)).toEqual({ type: 'invalidateKey', key: keys[1] });
  });

  it('has a menu, by pointer and by keyboard', async () => {
    const harness = await openEntries({ scenario: 'few' });
    const { page } = harness;
    const key = await keyAt(harness, 3);
    await rows(harness)
      .nth(1)
      .click({ button: 'right', position: { x: 200, y: 10 } });
    await page.getByRole('menuitem', { name: 'Copy Key' }).click();
    expect(await last(harness)).toEqual({ type: 'copy', text: key });
    expect(await harness.focused()).toBe('Entries');
    await page.keyboard.press('Shift+F10');
    expect(await harness.focused()).toMatch(/^Show Details/);
    await page.keyboard.press('ArrowUp');
    expect(await harness.focused()).toMatch(/^Invalidate/);
    await page.keyboard.press('Escape');
    expect(await page.getByRole('menu').count()).toBe(0);
    expect(await harness.focused()).toBe('Entries');
    await page.keyboard.press('Shift+F10');
    await page.keyboard.press('o');
    await page.keyboard.press('Enter');
    expect((await last(harness))?.type).toBe('openFile');
  });

  it('is filtered when typing pauses, and says what is wrong with a filter', async () => {
    const harness = await openEntries();
    const { page } = harness;
    await harness.evaluate(`document.querySelector('.entry-grid').scrollTop = 20_000`);
    await filter(harness).fill('web_search');
    await page.getByText(/^568 of 3,412 entries/).waitFor();
    expect(await scrollTop(harness)).toBe(0);
    await filter(harness).fill('?');
    await page.getByText(/^At character 1/).waitFor();
    expect(await filter(harness).getAttribute('aria-invalid')).toBe('true');
    await filter(harness).fill('nowhere');
    await page.getByText('No entry fits the filter.').waitFor();
    await page.getByRole('button', { name: 'Clear Filter' }).last().click();
    await page.getByText(/^3,412 entries/).waitFor();
    await page.getByRole('button', { name: 'Filter Help' }).click();
    await page.getByRole('button', { name: 'size>10KB' }).click();
    expect(await harness.lastView()).toMatchObject({ view: { entries: { filter: 'size>10KB' } } });
  });

  it('is sorted by its columns, one way and the other', async () => {
    const harness = await openEntries();
    const header = grid(harness).getByRole('columnheader', { name: 'Size' });
    await header.getByRole('button').click();
    await expect.poll(() => header.getAttribute('aria-sort')).toBe('descending');
    expect(await harness.lastView()).toMatchObject({
      view: { entries: { sort: 'bytes', descending: true } },
    });
    await header.getByRole('button').click();
    await expect.poll(() => header.getAttribute('aria-sort')).toBe('ascending');
  });

  it('is not touched by a snapshot that says nothing new', async () => {
    const harness = await openEntries();
    await harness.push();
    await harness.countChanges();
    await harness.push();
    expect(await harness.changes()).toBe(0);
  });
});

describe('an entry in full', () => {
  it('leads on and back to the row that it was opened from', async () => {
    const harness = await openEntries({ scenario: 'huge' });
    const { page } = harness;
    await harness.evaluate(`document.querySelector('.entry-grid').scrollTop = 48_000`);
    await loaded(harness);
    const key = await keyAt(harness, 2010);
    await page.locator('.entry-row[aria-rowindex="2010"] .key-name').click();
    await page.getByRole('heading', { name: key }).waitFor();
    await page
      .getByRole('group', { name: 'Dependency graph' })
      .getByRole('button', { name: 'repo-map' })
      .click();
    expect(await harness.focused()).toBe('analysis:repo-map:2:all');
    await page.locator('.back').click();
    expect(await harness.focused()).toBe(key);
    await page.locator('.back').click();
    expect(await harness.focused()).toBe('Entries');
    expect(await scrollTop(harness)).toBe(48_000);
    expect(await activeRow(harness)).toBe('2010');
  });

  it('leads to its file, its tags, and is invalidated apart', async () => {
    const harness = await openEntries({ scenario: 'few' });
    const { page } = harness;
    const key = await openEntry(harness);
    await page.getByRole('button', { name: 'Open File' }).click();
    await page.getByRole('button', { name: 'Invalidate', exact: true }).dblclick();
    expect((await harness.requests()).map(({ type }) => type)).toEqual(['openFile', 'invalidateKey']);
    expect(await last(harness)).toEqual({ type: 'invalidateKey', key });
    await page.getByRole('button', { name: 'folder/src/cache' }).click();
    expect(await harness.lastView()).toMatchObject({
      view: { section: 'tags', expandedTags: ['folder', 'folder/src'] },
    });
  });

  it('is not touched by a snapshot that says nothing new, and is the same after a reload', async () => {
    const harness = await openEntries({ scenario: 'few' });
    const key = await openEntry(harness);
    await harness.countChanges();
    await harness.push();
    expect(await harness.changes()).toBe(0);
    await harness.page.reload();
    await harness.page.getByRole('heading', { name: key }).waitFor();
  });
});

describe('accessibility', () => {
  const violations = async ({ page }: HarnessPage) => (await new AxeBuilder({ page }).analyze()).violations;

  it.each(THEME_NAMES)('has no violations in %s in the entries', async (theme) => {
    const harness = await openEntries({ theme, scenario: 'few' });
    await harness.page.getByRole('button', { name: 'Filter Help' }).click();
    await rows(harness)
      .nth(1)
      .click({ button: 'right', position: { x: 700, y: 10 } });
    expect(await violations(harness)).toEqual([]);
    await harness.page.keyboard.press('Escape');
    await openEntry(harness);
    expect(await violations(harness)).toEqual([]);
  });

  it('has no violations in a narrow column, nor without entries', async () => {
    const narrow = await openEntries({ scenario: 'few', width: 300 });
    expect(await violations(narrow)).toEqual([]);
    await openEntry(narrow);
    expect(await violations(narrow)).toEqual([]);
    const empty = await openEntries({ scenario: 'empty' });
    expect(await violations(empty)).toEqual([]);
  });
});
