/** Chromium on the harness: one page per test, with what the fake host saw. */
import { type Browser, chromium, type Page } from 'playwright-core';
import type { Section, Snapshot, ToHost, ToPage } from '../../../src/protocol.ts';
import { type Harness, startHarness } from './server.ts';
import type { Scenario } from './snapshots.ts';

export const THEME_NAMES = ['dark', 'light', 'hc-dark', 'hc-light'] as const;

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Any moment; fixed, so that snapshots are the same in every run. */
const AT = Date.UTC(2026, 2, 1, 14, 5, 9);

export interface OpenOptions {
  readonly theme?: (typeof THEME_NAMES)[number];
  readonly scenario?: Scenario;
  readonly width?: number;
  /** Whether the host answers; otherwise the page waits. */
  readonly silent?: boolean;
  /** The section that is shown. */
  readonly section?: Section;
  /** The host answers after so long, ms. */
  readonly slow?: number;
}

export class HarnessBrowser {
  readonly harness: Harness;
  readonly #browser: Browser;

  static async start(): Promise<HarnessBrowser> {
    const harness = await startHarness();
    const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
    return new HarnessBrowser(harness, await chromium.launch({ executablePath, args: ARGS }));
  }

  private constructor(harness: Harness, browser: Browser) {
    this.harness = harness;
    this.#browser = browser;
  }

  /** Opens the page and waits for its first snapshot. */
  async open({
    theme = 'dark',
    scenario = 'busy',
    width = 1200,
    silent = false,
    section,
    slow,
  }: OpenOptions = {}): Promise<HarnessPage> {
    const context = await this.#browser.newContext({ viewport: { width, height: 900 } });
    const page = await context.newPage();
    await page.goto(
      `${this.harness.url}?theme=${theme}&scenario=${scenario}&at=${AT}${silent ? '&silent' : ''}${slow ? `&slow=${slow}` : ''}`,
    );
    if (!silent) await page.locator('main').waitFor();
    if (section) await page.locator(`#tab-${section}`).click();
    return new HarnessPage(page);
  }

  async closePages(): Promise<void> {
    await Promise.all(this.#browser.contexts().map((context) => context.close()));
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.harness.close();
  }
}

export class HarnessPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Runs a script in the page; a string, because the tests are checked without the DOM's types. */
  evaluate<T>(script: string): Promise<T> {
    return this.page.evaluate(script) as Promise<T>;
  }

  /** What the page sent, without `ready` and `view`. */
  async requests(): Promise<ToHost[]> {
    const sent = await this.evaluate<ToHost[]>('fakeHost.sent');
    return sent.filter(({ type }) => type !== 'ready' && type !== 'view');
  }

  /** The last `ready` or `view`. */
  async lastView(): Promise<ToHost | undefined> {
    const sent = await this.evaluate<ToHost[]>('fakeHost.sent');
    return sent.findLast(({ type }) => type === 'ready' || type === 'view');
  }

  send(message: ToPage): Promise<void> {
    return this.#drawn(`fakeHost.send(${JSON.stringify(message)})`);
  }

  /** Sends the present snapshot again, changed as told. */
  push(change: Partial<Snapshot> = {}): Promise<void> {
    return this.#drawn(`fakeHost.push(${JSON.stringify(change)})`);
  }

  /** Lets `ms` pass at the host, with hits coming in, and sends the snapshot of then. */
  advance(ms: number, change: Partial<Snapshot> = {}): Promise<void> {
    return this.#drawn(`fakeHost.advance(${ms}, ${JSON.stringify(change)})`);
  }

  /** From now on every change of the document is counted. */
  countChanges(): Promise<void> {
    return this.evaluate(`globalThis.changeCount = 0;
      globalThis.changeObserver?.disconnect();
      globalThis.changeObserver = new MutationObserver((records) => { changeCount += records.length; });
      changeObserver.observe(document, {
        subtree: true, childList: true, attributes: true, characterData: true }); undefined`);
  }

  changes(): Promise<number> {
    return this.evaluate('changeCount');
  }

  /** The text or the name of what has the focus. */
  focused(): Promise<string> {
    return this.evaluate('document.activeElement.ariaLabel ?? document.activeElement.textContent');
  }

  /** Whatever was to be drawn is drawn two frames after the message has arrived. */
  #drawn(script: string): Promise<void> {
    const frame = 'await new Promise(requestAnimationFrame);';
    const arrived = `new Promise((resolve) => addEventListener('message', resolve, { once: true }))`;
    return this.evaluate(
      `(async () => { const arrived = ${arrived}; ${script}; await arrived; ${frame}${frame} })()`,
    );
  }
}
