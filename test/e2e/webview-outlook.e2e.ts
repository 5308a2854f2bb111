/** Alerts and warming on the Cache Explorer's page, in Chromium. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { HarnessBrowser, type HarnessPage, THEME_NAMES } from './webview-harness/browser.ts';
import { makeOutlook } from './webview-harness/outlook.ts';

let browser: HarnessBrowser;
beforeAll(async () => {
  browser = await HarnessBrowser.start();
});
afterEach(() => browser.closePages());
afterAll(() => browser.close());

const AT = Date.UTC(2026, 2, 1, 14, 5, 9);
const alerts = ({ page }: HarnessPage) => page.getByRole('list', { name: 'Alerts' }).getByRole('listitem');
const status = ({ page }: HarnessPage) => page.getByRole('status').filter({ hasText: /rules? fire/ });

describe('alerts', () => {
  it('are not there while nothing fires, was told or is muted', async () => {
    const harness = await browser.open({ scenario: 'few' });
    expect(await harness.page.getByRole('heading', { name: 'Alerts' }).isVisible()).toBe(false);
    expect(await harness.page.getByRole('heading', { name: 'Warming' }).isVisible()).toBe(false);
    expect(await status(harness).count()).toBe(0);
    await harness.push({ outlook: makeOutlook(true, AT) });
    expect(await harness.page.getByRole('heading', { name: 'Alerts' }).isVisible()).toBe(true);
    expect(await status(harness).textContent()).toBe('Alerts: 2 of 4 rules fire');
  });

  it('tell what fires, since when, and when it is told again', async () => {
    const harness = await browser.open();
    const [first, second, third] = await alerts(harness).allTextContents();
    for (const part of ['Fires: analyses miss', '42.3 %', 'below 60 %', 'firing for', 'told 2 times']) {
      expect(first).toContain(part);
    }
    expect(await alerts(harness).nth(0).getByText('again in').isVisible()).toBe(true);
    expect(second).toContain('muted, ends in');
    expect(await alerts(harness).nth(1).getByText('again in').isVisible()).toBe(false);
    expect(third).toContain('Over: computing is slow');
  });

  it('are muted, and their mute ended, by keyboard; the setting is a step away', async () => {
    const harness = await browser.open();
    const { page } = harness;
    await page.getByRole('button', { name: 'Mute analyses miss for a day' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Unmute a level fails' }).click();
    await page.getByRole('button', { name: 'Open the setting agentCache.alerts' }).click();
    expect(await harness.requests()).toEqual([
      { type: 'muteAlert', name: 'analyses miss', muted: true },
      { type: 'muteAlert', name: 'a level fails', muted: false },
      { type: 'openSetting', id: 'agentCache.alerts' },
    ]);
  });
});

describe('warming', () => {
  it('tells its last run, its next one, and what was refreshed', async () => {
    const harness = await browser.open();
    const text = await harness.page.getByRole('region', { name: 'Warming' }).textContent();
    for (const part of [
      'on schedule: 340 computed, 1,204 already fresh, 3 failed, in 8.4 s',
      'src/big.ts is larger than 1 MB. (and 2 more)',
      ', or when idle',
      '120 after changes, 14 before they expired, 2 failed, 3 waiting',
    ]) {
      expect(text).toContain(part);
    }
    await harness.page.getByRole('button', { name: '0 8 * * 1-5' }).click();
    expect(await harness.requests()).toEqual([{ type: 'openSetting', id: 'agentCache.warm.schedule' }]);
  });
});

describe('hot keys', () => {
  it('are of the chosen time, by keyboard too, and say all hits on hover', async () => {
    const harness = await browser.open();
    const { page } = harness;
    const hits = page.getByRole('grid', { name: 'Hot keys' }).locator('.hot-rows .hits').first();
    expect(await hits.textContent()).toBe('4,000');
    const choice = page.getByRole('radiogroup', { name: 'Hits of' });
    await choice.getByRole('radio', { name: 'All' }).focus();
    await page.keyboard.press('ArrowLeft');
    expect(await harness.lastView()).toMatchObject({ view: { hotSpan: '24h' } });
    await expect.poll(() => hits.textContent()).toBe('100');
    expect(await hits.getAttribute('title')).toMatch(/; 4,000 in all$/);
    await harness.push({ hotKeys: [] });
    expect(await page.getByText('No hits in this time.').isVisible()).toBe(true);
  });
});

it.each(THEME_NAMES)('has no violations in %s in a narrow column, and nothing overflows', async (theme) => {
  const harness = await browser.open({ theme, width: 300 });
  expect((await new AxeBuilder({ page: harness.page }).analyze()).violations).toEqual([]);
  const wide = `[...document.querySelectorAll('.alerts, .warming')].filter((part) => part.scrollWidth > part.clientWidth).length`;
  expect(await harness.evaluate(wide)).toBe(0);
});
