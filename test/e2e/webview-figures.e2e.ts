/** The sections misses, answers, provider, savings, advice, files and settings in Chromium, each fed with made-up data. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answers, NO_ANSWERS, NO_TRANSCRIPTS, provider } from './webview-harness/answers-data.ts';
import { HarnessBrowser, type HarnessPage, THEME_NAMES } from './webview-harness/browser.ts';
import {
  AT,
  advice,
  FILES_QUERY,
  files,
  misses,
  NO_ADVICE,
  NO_MISSES,
  NO_SAVINGS,
  savings,
  settings,
  unmeasuredSavings,
} from './webview-harness/figures-data.ts';

let browser: HarnessBrowser;
beforeAll(async () => {
  browser = await HarnessBrowser.start();
});
afterEach(() => browser.closePages());
afterAll(() => browser.close());

const PROBLEM = 'agentCache.memory.maxEntries: 5 does not fit. Fits: a whole number from 100 to 10000000.';

/** What each section is like on a usual day, at first, and when there is too much of everything. */
const DATA = {
  misses: { usual: misses(), empty: NO_MISSES, huge: misses(1_000) },
  answers: { usual: answers(40), empty: NO_ANSWERS, huge: answers(200) },
  provider: { usual: provider(8), empty: NO_TRANSCRIPTS, huge: provider(200, 1_234) },
  savings: { usual: savings(), empty: NO_SAVINGS, huge: savings(300, 4_000) },
  advice: { usual: advice(), empty: NO_ADVICE, huge: advice(60) },
  files: { usual: files(400), empty: files(0), huge: files(50_000) },
  settings: { usual: settings([PROBLEM]), empty: settings(), huge: settings([PROBLEM], 300) },
};
type Name = keyof typeof DATA;
const NAMES = Object.keys(DATA) as Name[];

type Width = 300 | 1200;
async function open(theme: (typeof THEME_NAMES)[number] = 'dark', width: Width = 1200): Promise<HarnessPage> {
  const harness = await browser.open({ theme, width, silent: true });
  await harness.page.goto(`${browser.harness.url}figures?theme=${theme}&silent`);
  return harness;
}

/** Two frames later, whatever was to be drawn is drawn. */
async function show(harness: HarnessPage, name: Name, data?: unknown, at = AT): Promise<void> {
  await harness.evaluate(`(async () => {
    figures.show('${name}', ${data === undefined ? 'undefined' : JSON.stringify(data)}, ${at});
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
  })()`);
}

/** Of all sections at once, those without data waiting for it. */
async function expectAccessible(
  harness: HarnessPage,
  state: string,
  data: Partial<Record<Name, unknown>>,
): Promise<void> {
  await harness.evaluate(`figures.showAll(${JSON.stringify(data)}, ${AT})`);
  const { violations } = await new AxeBuilder({ page: harness.page }).analyze();
  expect([state, violations]).toEqual([state, []]);
}

const view = <T>(harness: HarnessPage, part: string): Promise<T> =>
  harness.evaluate<T>(`figures.state.view.${part}`);

describe('every section', () => {
  it.each(THEME_NAMES)('is accessible in %s', async (theme) => {
    const harness = await open(theme);
    const usual = Object.fromEntries(NAMES.map((name) => [name, DATA[name].usual]));
    await expectAccessible(harness, 'usual', { ...usual, files: files(20) });
    expect(await harness.evaluate('fakeHost.violations')).toEqual([]);
  });

  it('is accessible while it waits, when it is empty, and with tables in place of charts', async () => {
    const harness = await open();
    await expectAccessible(harness, 'waiting', {});
    await expectAccessible(
      harness,
      'empty',
      Object.fromEntries(NAMES.map((name) => [name, DATA[name].empty])),
    );
    await harness.evaluate('figures.state.keep({ chartAsTable: true })');
    const charts = ['misses', 'savings', 'advice'] as const;
    await expectAccessible(
      harness,
      'as tables',
      Object.fromEntries(charts.map((name) => [name, DATA[name].usual])),
    );
    expect(await harness.evaluate('fakeHost.violations')).toEqual([]);
  });

  it.each(THEME_NAMES)('fits a 300-pixel column in %s, however much there is', async (theme) => {
    const harness = await open(theme, 300);
    for (const name of NAMES) {
      for (const data of [undefined, DATA[name].empty, DATA[name].usual, DATA[name].huge]) {
        await show(harness, name, data);
        expect([name, await harness.evaluate('document.documentElement.scrollWidth')]).toEqual([name, 300]);
      }
    }
  });

  it('touches nothing when it is told the same again', async () => {
    const harness = await open();
    await harness.evaluate(`globalThis.changes = [];
      new MutationObserver((records) => { changes.push(...records.map(({ type, target, attributeName }) =>
        type + ' ' + (target.className ?? target.parentNode?.className) + ' ' + attributeName)); })
        .observe(document, { subtree: true, childList: true, attributes: true, characterData: true })`);
    for (const name of NAMES) {
      await show(harness, name, DATA[name].usual);
      await harness.evaluate('changes.length = 0');
      await show(harness, name, DATA[name].usual);
      expect([name, await harness.evaluate('changes')]).toEqual([name, []]);
    }
    await show(harness, 'misses', DATA.misses.usual, AT + 20 * 60e3);
    expect(await harness.evaluate('changes.length')).toBeGreaterThan(0);
  });

  it('says what it waits for, and keeps what it shows while it asks for something else', async () => {
    const harness = await open();
    for (const name of NAMES) {
      await show(harness, name);
      const waiting = harness.page.getByRole('status').filter({ hasText: 'Reading' });
      await waiting.waitFor();
      await show(harness, name, DATA[name].usual);
      expect(await waiting.count()).toBe(0);
      const text = await harness.page.locator('.awaited-body').textContent();
      await show(harness, name);
      const body = harness.page.locator('.awaited-body[aria-busy=true]');
      expect(await body.textContent()).toBe(text);
    }
  });

  it('draws much of everything within a moment', async () => {
    const harness = await open();
    for (const name of NAMES) {
      await show(harness, name, DATA[name].huge);
      expect([name, await harness.evaluate<number>(`document.querySelectorAll('main *').length`)]).toEqual([
        name,
        expect.toSatisfy((elements: number) => elements < 3_000, 'fewer than 3,000 elements'),
      ]);
    }
  });

  it('repaints its chart when the theme changes', async () => {
    const harness = await open();
    const picture = `document.querySelector('canvas[role=img]').toDataURL()`;
    for (const name of ['misses', 'savings', 'advice'] as const) {
      await harness.evaluate(`fakeHost.setTheme('dark')`);
      await show(harness, name, DATA[name].usual);
      const dark = await harness.evaluate(picture);
      await harness.evaluate(`fakeHost.setTheme('light')`);
      expect(await harness.evaluate(picture)).not.toBe(dark);
    }
  });
});

describe('the misses', () => {
  it('are counted by reason, and a reason shows its own', async () => {
    const harness = await open();
    const { page } = harness;
    await show(harness, 'misses', DATA.misses.usual);
    const total = Object.values(DATA.misses.usual.counts).reduce((sum, count) => sum + count, 0);
    await page.getByText(`${total} misses in the last hour`).waitFor();
    const recent = page.getByRole('list', { name: 'Recent misses' }).getByRole('listitem');
    expect(await recent.count()).toBe(25);
    await page.getByRole('button', { name: /^Expired, \d+: show recent misses of this reason$/ }).click();
    const shown = await recent.allInnerTexts();
    const expired = DATA.misses.usual.recent.filter(({ reason }) => reason === 'expired');
    expect(shown.length).toBe(expired.length);
    for (const text of shown) expect(text).toContain('Expired');
    await page.getByRole('button', { name: 'Show all reasons' }).click();
    expect(await recent.count()).toBe(25);
    await page.getByText('Did not occur: other version, level failed, bypassed.').waitFor();
  });

  it('lead to their entries, to what can be done, and to other ranges', async () => {
    const harness = await open();
    const { page } = harness;
    await show(harness, 'misses', DATA.misses.usual);
    await page.getByRole('button', { name: 'analysis:outline:src/module-0.ts' }).click();
    expect(await view(harness, 'section')).toBe('entries');
    expect(await view(harness, 'entry')).toBe('analysis:outline:3:src/module-0.ts');
    await page.getByRole('button', { name: 'Advice' }).click();
    expect(await view(harness, 'section')).toBe('advice');
    await page.getByRole('button', { name: 'Policies of namespaces' }).click();
    expect(await harness.requests()).toEqual([{ type: 'openSetting', id: 'agentCache.namespaces' }]);
    await page.getByRole('radio', { name: '24h' }).check();
    expect(await view(harness, 'range')).toBe('24h');
  });

  it('are a sentence and a table behind the chart', async () => {
    const harness = await open();
    const { page } = harness;
    await show(harness, 'misses', DATA.misses.usual);
    await page
      .getByRole('img', { name: /^387 misses in the last hour, by reason: never cached 95,/ })
      .waitFor();
    await page.getByRole('button', { name: 'Show as Table' }).click();
    const table = page.getByRole('region', { name: 'Misses over time' });
    expect(await table.getByRole('columnheader').allTextContents()).toEqual([
      'Time',
      'All',
      'Never cached',
      'Input changed',
      'Invalidated',
      'Expired',
      'Evicted',
    ]);
    expect(await table.getByRole('row').count()).toBeGreaterThan(30);
  });
});

describe('the savings', () => {
  it('are unknown where nothing was measured, with the reason, and never 0', async () => {
    const harness = await open();
    const { page } = harness;
    await show(harness, 'savings', unmeasuredSavings());
    await page.getByText('412 answers from the cache in the last 30 days').waitFor();
    expect(await page.locator('.totals dd.number').allTextContents()).toEqual(['412', 'unknown', '–', '–']);
    await page.getByText('No answer had its computing time measured when it was computed.').waitFor();
    await show(harness, 'savings', NO_SAVINGS);
    await page.getByText('0 answers from the cache in the last 30 days').waitFor();
    await page.getByText('Nothing was saved in this period').waitFor();
    expect(await page.locator('.totals').isVisible()).toBe(false);
    await show(harness, 'savings', unmeasuredSavings());
    const row = page.getByRole('table', { name: 'Saved by namespace' }).getByRole('row').nth(1);
    expect(await row.getByRole('cell').filter({ visible: true }).allTextContents()).toEqual(['412']);
  });

  it('are told by namespace, agent and model, and for other periods', async () => {
    const harness = await open();
    const { page } = harness;
    await show(harness, 'savings', DATA.savings.usual);
    await page.getByText('5.9 h of computing saved by 18,754 answers in the last 30 days').waitFor();
    const cells = (name: string, row: number) =>
      page.getByRole('table', { name }).getByRole('row').nth(row).locator('th, td').allTextContents();
    expect(await cells('Saved by namespace', 1)).toEqual(['analysis', '9,000', '2.9 h', '–', '–']);
    expect(await cells('Saved by agent', 3)).toEqual(['unknown', '654', 'unknown', '–', '–']);
    expect(await cells('Saved by model', 1)).toEqual([
      'claude-sonnet-4-5',
      '2,812',
      '53 min',
      '6.8M',
      '$30.93',
    ]);
    await page.getByRole('button', { name: 'analysis', exact: true }).click();
    expect(await view(harness, 'section')).toBe('entries');
    expect(await view(harness, 'entries.filter')).toBe('namespace:analysis');
    await page.getByRole('radio', { name: 'Today' }).check();
    expect(await view(harness, 'period')).toBe('today');
    expect(await page.getByText('Prices are those of the providers on 2026-02-20').count()).toBe(1);
  });
});

describe('the advice', () => {
  it('shows what one click changes, applies it and takes it back', async () => {
    const harness = await open();
    const { page } = harness;
    await show(harness, 'advice', DATA.advice.usual);
    const items = page.getByRole('list', { name: 'Advice' }).locator(':scope > li');
    const size = items.filter({ hasText: 'More memory would turn' });
    await size.getByText('memory.maxMegabytes: 128 → 256').waitFor();
    await size.getByText('2,431 of 18,900 reads missed because the entry had been evicted.').waitFor();
    await size.getByRole('button', { name: 'Apply' }).click();
    await items.filter({ hasText: 'Keep recalled memories' }).getByRole('button', { name: 'Revert' }).click();
    await page.getByRole('button', { name: /^Revert: namespaces\.memory/ }).click();
    await items
      .filter({ hasText: 'not read for 9 days' })
      .getByRole('button', { name: /^Invalidate/ })
      .click();
    expect(await harness.requests()).toEqual([
      { type: 'applyAdvice', id: 'size:memory' },
      { type: 'revertAdvice', id: 'ttl:memory' },
      { type: 'revertAdvice', id: 'a3' },
      { type: 'applyAdvice', id: 'stale:tool' },
    ]);
    expect(await page.getByText('2 pieces of advice').count()).toBe(1);
  });

  it('shows the curve with the size now and the advised one, as a table too', async () => {
    const harness = await open();
    const { page } = harness;
    await show(harness, 'advice', DATA.advice.usual);
    await page.getByRole('img', { name: /128\.0 MB now: \d.*256\.0 MB advised: / }).waitFor();
    await page.getByRole('button', { name: 'Show as Table' }).click();
    const table = page.getByRole('region', { name: 'Reads that miss, by size of memory' });
    expect(await table.getByRole('row', { name: /advised$/ }).count()).toBe(1);
    expect(await table.getByRole('row', { name: /now$/ }).count()).toBe(1);
  });

  it('says why there is none', async () => {
    const harness = await open();
    await show(harness, 'advice', NO_ADVICE);
    await harness.page.getByText('Advice needs at least 1,000 reads').waitFor();
    await show(harness, 'advice', { items: [], actions: [] });
    await harness.page.getByText('Nothing to advise').waitFor();
  });
});

describe('the files', () => {
  it('are sorted and paged by the host', async () => {
    const harness = await open();
    const { page } = harness;
    await show(harness, 'files', DATA.files.huge);
    const head = (name: string) => page.getByRole('columnheader', { name });
    expect(await head('Entries').getAttribute('aria-sort')).toBe('descending');
    await head('Changes').getByRole('button').click();
    expect(await view(harness, 'files')).toMatchObject({ sort: 'changes', descending: true, from: 0 });
    await head('Changes').getByRole('button').click();
    expect(await view(harness, 'files')).toMatchObject({ sort: 'changes', descending: false });
    await head('File').getByRole('button').click();
    expect(await view(harness, 'files')).toMatchObject({ sort: 'path', descending: false });
    await page.getByText('1–100 of 50,000').waitFor();
    await page.getByRole('button', { name: 'Next Page' }).click();
    expect(await view(harness, 'files')).toMatchObject({ from: 100 });
    await show(harness, 'files', files(50_000, { ...FILES_QUERY, from: 100 }));
    await page.getByText('101–200 of 50,000').waitFor();
    await page.getByRole('button', { name: 'Previous Page' }).click();
    expect(await view(harness, 'files')).toMatchObject({ from: 0 });
  });

  it('are filtered once the person pauses; what is wrong with the filter stands below it', async () => {
    const harness = await open();
    const { page } = harness;
    await show(harness, 'files', DATA.files.usual);
    const filter = page.getByRole('textbox', { name: /^Filter files/ });
    await filter.pressSequentially('src/c', { delay: 10 });
    await expect.poll(() => view(harness, 'files.filter')).toBe('src/c');
    const views = await harness.evaluate(`fakeHost.sent.filter(({ type }) => type === 'view').length`);
    expect(views).toBe(1);
    const query = { ...FILES_QUERY, filter: 'src/c' };
    await show(harness, 'files', files(400, query));
    await page.getByText('80 of 400 files').waitFor();
    await show(harness, 'files', { ...files(0), query, total: 400, problem: 'A bracket is not closed.' });
    await page.getByText('A bracket is not closed.').waitFor();
    expect(await filter.getAttribute('aria-invalid')).toBe('true');
    await filter.press('Escape');
    expect(await view(harness, 'files.filter')).toBe('');
  });

  it('are walked by arrow keys, opened, shown with their entries, and their dependents invalidated', async () => {
    const harness = await open();
    const { page } = harness;
    const { keyboard } = page;
    await show(harness, 'files', DATA.files.usual);
    await page.locator('.file-rows > [tabindex="0"]').focus();
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await keyboard.press('ArrowRight');
    expect(await harness.focused()).toMatch(
      /^Show the 450 entries that a change of src\/cache\/module-1\.ts/,
    );
    await keyboard.press('ArrowRight');
    await keyboard.press('ArrowRight');
    expect(await harness.focused()).toMatch(/^Invalidate the dependents of src\/cache\/module-1\.ts/);
    await keyboard.press('Enter');
    expect(await harness.requests()).toEqual([
      { type: 'openFile', file: 'src/cache/module-1.ts' },
      { type: 'invalidateFile', file: 'src/cache/module-1.ts' },
    ]);
    await page.getByRole('button', { name: /^Show the 900 entries/ }).click();
    expect(await view(harness, 'section')).toBe('entries');
    expect(await view(harness, 'entries')).toMatchObject({
      filter: 'file:src/analysis/module-0.ts',
      from: 0,
    });
  });

  it('do not move under the pointer', async () => {
    const harness = await open();
    const { page } = harness;
    const usual = files(3);
    await show(harness, 'files', usual);
    const names = () => page.locator('.file-rows .file-cell').allTextContents();
    const before = await names();
    await page.locator('.file-row').nth(2).hover();
    await show(harness, 'files', { ...usual, rows: usual.rows.toReversed() });
    expect(await names()).toEqual(before);
    await page.mouse.move(0, 0);
    await expect.poll(names).toEqual(before.toReversed());
  });
});

describe('the settings', () => {
  it('have what is wrong first, mark what is changed, and open in the settings editor', async () => {
    const harness = await open();
    const { page } = harness;
    await show(harness, 'settings', DATA.settings.usual);
    await page.getByText('4 of 11 settings differ from their defaults').waitFor();
    expect(await page.getByRole('list', { name: 'Problems' }).textContent()).toBe(PROBLEM);
    const row = page.getByRole('button', { name: 'Max entries (changed) 80,000' });
    await row.click();
    await row.press('ArrowDown');
    expect(await harness.focused()).toMatch(/^Max megabytes/);
    await page.keyboard.press('Enter');
    expect(await harness.requests()).toEqual([
      { type: 'openSetting', id: 'agentCache.memory.maxEntries' },
      { type: 'openSetting', id: 'agentCache.memory.maxMegabytes' },
    ]);
    await page.getByRole('button', { name: 'Only changed' }).click();
    expect(await page.locator('.setting-row').count()).toBe(4);
  });
});
