/** Model answers and the provider's cache in the real VS Code: switched on by a person, empty, with few, with many. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepEvidenceOfFailures } from './driver/evidence.ts';
import { Explorer } from './driver/explorer.ts';
import { launch } from './driver/launch.ts';
import type { Workbench } from './driver/workbench.ts';

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));
const MANY = 250;
let folder: string;
let workbench: Workbench;
let explorer: Explorer;
let provider: Server;
let asked = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'agent-cache-answers-'));
  cpSync(join(fixtures, 'project'), join(folder, 'project'), { recursive: true });
  mkdirSync(join(folder, 'claude/projects'), { recursive: true });
  provider = createServer((request, response) => {
    request.resume().on('end', () => {
      asked++;
      const usage = { prompt_tokens: 1200, completion_tokens: 30, total_tokens: 1230 };
      const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Yes.' } }];
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ id: 'c', object: 'chat.completion', model: 'gpt-5', choices, usage }));
    });
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  workbench = await launch({
    workspace: join(folder, 'project'),
    settings: { 'agentCache.warm.onStartup': false },
    env: { HOME: folder, CLAUDE_CONFIG_DIR: join(folder, 'claude') },
  });
  explorer = await Explorer.open(workbench);
});
afterAll(async () => {
  await workbench?.close();
  provider.close();
  rmSync(folder, { recursive: true, force: true });
});
keepEvidenceOfFailures(() => workbench);

describe('model answers', () => {
  let section: Locator;
  const ask = async (question: string, headers: Record<string, string> = {}) => {
    const address = await section.locator('.door-address code').first().textContent();
    const response = await fetch(`${address}/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-test', 'x-agent-cache-agent': 'reviewer', ...headers },
      body: JSON.stringify({
        model: 'gpt-5',
        temperature: 0,
        messages: [{ role: 'user', content: question }],
      }),
    });
    return {
      status: response.status,
      cache: response.headers.get('x-agent-cache'),
      text: await response.text(),
    };
  };
  const headline = () => section.locator('.headline').textContent();
  const rows = () => section.getByRole('table', { name: 'Recent requests' }).locator('tbody tr');

  it('are off until a person switches them on', async () => {
    await workbench.runCommand('Agent Cache: Show Model Answers');
    explorer = await Explorer.shown(workbench);
    section = explorer.frame.getByRole('tabpanel', { name: 'Model Answers' });
    await section.getByRole('button', { name: 'Open Setting' }).waitFor();
    expect(await section.locator('.switched-off').textContent()).toContain('agentCache.proxy.enabled');
    await workbench.screenshot('answers-off');
  });

  it('say why there are no addresses while the server may not start, and lead to the setting', async () => {
    const { port } = provider.address() as AddressInfo;
    workbench.settings({
      'agentCache.server.enabled': false,
      'agentCache.proxy.enabled': true,
      'agentCache.proxy.openai.upstream': `http://127.0.0.1:${port}/v1`,
    });
    await section.getByText('The server for agents is switched off').waitFor();
    expect(await section.textContent()).not.toContain('addresses above');
    await workbench.screenshot('answers-no-server');
    await section.getByRole('button', { name: 'Open Setting' }).click();
    const editor = workbench.page.locator('.settings-editor');
    await editor.locator('.settings-header').getByText('@id:agentCache.server.enabled').waitFor();
    await workbench.page.keyboard.press('Escape'); // over the other editors, where F1 reaches nobody
    await editor.waitFor({ state: 'hidden' });
  });

  it('say why there are none when its port is taken', async () => {
    const { port } = provider.address() as AddressInfo;
    workbench.settings({ 'agentCache.server.port': port, 'agentCache.server.enabled': true });
    await section.getByText(`Port ${port} is taken`).waitFor();
    await section.getByRole('button', { name: 'Open Setting' }).waitFor();
    await workbench.notification(`Port ${port} is taken`);
    await workbench.dismissNotifications();
    await workbench.screenshot('answers-port-taken');
  });

  it('have addresses for agents then, and no requests yet', async () => {
    workbench.settings({ 'agentCache.server.port': 0 });
    await section.locator('.door-address').first().waitFor();
    expect(await headline()).toContain('no requests');
    expect(await section.getByText('is taken').filter({ visible: true }).count()).toBe(0);
    await workbench.screenshot('answers-empty');
  });

  it('are given again for the same question, and say of whom and what', async () => {
    const first = await ask('Is src/shapes.ts complete?', { 'x-agent-cache-reads': 'src/shapes.ts' });
    expect([first.status, first.cache]).toEqual([200, 'miss']);
    const again = () => ask('Is src/shapes.ts complete?', { 'x-agent-cache-reads': 'src/shapes.ts' });
    // Until the answer is kept, who asks for it shares it.
    await expect.poll(async () => (await again()).cache).toBe('hit');
    expect([(await again()).text, asked]).toEqual([first.text, 1]);
    await expect.poll(headline).toMatch(/^[5-9]\d(\.\d)?%/);
    expect(await rows().first().textContent()).toMatch(/Is src\/shapes.ts complete\?Hitgpt-5reviewer/);
    await section.getByText('$0.00').or(section.getByText('<$0.01')).first().waitFor();
    await workbench.screenshot('answers-few');
  });

  it('are asked for anew when a file that they rest on is saved', async () => {
    const file = join(workbench.workspace, 'src/shapes.ts');
    writeFileSync(file, `${readFileSync(file, 'utf8')}\n// changed\n`);
    const after = await ask('Is src/shapes.ts complete?', { 'x-agent-cache-reads': 'src/shapes.ts' });
    expect([after.cache, asked]).toEqual(['miss', 2]);
    await expect.poll(() => rows().first().textContent()).toContain('src/shapes.ts changed');
  });

  it('are listed up to 200', async () => {
    for (let nth = 0; nth < MANY; nth++) await ask(`Question ${nth} of many?`);
    await section.getByRole('button', { name: 'Show all 200' }).click();
    await expect.poll(() => rows().count()).toBe(200);
    await workbench.screenshot('answers-many');
  });

  it('are a table in a panel of 800 pixels', async () => {
    await workbench.runCommand('View: Close Primary Side Bar');
    await workbench.viewport(800 + (await around()), 900);
    await expect.poll(() => width()).toBe(800);
    const table = section.getByRole('table', { name: 'Recent requests' });
    expect(await table.getByRole('columnheader').allTextContents()).toEqual([
      ...['Question', 'Answered', 'Model', 'Time', 'Tokens', 'When'],
    ]);
    const tops = async (cells: Locator) => new Set((await boxes(cells)).map(({ y }) => Math.round(y))).size;
    expect(await tops(table.getByRole('columnheader'))).toBe(1);
    const first = rows().first();
    expect(await tops(first.locator('th, td').filter({ visible: true }))).toBe(1);
    await workbench.screenshot('answers-800');
    await workbench.viewport(1280, 800);
  });

  it('lead to their entries', async () => {
    await rows().first().getByRole('button').or(rows().first().getByRole('link')).first().click();
    const entry = explorer.frame.locator('.entry:not([hidden])');
    await entry.getByRole('heading', { name: /^response:/ }).waitFor();
    await workbench.screenshot('answers-entry');
  });
});

/** Width of the page in the panel, in pixels. */
function width(): Promise<number> {
  return explorer.frame.evaluate<number>('innerWidth');
}

/** What the window has beside it. */
async function around(): Promise<number> {
  return (workbench.page.viewportSize()?.width ?? 0) - (await width());
}

async function boxes(all: Locator): Promise<{ readonly y: number }[]> {
  return Promise.all((await all.all()).map(async (one) => (await one.boundingBox()) ?? { y: Number.NaN }));
}

describe('the provider’s cache', () => {
  it('is read when a person agrees, and is empty without transcripts', async () => {
    await workbench.runCommand('Agent Cache: Show Provider Cache');
    explorer = await Explorer.shown(workbench);
    const section = explorer.frame.getByRole('tabpanel', { name: 'Provider Cache' });
    await section.getByRole('button', { name: 'Open Setting' }).waitFor();
    await workbench.screenshot('provider-off');
    workbench.settings({ 'agentCache.providerCache.enabled': true });
    await section.getByText('No requests with counted tokens').waitFor();
    await workbench.screenshot('provider-empty');
  });

  it('is told by session and model', async () => {
    cpSync(join(fixtures, 'transcripts/claude'), join(folder, 'claude'), { recursive: true });
    const section = await explorer.section('Provider Cache');
    await expect
      .poll(() => section.locator('.headline-number').textContent(), { timeout: 40_000 })
      .toMatch(/%$/);
    expect(await section.textContent()).toContain('claude-sonnet-4-5-20250929');
    await workbench.screenshot('provider-few');
  });

  it('is told of 200 sessions, and how many there are beyond', async () => {
    const text = readFileSync(join(fixtures, 'transcripts/claude/projects/-work-app/s-1.jsonl'), 'utf8');
    const project = join(folder, 'claude/projects/-work-many');
    mkdirSync(project, { recursive: true });
    for (let nth = 0; nth < MANY; nth++) {
      const own = text.replaceAll(/"(s-1|msg_\d+|req_\d+)"/g, (_, id) => JSON.stringify(`${id}-${nth}`));
      writeFileSync(join(project, `s-1-${nth}.jsonl`), own);
    }
    const section = await explorer.section('Provider Cache');
    await section.getByRole('button', { name: 'Show all 200' }).click({ timeout: 60_000 });
    await section
      .getByText(/\d+ more/)
      .first()
      .waitFor();
    await workbench.screenshot('provider-many');
  });
});
