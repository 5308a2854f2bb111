/** The sections of model answers and of the provider's cache in Chromium, in every state. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  ANSWERS_OFF,
  answers,
  FAILING_MATCHING,
  NO_ANSWERS,
  NO_DOORS,
  NO_TRANSCRIPTS,
  PROVIDER_OFF,
  provider,
} from './webview-harness/answers-data.ts';
import { HarnessBrowser, type HarnessPage, THEME_NAMES } from './webview-harness/browser.ts';
import { AT } from './webview-harness/figures-data.ts';

let browser: HarnessBrowser;
beforeAll(async () => {
  browser = await HarnessBrowser.start();
});
afterEach(() => browser.closePages());
afterAll(() => browser.close());

type Name = 'answers' | 'provider';
type Theme = (typeof THEME_NAMES)[number];

async function open(theme: Theme = 'dark', width = 1200): Promise<HarnessPage> {
  const harness = await browser.open({ theme, width, silent: true });
  await harness.page.goto(`${browser.harness.url}figures?theme=${theme}&silent`);
  return harness;
}

async function show(harness: HarnessPage, name: Name, data: unknown): Promise<void> {
  await harness.evaluate(`(async () => {
    figures.show('${name}', ${JSON.stringify(data)}, ${AT});
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
  })()`);
}

/** Beside what the test of all sections looks at. */
const STATES: readonly (readonly [name: Name, state: string, data: unknown])[] = [
  ['answers', 'off', ANSWERS_OFF],
  ['answers', 'no addresses', NO_DOORS],
  ['answers', 'off with history', { ...answers(3), proxy: 'off', doors: [] }],
  ['answers', 'few, matching fails', { ...answers(6), matching: FAILING_MATCHING }],
  ['provider', 'off', PROVIDER_OFF],
  ['provider', 'reading', { ...NO_TRANSCRIPTS, state: 'reading' }],
  ['provider', 'few', provider(5)],
];

describe('every state', () => {
  it.each(THEME_NAMES)('is accessible and fits 300 pixels in %s', async (theme) => {
    const harness = await open(theme, 300);
    for (const [name, state, data] of STATES) {
      await show(harness, name, data);
      expect([name, state, await harness.evaluate('document.documentElement.scrollWidth')]).toEqual([
        ...[name, state, 300],
      ]);
      const { violations } = await new AxeBuilder({ page: harness.page }).analyze();
      expect([name, state, violations]).toEqual([name, state, []]);
    }
    expect(await harness.evaluate('fakeHost.violations')).toEqual([]);
  });

  it.each([400, 559, 560, 600, 799, 800, 999, 1000, 1600])(
    'stays within its section at %d pixels',
    async (width) => {
      const harness = await open('dark', width);
      for (const [name, data] of [
        ['answers', answers(12)],
        ['provider', provider(12)],
      ] as const) {
        await show(harness, name, data);
        const beyond = await harness.evaluate(`(() => {
        const edge = document.querySelector('.awaited-body').getBoundingClientRect().right + 1;
        return [...document.querySelectorAll('.awaited-body *')]
          .filter((each) => each.getBoundingClientRect().right > edge && !each.closest('thead'))
          .map((each) => each.className || each.tagName);
      })()`);
        expect([name, beyond]).toEqual([name, []]);
      }
    },
  );

  it('is a table with heads and named rows for a screen reader, in a narrow column too', async () => {
    for (const width of [300, 1200]) {
      const harness = await open('dark', width);
      await show(harness, 'answers', answers(3));
      expect(await heads(harness, 'Recent requests')).toEqual([
        ...['Question', 'Answered', 'Model', 'Agent', 'Time', 'Tokens', 'When'],
      ]);
      const rows = harness.page.getByRole('table', { name: 'Similar questions' });
      expect(await rows.getByRole('rowheader').count()).toBe(3);
      await show(harness, 'provider', provider(3));
      expect(await heads(harness, 'Sessions')).toEqual([
        ...['Session', 'Requests', 'Hit rate', 'Input', 'Read', 'Written 5m', 'Written 1h', 'Output'],
        ...['Saved', 'Breaks', 'Last request'],
      ]);
    }
  });

  it('is a table of lines from 560 pixels on, and of blocks below', async () => {
    for (const [width, form] of [
      [559, 'blocks'],
      [560, 'lines'],
      [800, 'lines'],
      [1200, 'lines'],
    ] as const) {
      const harness = await open('dark', width);
      await show(harness, 'answers', answers(6));
      for (const name of ['Recent requests', 'Similar questions']) {
        expect([width, name, await formOf(harness, name)]).toEqual([width, name, form]);
      }
      await show(harness, 'provider', provider(6));
      expect([width, await formOf(harness, 'Sessions')]).toEqual([width, form]);
    }
  });

  it('leaves out what there is no room for, and has the agent and what was written all the same', async () => {
    const harness = await open('dark', 800);
    await show(harness, 'answers', answers(3));
    expect(await heads(harness, 'Recent requests')).toEqual([
      ...['Question', 'Answered', 'Model', 'Time', 'Tokens', 'When'],
    ]);
    await harness.page.getByRole('cell', { name: 'claude-sonnet-4-5-20250929 claude-code' }).waitFor();
    await show(harness, 'provider', provider(3));
    expect(await heads(harness, 'Sessions')).toEqual([
      ...['Session', 'Requests', 'Hit rate', 'Input', 'Read', 'Written', 'Output', 'Saved', 'Breaks'],
      'Last request',
    ]);
    await harness.page.setViewportSize({ width: 560, height: 900 });
    expect(await heads(harness, 'Sessions')).toEqual([
      ...['Session', 'Hit rate', 'Read', 'Written', 'Saved', 'Breaks', 'Last request'],
    ]);
  });

  it.each([300, 560, 1000])('breaks no label at %d pixels', async (width) => {
    const harness = await open('dark', width);
    await show(harness, 'provider', provider(6));
    const lines = await harness.evaluate(`[...document.querySelectorAll('.tally dt')].map((label) => {
      const range = document.createRange();
      range.selectNodeContents(label);
      return range.getClientRects().length;
    })`);
    expect(lines).toEqual(Array(6).fill(1));
  });
});

/** Names of the columns that there are for everybody. */
function heads({ page }: HarnessPage, name: string): Promise<string[]> {
  return page.getByRole('table', { name }).getByRole('columnheader').allTextContents();
}

/** Whether the cells of a row stand beside each other, under the head of the table. */
async function formOf(harness: HarnessPage, name: string): Promise<string> {
  const tops = await harness.evaluate<number[]>(
    `[...document.querySelectorAll('[aria-label="${name}"] tr')].slice(0, 2).map((row) => new Set(
      [...row.children]
        .filter((cell) => cell.getClientRects().length > 0)
        .map((cell) => Math.round(cell.getBoundingClientRect().top)),
    ).size)`,
  );
  return tops.every((count) => count === 1) ? 'lines' : 'blocks';
}

describe('the model answers', () => {
  it('say what they are while they are off, with one button to where they are switched on', async () => {
    const harness = await open();
    await show(harness, 'answers', ANSWERS_OFF);
    await harness.page.getByText('The proxy for model answers is off.').waitFor();
    expect(await harness.page.getByRole('table').filter({ visible: true }).count()).toBe(0);
    await harness.page.getByRole('button', { name: 'Open Setting' }).click();
    expect(await harness.requests()).toEqual([{ type: 'openSetting', id: 'agentCache.proxy.enabled' }]);
  });

  it('give the addresses to be copied, first of all while there is nothing else', async () => {
    const harness = await open();
    const { page } = harness;
    await show(harness, 'answers', NO_ANSWERS);
    await page.getByText('No requests yet. Give an agent one of the addresses above.').waitFor();
    await page.getByRole('button', { name: 'Copy the address for Anthropic' }).click();
    await page.getByRole('button', { name: 'Set the strategy' }).click();
    await show(harness, 'answers', { ...NO_ANSWERS, strategy: 'semantic' });
    await page.getByRole('button', { name: 'Set a model that embeds' }).click();
    expect(await harness.requests()).toEqual([
      { type: 'copy', text: NO_ANSWERS.doors[1]?.url },
      { type: 'openSetting', id: 'agentCache.namespaces' },
      { type: 'openSetting', id: 'agentCache.embeddings.url' },
    ]);
  });

  it('say why there are no addresses, and open the setting that helps', async () => {
    const harness = await open();
    const { page } = harness;
    await show(harness, 'answers', NO_DOORS);
    await page.getByText('The server for agents is switched off').waitFor();
    expect(await page.getByText('addresses above').count()).toBe(0);
    await page.getByRole('button', { name: 'Open Setting' }).click();
    expect(await harness.requests()).toEqual([{ type: 'openSetting', id: 'agentCache.server.enabled' }]);
    await show(harness, 'answers', { ...NO_DOORS, closed: { reason: 'It could not start.' } });
    expect(await page.getByRole('button', { name: 'Open Setting' }).count()).toBe(0);
    await show(harness, 'answers', NO_ANSWERS);
    expect(await page.getByText('could not start').filter({ visible: true }).count()).toBe(0);
  });

  it('have the hit rate first, and lead from requests and numbers to entries', async () => {
    const harness = await open();
    const { page } = harness;
    await show(harness, 'answers', answers(40));
    await page.getByText('62.3% hit rate of 1,932 requests that were looked up').waitFor();
    const rows = page.getByRole('table', { name: 'Recent requests' }).locator('tbody tr');
    expect(await rows.count()).toBe(25);
    await page.getByRole('button', { name: 'Show all 40' }).first().click();
    expect(await rows.count()).toBe(40);
    await rows.nth(1).getByRole('button').click();
    expect(await harness.evaluate('figures.state.view.entry')).toBe(answers(40).recent[1]?.key);
    // Nothing was stored of what was passed by.
    expect(await rows.nth(5).getByRole('button').count()).toBe(0);
    await page.getByRole('button', { name: 'Stored: 731 answers, 9.4 MB' }).click();
    expect(await harness.evaluate('figures.state.view.entries.filter')).toBe('namespace:response');
  });

  it('take a mark for what matched and for what the gate refused, by keyboard', async () => {
    const harness = await open();
    const { page } = harness;
    await show(harness, 'answers', answers(6));
    const table = page.getByRole('table', { name: 'Similar questions' });
    await table.getByText('Refused by the gate').waitFor();
    await table.getByText('“enable” became “disable”').waitFor();
    const wrong = table.getByRole('button', { name: 'Wrong: Which tests cover the upload retries?' });
    const right = table.getByRole('button', { name: 'Right: Which tests cover the upload retries?' });
    expect(await right.getAttribute('aria-pressed')).toBe('true');
    await wrong.focus();
    await page.keyboard.press('Enter');
    expect(await harness.requests()).toEqual([{ type: 'markMatch', id: 'm2', marked: 'wrong' }]);
    const { matches, ...rest } = answers(6);
    const marked = matches.map((match) => (match.id === 'm2' ? { ...match, marked: 'wrong' } : match));
    await show(harness, 'answers', { ...rest, matches: marked });
    expect(await wrong.getAttribute('aria-pressed')).toBe('true');
    expect(await right.getAttribute('aria-pressed')).toBe('false');
    expect(await harness.focused()).toBe('Wrong: Which tests cover the upload retries?');
  });

  it('list 200 of many, and count the others', async () => {
    const harness = await open();
    await show(harness, 'answers', answers(230));
    const rows = harness.page.getByRole('table', { name: 'Recent requests' }).locator('tbody tr');
    await harness.page.getByRole('button', { name: 'Show all 200' }).first().click();
    expect(await rows.count()).toBe(200);
    await harness.page.getByText('and 30 more, which are not listed').first().waitFor();
  });
});

describe('the cache of the provider', () => {
  it('is told apart from ours, and is off until a person agrees', async () => {
    const harness = await open();
    await show(harness, 'provider', PROVIDER_OFF);
    await harness.page.getByText('It is not the cache of this extension').waitFor();
    await harness.page.getByRole('button', { name: 'Open Setting' }).click();
    expect(await harness.requests()).toEqual([
      { type: 'openSetting', id: 'agentCache.providerCache.enabled' },
    ]);
    await show(harness, 'provider', NO_TRANSCRIPTS);
    await harness.page.getByText('No requests with counted tokens were found').waitFor();
  });

  it('is n/a where the transcripts do not say', async () => {
    const harness = await open();
    await show(harness, 'provider', provider(3));
    const row = harness.page.getByRole('table', { name: 'Sessions' }).getByRole('row').nth(3);
    expect((await row.getByRole('cell').allTextContents()).slice(1, 8)).toEqual(Array(7).fill('n/a'));
    expect(await harness.page.locator('.provider .headline').textContent()).toBe(
      '92.7% hit rate of 98.4M tokens sent',
    );
  });

  it('opens where a session’s cache broke, and why', async () => {
    const harness = await open();
    const { page } = harness;
    await show(harness, 'provider', provider(4));
    const button = page.getByRole('button', { name: '3 breaks of the cache: show when and why' });
    await button.focus();
    await page.keyboard.press('Enter');
    expect(await button.getAttribute('aria-expanded')).toBe('true');
    const list = page.getByRole('list', { name: 'Where the cache broke' });
    expect(await list.getByRole('listitem').count()).toBe(3);
    await list.getByText('The conversation was compacted.').waitFor();
    await show(harness, 'provider', provider(4));
    expect(await list.count()).toBe(1);
    await page.keyboard.press('Enter');
    expect(await list.count()).toBe(0);
  });
});
