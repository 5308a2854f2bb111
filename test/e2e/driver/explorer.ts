import type { Frame, Locator } from 'playwright-core';
import { until } from './until.ts';
import type { Workbench } from './workbench.ts';

const PANEL = 'Cache Explorer';

/** The panel in a window, driven by what it says. */
export class Explorer {
  readonly frame: Frame;

  /** Opens the panel, or reveals it. */
  static async open(workbench: Workbench): Promise<Explorer> {
    await workbench.runCommand('Agent Cache: Open Cache Explorer');
    return Explorer.shown(workbench);
  }

  /** The panel that something else opens. */
  static async shown(workbench: Workbench): Promise<Explorer> {
    return new Explorer(await workbench.webviewFrame(PANEL));
  }

  private constructor(frame: Frame) {
    this.frame = frame;
  }

  /** Shows a section; resolves with what it is on. */
  async section(name: string): Promise<Locator> {
    await this.frame.getByRole('tab', { name }).click();
    const section = this.frame.getByRole('tabpanel', { name });
    await section.waitFor();
    return section;
  }

  /** The list of entries; what was shown in full before is left. */
  async entries(): Promise<EntryGrid> {
    const section = await this.section('Entries');
    const back = section.locator('.back');
    if (await back.isVisible()) await back.click();
    const entries = new EntryGrid(section);
    const empty = section.locator('.entries-empty');
    await entries.grid.or(empty).filter({ visible: true }).waitFor();
    return entries;
  }

  /** The same of those that a filter lets through, once they are so many. */
  async filtered(filter: string, matched: number): Promise<EntryGrid> {
    const entries = await this.entries();
    await entries.filter.fill(filter);
    const told = `${matched.toLocaleString('en-US')} of `;
    await until(`${told}${filter}`, async () => (await entries.status()).includes(told));
    return entries;
  }

  /** What shows the entry of this key in full. */
  async entryInFull(key: string): Promise<Locator> {
    const entry = this.frame.locator('.entry:not([hidden])');
    await entry.getByRole('heading', { name: key, exact: true }).waitFor();
    await entry.getByRole('heading', { name: 'Becomes invalid when' }).waitFor();
    return entry;
  }
}

/** The list of entries in the panel. */
export class EntryGrid {
  readonly section: Locator;
  readonly filter: Locator;
  readonly grid: Locator;
  /** Those that have come. */
  readonly rows: Locator;

  constructor(section: Locator) {
    this.section = section;
    this.filter = section.getByRole('textbox', { name: 'Filter the entries' });
    this.grid = section.getByRole('grid', { name: 'Entries' });
    this.rows = this.grid.locator('.entry-row:not([aria-busy])');
  }

  /** What the line above the list says of it. */
  async status(): Promise<string> {
    return (await this.section.locator('.entries-status').textContent()) ?? '';
  }

  /** Key of the nth row of those that are drawn. */
  async keyAt(nth: number): Promise<string> {
    return (await this.rows.nth(nth).locator('.key-name').getAttribute('title')) ?? '';
  }

  /** Clicks beside the name of the nth row, where a click selects it and does not open it. */
  async select(nth: number, modifier?: 'Shift' | 'ControlOrMeta'): Promise<void> {
    const hits = this.rows.nth(nth).locator('.hits');
    await hits.click(modifier ? { modifiers: [modifier] } : {});
  }

  /** Row that the keyboard is at, from 1 on. */
  async active(): Promise<number> {
    const row = this.grid.locator('.entry-row[data-active]');
    return Number(await row.getAttribute('aria-rowindex')) - 1;
  }
}
