import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisCli, Servers, type TestServer } from '../support/servers.ts';
import { keepEvidenceOfFailures } from './driver/evidence.ts';
import { launch } from './driver/launch.ts';
import { until } from './driver/until.ts';
import type { Workbench } from './driver/workbench.ts';

const PANEL = 'Cache Explorer';
const QUIET = { 'agentCache.warm.onStartup': false, 'agentCache.refreshAfterSave': false };
const servers = new Servers();
const folders: string[] = [];
let redis: TestServer;
let workbench: Workbench;

/** A copy of the project, as another checkout of it on another machine. */
function checkout(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'agent-cache-machine-')), 'project');
  cpSync(fileURLToPath(new URL('../fixtures/project', import.meta.url)), folder, { recursive: true });
  folders.push(dirname(folder));
  return folder;
}

beforeAll(async () => {
  redis = await servers.redis(['--requirepass', 'open sesame']);
  workbench = await launch({ workspace: checkout(), settings: QUIET });
});
afterAll(async () => {
  await workbench?.close();
  await servers.stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
keepEvidenceOfFailures(() => workbench);

async function outline(on: Workbench, path: string): Promise<string> {
  await on.openFile(path);
  const told = async () => (await on.statusBarText()).find((text) => / of .+: (hit|miss)/.test(text));
  await on.runCommand('Agent Cache: Analyze Current File…');
  await expect.poll(told).toBeUndefined();
  await on.quickPick('outline');
  const message = await until(`the outline of ${path} is answered`, told);
  await on.runCommand('View: Close All Editors');
  return message;
}

describe('policies', () => {
  it('a wrong one is refused with where and why, and the others apply', async () => {
    workbench.settings({
      'agentCache.namespaces': { prompt: { ttl: 'soon' }, analysis: { levels: ['memory'] } },
    });
    const told = await workbench.notification('agentCache.namespaces.prompt.ttl');
    expect(told).toContain('"soon"');
    expect(told).toContain('The last good policy stays in use.');
    await workbench.dismissNotifications();
    await outline(workbench, 'src/shapes.ts');
    await workbench.runCommand('Agent Cache: Clear Level…');
    await workbench.quickPick('memory');
    expect(await outline(workbench, 'src/shapes.ts')).toContain('miss'); // it was on no other level
  });

  it('a policy that is taken back does not apply any more', async () => {
    workbench.settings({ 'agentCache.namespaces': {} });
    await workbench.runCommand('Agent Cache: Clear All');
    expect(await outline(workbench, 'src/shapes.ts')).toContain('miss');
    await workbench.runCommand('Agent Cache: Clear Level…');
    await workbench.quickPick('memory');
    expect(await outline(workbench, 'src/shapes.ts')).toContain('hit in file');
  });
});

describe('a snapshot', () => {
  const file = () => join(workbench.workspace, 'agent-cache.json');

  it('is exported as JSON that people can read', async () => {
    await workbench.runCommand('Agent Cache: Clear All');
    expect(await outline(workbench, 'src/shapes.ts')).toContain('miss');
    await workbench.runCommand('Agent Cache: Export…');
    await workbench.chooseFile(file());
    expect(await workbench.notification('Exported')).toMatch(/Exported 1 entry \(/);
    expect(readFileSync(file(), 'utf8')).toContain('"analysis:outline:');
  });

  it('is imported, and answers without computing', async () => {
    await workbench.runCommand('Agent Cache: Clear All');
    await workbench.runCommand('Agent Cache: Import…');
    await workbench.quickPick('agent-cache.json');
    expect(await workbench.notification('imported')).toContain('imported 1 entry');
    expect(await outline(workbench, 'src/shapes.ts')).toContain('hit in file');
    await workbench.dismissNotifications();
  });

  it('a file that is none is refused in a sentence, and nothing changes', async () => {
    writeFileSync(join(workbench.workspace, 'other.json'), '{"cache": "no"}');
    await workbench.runCommand('Agent Cache: Import…');
    await workbench.quickPick('other.json');
    expect(await workbench.notification('snapshot')).toMatch(/\.$/);
    expect(await outline(workbench, 'src/shapes.ts')).toContain('hit in memory');
    await workbench.dismissNotifications();
    expect(existsSync(file())).toBe(true);
  });
});

describe('statistics', () => {
  it.each([
    ['Statistics', 'statistics.csv', 'section,name,figure,value'],
    ['Time Series', 'series.json', '"range":"30d"'],
  ])('are exported: %s as %s', async (what, name, part) => {
    await workbench.runCommand('Agent Cache: Export Statistics…');
    await workbench.quickPick(what);
    await workbench.chooseFile(join(workbench.workspace, name));
    await workbench.notification(`exported to ${name}`);
    expect(readFileSync(join(workbench.workspace, name), 'utf8')).toContain(part);
    await workbench.dismissNotifications();
  });
});

describe('the shared level', () => {
  async function connect(on: Workbench, password: string): Promise<void> {
    await on.runCommand('Agent Cache: Connect Shared Cache…');
    await on.quickPick('Redis or Valkey');
    for (const [asked, answer] of [
      ['Addresses', `127.0.0.1:${redis.port}`],
      ['User name', ''],
      ['Password', password],
    ] as const) {
      await expect.poll(() => on.palette.message()).toContain(asked);
      await on.quickInput(answer);
    }
  }

  it('with a wrong password says so and changes nothing', async () => {
    await connect(workbench, 'guess');
    const told = await workbench.notification('Nothing was changed');
    expect(told).toMatch(/password/i);
    expect(told).not.toContain('guess');
    await workbench.dismissNotifications();
  });

  it('is connected by a command, which keeps the password out of the settings', async () => {
    await connect(workbench, 'open sesame');
    await workbench.notification('the server answers');
    await workbench.notificationButton('the server answers', 'Reload Window');
    await workbench.page.waitForEvent('domcontentloaded');
    await workbench.open();
    expect(await outline(workbench, 'src/area.ts')).toContain('miss');
    await until('the server has the result', async () => {
      const keys = await redisCli(['-p', String(redis.port), '-a', 'open sesame', 'dbsize']);
      return Number(keys) > 0;
    });
    await workbench.runCommand('Agent Cache: Open Cache Explorer');
    const panel = await workbench.webviewFrame(PANEL);
    await panel.getByText('Shared').first().waitFor();
    await workbench.screenshot('shared-level');
  });

  it('another machine with the same files gets the result from it', async () => {
    const other = await launch({ workspace: checkout(), settings: QUIET });
    try {
      await connect(other, 'open sesame');
      await other.notification('the server answers');
      await other.notificationButton('the server answers', 'Reload Window');
      await other.page.waitForEvent('domcontentloaded');
      await other.open();
      expect(await outline(other, 'src/area.ts')).toContain('hit in shared');
      expect(await outline(other, 'src/area.ts')).toContain('hit in memory');
    } finally {
      await other.close();
    }
  });

  it('that dies is shown as failing, and costs no answer', async () => {
    await redis.kill();
    expect(await outline(workbench, 'src/main.ts')).toContain('miss');
    await workbench.runCommand('Agent Cache: Open Cache Explorer');
    const panel = await workbench.webviewFrame(PANEL);
    await panel.locator('.problem').first().waitFor();
    await workbench.screenshot('shared-level-down');
  });
});
