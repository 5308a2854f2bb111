import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Explorer } from '../e2e/driver/explorer.ts';
import { until } from '../e2e/driver/until.ts';
import type { Workbench } from '../e2e/driver/workbench.ts';
import { smallPng } from './small-png.ts';

/** The whole window, as the README shows it. */
const WINDOW = { width: 1280, height: 800 };
/** Nothing beside the panel. */
const ALONE = {
  'workbench.activityBar.location': 'hidden',
  'workbench.layoutControl.enabled': false,
  'window.commandCenter': false,
};

/** Takes the window once, and then the panel alone, as people see it without the window around it. */
export class Camera {
  readonly #workbench: Workbench;
  readonly #explorer: Explorer;
  readonly #folder: string;

  static async open(workbench: Workbench, folder: string): Promise<Camera> {
    await mkdir(join(folder, 'docs'), { recursive: true });
    await workbench.runCommand('View: Close All Editors');
    await workbench.dismissNotifications();
    const explorer = await Explorer.open(workbench);
    return new Camera(workbench, explorer, folder);
  }

  private constructor(workbench: Workbench, explorer: Explorer, folder: string) {
    this.#workbench = workbench;
    this.#explorer = explorer;
    this.#folder = folder;
  }

  async takeAll(): Promise<void> {
    const { frame } = this.#explorer;
    const overview = await this.#explorer.section('Overview');
    const range = overview.getByRole('radiogroup', { name: 'Time range' });
    await range.getByRole('radio', { name: '5m' }).check();
    await this.#takeWindow('cache-explorer');
    await this.#take('overview');
    const entries = await this.#explorer.entries();
    await entries.filter.fill('namespace:analysis hits>=2');
    await until('it is filtered', async () => (await entries.status()).includes(' of '));
    await entries.select(1);
    await entries.select(3, 'Shift');
    await this.#take('entries');
    await entries.filter.fill('outline workspace-cache');
    await until('one is left', async () => (await entries.status()).startsWith('1 of '));
    await entries.rows.first().locator('.key-name').click();
    await frame.locator('.entry').getByRole('heading', { name: 'Becomes invalid when' }).waitFor();
    await this.#take('entry');
    const tags = await this.#explorer.section('Tags');
    for (const tag of ['analysis', 'review', 'folder']) {
      const item = tags.getByRole('treeitem', { name: new RegExp(`^${tag}, `) });
      if ((await item.getAttribute('aria-expanded')) === 'false') await item.click();
    }
    await this.#take('tags');
    await this.#explorer.section('Files');
    await this.#take('files');
    await (await this.#explorer.section('Misses')).getByRole('radio', { name: '5m' }).check();
    await this.#take('misses');
    await this.#explorer.section('Model Answers');
    await this.#take('answers');
    const sessions = (await this.#explorer.section('Provider Cache')).getByRole('table', {
      name: 'Sessions',
    });
    await sessions.getByRole('button', { name: /^2 breaks/ }).click();
    await this.#take('provider');
    await (await this.#explorer.section('Savings')).getByRole('radio', { name: 'Today' }).check();
    await this.#take('savings');
    await this.#explorer.section('Advice');
    await this.#take('advice');
    await this.#explorer.section('Activity');
    await this.#take('activity');
    await this.#explorer.section('Settings');
    await this.#take('settings');
  }

  async #takeWindow(name: string): Promise<void> {
    const workbench = this.#workbench;
    const before = workbench.page.viewportSize();
    await workbench.viewport(WINDOW.width, WINDOW.height);
    await workbench.sideBar.show('Agent Cache');
    await this.#drawn();
    await this.#write(name, await workbench.page.screenshot());
    workbench.settings(ALONE);
    await workbench.runCommand('View: Close Primary Side Bar');
    if (before) await workbench.viewport(before.width, before.height);
  }

  async #take(name: string): Promise<void> {
    await this.#drawn();
    const panel = this.#workbench.page.locator('.editor-group-container .editor-container').first();
    await this.#write(join('docs', name), await panel.screenshot());
  }

  async #drawn(): Promise<void> {
    await this.#explorer.frame.locator('main').waitFor();
    await until('it is drawn', async () => {
      const text = async () => (await this.#explorer.frame.locator('main').textContent()) ?? '';
      const before = await text();
      await new Promise((resolve) => setTimeout(resolve, 700));
      return before.replaceAll(/\d+/g, '') === (await text()).replaceAll(/\d+/g, '');
    });
    await this.#workbench.page.mouse.move(0, 0);
  }

  async #write(name: string, picture: Buffer): Promise<void> {
    const path = join(this.#folder, `${name}.png`);
    const png = smallPng(picture);
    await writeFile(path, png);
    console.log(`${path} ${Math.round(png.length / 1024)} KB`);
  }
}
