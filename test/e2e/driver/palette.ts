import type { Locator, Page } from 'playwright-core';
import { until } from './until.ts';

/** The widget at the top centre: command palette, quick open, quick picks and input boxes. */
export class Palette {
  readonly #page: Page;
  readonly #widget: Locator;
  readonly #input: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.#widget = page.locator('.quick-input-widget');
    this.#input = this.#widget.locator('.quick-input-box input, .quick-input-filter input').first();
  }

  /**
   * Runs the command with this title. Opens the palette again where the command is not there yet,
   * because its extension still starts, or where an editor that opens takes the focus from it.
   */
  async runCommand(title: string): Promise<void> {
    await until(`the command ${title}`, async () => {
      await this.#open(`>${title}`);
      return this.#click(this.#row(title), 1_500);
    });
    await this.#taken(title);
  }

  /** Titles of the commands that the palette offers for `query` at this moment, at most a screenful. */
  async commands(query: string): Promise<string[]> {
    await this.#open(`>${query}`);
    await this.#rows().first().waitFor();
    const labels = await this.labels();
    await this.dismiss();
    return labels;
  }

  /** @param path relative to the workspace */
  async openFile(path: string): Promise<void> {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const folder = path.slice(0, Math.max(0, path.length - name.length - 1));
    await until(`the file ${path}`, async () => {
      await this.#open(path);
      return this.#click(this.#row(name, folder), 3_000);
    });
    await this.#widget.waitFor({ state: 'hidden' });
  }

  /** Chooses the entry with exactly this label and waits until it is taken. */
  async pick(label: string): Promise<void> {
    await this.#page.mouse.move(0, 0); // the tooltip of a row that it rests on lies over the next ones
    await this.#row(label).click();
    await this.#taken(label);
  }

  /** Rejects when the row has not come within `timeout` ms. A slow page is not clicked a second time: a command would run twice. */
  async #click(row: Locator, timeout: number): Promise<true> {
    await row.click({ timeout }).catch((error: Error) => {
      if (!error.message.includes('performing click action')) throw error;
    });
    return true;
  }

  /** The widget closes, or opens the next step in the list's place. */
  async #taken(label: string): Promise<void> {
    await until(
      `${label} is taken`,
      async () => (await this.#widget.isHidden()) || !(await this.#row(label).isVisible()),
    );
  }

  /** Types into the input that is open and presses Enter. */
  async answer(text: string): Promise<void> {
    await this.#input.waitFor();
    await this.#input.fill(text);
    await this.#input.press('Enter');
  }

  /** Answers the dialog for a file that is open by its absolute path. */
  async answerPath(path: string): Promise<void> {
    // What is typed before the dialog has put its own path there is lost, and that one is taken.
    await until('the dialog for a file shows its path', async () =>
      (await this.#input.inputValue()).startsWith('/'),
    );
    await this.answer(path);
  }

  /** Labels of the entries that show; a long list shows only its start. */
  async labels(): Promise<string[]> {
    const labels = await this.#rows().locator('.quick-input-list-row .label-name').allTextContents();
    return labels.map((label) => label.trim());
  }

  /** What the input box that is open asks or complains of. */
  async message(): Promise<string> {
    return ((await this.#widget.locator('.quick-input-message').textContent()) ?? '').trim();
  }

  async dismiss(): Promise<void> {
    await this.#widget.waitFor();
    await this.#input.press('Escape');
    await this.#widget.waitFor({ state: 'hidden' });
  }

  async #open(text: string): Promise<void> {
    // An open palette does not take up commands that have come since.
    // It may close by itself between the look and the key.
    if (await this.#widget.isVisible()) {
      await this.#page.keyboard.press('Escape');
      await this.#widget.waitFor({ state: 'hidden' });
    }
    // While the workbench still starts, or a webview has the focus, the key may reach nobody.
    await until('the palette opens', async () => {
      await this.#page.keyboard.press('F1');
      return this.#input.waitFor({ timeout: 1_000 }).then(() => true);
    });
    await this.#input.fill(text, { timeout: 2_000 }); // what takes the focus meanwhile closes it
  }

  #rows(): Locator {
    return this.#widget.locator('.quick-input-list .monaco-list-row');
  }

  #row(label: string, description?: string): Locator {
    const named = this.#rows().filter({
      has: this.#page.locator('.label-name').getByText(label, { exact: true }),
    });
    const described = description
      ? named.filter({ has: this.#page.locator('.label-description', { hasText: description }) })
      : named;
    return described.first();
  }
}
