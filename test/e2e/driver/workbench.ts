import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { Palette } from './palette.ts';
import { SideBar } from './side-bar.ts';
import { until } from './until.ts';
import { findWebview } from './webview.ts';

interface Session {
  readonly page: Page;
  readonly url: string;
  readonly workspace: string;
  readonly settingsFile: string;
  readonly globalStorage: string;
  readonly artifacts: string;
  close(): Promise<void>;
  keepLogs(folder: string): void;
}

/** One window of the embedded VS Code, driven as a user would. */
export class Workbench {
  readonly page: Page;
  /** Absolute path of the folder that is open. */
  readonly workspace: string;
  /** Folder of what the extension keeps beyond its windows. */
  readonly globalStorage: string;
  readonly palette: Palette;
  readonly sideBar: SideBar;
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
    this.page = session.page;
    this.workspace = session.workspace;
    this.globalStorage = session.globalStorage;
    this.palette = new Palette(session.page);
    this.sideBar = new SideBar(session.page);
  }

  /** Loads the page and waits until the workbench and its extension host are there. */
  async open(): Promise<void> {
    await this.page.goto(this.#session.url);
    await this.#ready();
  }

  async #ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .statusbar').waitFor({ timeout: 60_000 });
    await this.page.locator('.monaco-workbench .part.editor').waitFor();
    await this.page.locator('[id="status.host"]').waitFor();
  }

  /** @param title as in the palette, with its category: `Agent Cache: Open Cache Explorer` */
  runCommand(title: string): Promise<void> {
    return this.palette.runCommand(title);
  }

  /** Chooses the entry with this label in the quick pick that is open. */
  quickPick(label: string): Promise<void> {
    return this.palette.pick(label);
  }

  /** Answers the input box or quick pick that is open by typing and Enter. */
  quickInput(text: string): Promise<void> {
    return this.palette.answer(text);
  }

  /** Answers the dialog for a file that is open. */
  chooseFile(path: string): Promise<void> {
    return this.palette.answerPath(path);
  }

  async reloadWindow(): Promise<void> {
    await this.page.evaluate(() => Object.assign(globalThis, { beforeReload: true }));
    await this.runCommand('Developer: Reload Window');
    await until('the window reloads', () => this.page.evaluate(() => !('beforeReload' in globalThis)));
    await this.#ready();
  }

  /** @param path relative to the workspace */
  async openFile(path: string): Promise<void> {
    await this.palette.openFile(path);
    await this.page
      .locator(`.editor-group-container.active .tab.active[data-resource-name="${basename(path)}"]`)
      .waitFor();
    await this.#editor().locator('.view-lines').waitFor();
  }

  /** Types into the active editor at its start or end, or in place of all it holds, and saves it. */
  async typeAndSave(text: string, at: Place = 'end'): Promise<void> {
    await this.type(text, at);
    await this.page.keyboard.press('ControlOrMeta+S');
    await this.#dirty().waitFor({ state: 'detached' });
  }

  /** The same without saving. */
  async type(text: string, at: Place = 'end'): Promise<void> {
    const keys = { start: 'ControlOrMeta+Home', end: 'ControlOrMeta+End', all: 'ControlOrMeta+A' };
    await this.#editor().locator('.view-lines').click();
    await this.page.keyboard.press(keys[at]);
    await this.page.keyboard.insertText(text);
    await this.#dirty().waitFor();
  }

  /** Undoes in the active editor until it is as it was saved. */
  async undoTyping(): Promise<void> {
    await this.#editor().locator('.view-lines').click();
    await until('the editor is as it was saved', async () => {
      if ((await this.#dirty().count()) === 0) return true;
      await this.page.keyboard.press('ControlOrMeta+Z');
      return (await this.#dirty().count()) === 0;
    });
  }

  /** A second window on the same folder, of the same VS Code; to be ended by closing its page. */
  async anotherWindow(): Promise<Workbench> {
    const browser = this.page.context().browser();
    if (!browser) throw new Error('The browser is gone.');
    const page = await browser.newPage({ viewport: this.page.viewportSize() });
    const other = new Workbench({ ...this.#session, page });
    await other.open();
    await page.bringToFront();
    return other;
  }

  #dirty(): Locator {
    return this.page.locator('.editor-group-container.active .tab.active.dirty');
  }

  #editor(): Locator {
    return this.page.locator('.editor-group-container.active .editor-instance .monaco-editor').first();
  }

  /** The inner frame of the webview that shows under this title: the page that an extension wrote. */
  webviewFrame(title: string): Promise<Frame> {
    return findWebview(this.page, title);
  }

  /** Texts of the status bar's entries from left to right. */
  async statusBarText(): Promise<string[]> {
    const texts = await this.page.locator('.statusbar .statusbar-item:visible').allTextContents();
    return texts.map((text) => text.trim()).filter(Boolean);
  }

  /** @param text what the entry's text contains */
  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar .statusbar-item:visible', { hasText: text });
  }

  /** Messages of the notifications that are on the screen, newest first. */
  notificationTexts(): Promise<string[]> {
    return this.page
      .locator('.notifications-toasts .notification-list-item-message')
      .evaluateAll((all) => all.map((one) => one.textContent?.trim() ?? ''));
  }

  /** Waits for a notification whose message contains `text` and returns the whole message. */
  notification(text: string): Promise<string> {
    return until(`the notification ${text}`, async () =>
      (await this.notificationTexts()).find((message) => message.includes(text)),
    );
  }

  /** Presses a button of the notification whose message contains `text`. */
  async notificationButton(text: string | RegExp, button: string): Promise<void> {
    const toast = this.page.locator('.notifications-toasts .notification-list-item', { hasText: text });
    await toast.locator('.monaco-button', { hasText: button }).click();
  }

  async dismissNotifications(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications');
  }

  /** Changes settings of any scope but `application` as an edit of settings.json would. */
  settings(changes: Readonly<Record<string, unknown>>): void {
    const file = this.#session.settingsFile;
    const settings = { ...JSON.parse(readFileSync(file, 'utf8')), ...changes };
    writeFileSync(file, JSON.stringify(settings, null, 2));
  }

  async theme(name: Theme): Promise<void> {
    this.settings({ 'workbench.colorTheme': name });
    await this.page.locator(`.monaco-workbench.${THEMES[name]}`).waitFor();
  }

  async viewport(width: number, height: number): Promise<void> {
    await this.page.setViewportSize({ width, height });
  }

  /** Writes artifacts/screenshots/`name`.png. */
  async screenshot(name: string): Promise<string> {
    const path = join(this.#session.artifacts, 'screenshots', `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  /** Keeps what shows why a test failed in artifacts/e2e/`name`: the screen and all logs. */
  async keepEvidence(name: string): Promise<void> {
    const folder = join(this.#session.artifacts, 'e2e', name.replaceAll(/[^\w.-]+/g, '-'));
    mkdirSync(folder, { recursive: true });
    this.#session.keepLogs(folder);
    if (!this.page.isClosed()) await this.page.screenshot({ path: join(folder, 'screen.png') });
  }

  /** Ends the browser and VS Code and removes their profile. */
  close(): Promise<void> {
    return this.#session.close();
  }
}

/** Where text is typed: `all` is in place of what there is. */
type Place = 'start' | 'end' | 'all';

/** Colour themes, and the class that the workbench carries under each. */
const THEMES = {
  'Dark Modern': 'vs-dark',
  'Light Modern': 'vs',
  'Default High Contrast': 'hc-black',
  'Default High Contrast Light': 'hc-light',
} as const;
type Theme = keyof typeof THEMES;
