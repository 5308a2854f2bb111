import type { Locator, Page } from 'playwright-core';
import { until } from './until.ts';

/** One visible row of a tree view. */
export interface Row {
  readonly label: string;
  readonly description: string;
  /** 1 for the roots. */
  readonly depth: number;
  /** undefined for a leaf. */
  readonly expanded: boolean | undefined;
}

/** The activity bar and the trees of the container that it opened. */
export class SideBar {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Opens a container by its title in the activity bar. */
  async show(container: string): Promise<void> {
    const icon = this.#page.locator(`.activitybar .action-label[aria-label^="${container}"]`);
    await icon.waitFor();
    const open = this.#page.locator('.part.sidebar .composite.title', {
      hasText: new RegExp(container, 'i'),
    });
    await until(`${container} opens`, async () => {
      if (await open.isVisible()) return true;
      await icon.click();
      return open.waitFor({ timeout: 2_000 }).then(() => true);
    });
  }

  /**
   * The rows of a tree view that are on the screen; what is scrolled away has no row, and those of a
   * tree that became empty stay behind its welcome, hidden.
   */
  rows(view: string): Promise<Row[]> {
    return this.#rows(view).evaluateAll((rows) =>
      rows
        .filter((row) => row.checkVisibility())
        .map((row) => ({
          label: row.querySelector('.label-name')?.textContent?.trim() ?? '',
          description: row.querySelector('.label-description')?.textContent?.trim() ?? '',
          depth: Number(row.getAttribute('aria-level')),
          expanded: row.hasAttribute('aria-expanded')
            ? row.getAttribute('aria-expanded') === 'true'
            : undefined,
        })),
    );
  }

  /** What an empty view says instead of rows. */
  async welcome(view: string): Promise<string> {
    return ((await this.#pane(view).locator('.welcome-view').textContent()) ?? '').trim();
  }

  row(view: string, label: string): Locator {
    return this.#rows(view)
      .filter({ has: this.#page.locator('.label-name').getByText(label, { exact: true }) })
      .first();
  }

  async expand(view: string, label: string): Promise<void> {
    const row = this.row(view, label);
    if ((await row.getAttribute('aria-expanded')) === 'true') return;
    await row.locator('.monaco-tl-twistie').click();
    await this.#rows(view)
      .and(this.#page.locator('[aria-expanded="true"]'))
      .filter({ has: this.#page.locator('.label-name').getByText(label, { exact: true }) })
      .first()
      .waitFor();
  }

  /** Presses the inline action with this title on a row. */
  async action(view: string, label: string, title: string): Promise<void> {
    const row = this.row(view, label);
    await hoverAndClick(row, row.locator(`.actions .action-label[aria-label^="${title}"]`));
  }

  /** Presses the action with this title in a view's own title bar. */
  async viewAction(view: string, title: string): Promise<void> {
    const header = this.#pane(view).locator('.pane-header');
    await hoverAndClick(header, header.locator(`.action-label[aria-label^="${title}"]`));
  }

  #pane(view: string): Locator {
    // A container with a single view shows no pane header, but its title instead.
    return this.#page.locator('.part.sidebar .pane').filter({
      has: this.#page.locator(`.pane-header[aria-label^="${view}"]`),
    });
  }

  #rows(view: string): Locator {
    return this.#pane(view).locator('.monaco-list-row');
  }
}

/** Actions show only under the pointer, which a list that is drawn anew slips away from. */
function hoverAndClick(place: Locator, action: Locator): Promise<boolean> {
  return until('the action shows', async () => {
    await place.hover({ timeout: 2_000 });
    await action.click({ timeout: 1_000 });
    return true;
  });
}
