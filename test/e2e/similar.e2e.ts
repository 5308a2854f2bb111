/** Similar questions in the real VS Code: a person names a service that embeds, gives its key, and says what was right. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepEvidenceOfFailures } from './driver/evidence.ts';
import { Explorer } from './driver/explorer.ts';
import { launch } from './driver/launch.ts';
import type { Workbench } from './driver/workbench.ts';

const KEY = 'embed-key-1';
let folder: string;
let workbench: Workbench;
let section: Locator;
let services: Server;
/** What the service that embeds was given as a key, of each request. */
const keys: (string | undefined)[] = [];
let answered = 0;

const address = () => `http://127.0.0.1:${(services.address() as AddressInfo).port}/v1`;

/** The model that answers and the one that embeds. To the latter all texts are nearly the same, as to many. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'agent-cache-similar-'));
  cpSync(fileURLToPath(new URL('../fixtures/project', import.meta.url)), join(folder, 'project'), {
    recursive: true,
  });
  services = createServer(async (request, response) => {
    const asked = (await json(request)) as { input?: string[] };
    response.setHeader('content-type', 'application/json');
    if (request.url === '/v1/embeddings') {
      keys.push(request.headers.authorization);
      if (request.headers.authorization !== `Bearer ${KEY}`) return response.writeHead(401).end('{}');
      const data = asked.input?.map((text, index) => ({ index, embedding: [1, 1, text.length / 10_000] }));
      return response.end(JSON.stringify({ data }));
    }
    answered++;
    const message = { role: 'assistant', content: `Answer ${answered}.` };
    const usage = { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 };
    const choices = [{ index: 0, finish_reason: 'stop', message }];
    return response.end(
      JSON.stringify({ id: 'c', object: 'chat.completion', model: 'gpt-5', choices, usage }),
    );
  });
  await new Promise<void>((resolve) => services.listen(0, '127.0.0.1', resolve));
  workbench = await launch({
    workspace: join(folder, 'project'),
    settings: {
      'agentCache.warm.onStartup': false,
      'agentCache.proxy.enabled': true,
      'agentCache.proxy.openai.upstream': address(),
      'agentCache.namespaces': { response: { strategy: 'semantic' } },
    },
    env: { HOME: folder },
  });
  section = await (await Explorer.open(workbench)).section('Model Answers');
});
afterAll(async () => {
  await workbench?.close();
  services.closeAllConnections();
  services.close();
  rmSync(folder, { recursive: true, force: true });
});
keepEvidenceOfFailures(() => workbench);

async function ask(content: string) {
  const door = await section.locator('.door-address code').first().textContent();
  const response = await fetch(`${door}/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-test' },
    body: JSON.stringify({ model: 'gpt-5', temperature: 0, messages: [{ role: 'user', content }] }),
  });
  const { choices } = (await response.json()) as { choices: { message: { content: string } }[] };
  return { cache: response.headers.get('x-agent-cache'), said: choices[0]?.message.content };
}
const matches = () => section.getByRole('table', { name: 'Similar questions' }).locator('tbody tr');

describe('the key of a service that embeds', () => {
  it('is not asked for while no service is named', async () => {
    await workbench.runCommand('Agent Cache: Set Embeddings Key…');
    expect(await workbench.notification('embeddings service first')).toContain('agentCache.embeddings.url');
    await workbench.dismissNotifications();
  });

  it('is missed by the service, which the section says', async () => {
    workbench.settings({ 'agentCache.embeddings.url': address(), 'agentCache.embeddings.model': 'near' });
    expect((await ask('How do I enable caching?')).said).toBe('Answer 1.');
    await expect.poll(() => section.textContent()).toContain('The embeddings service answered 401.');
    expect(new Set(keys)).toEqual(new Set([undefined]));
  });

  it('is given by a person, kept, and sent from then on', async () => {
    await workbench.runCommand('Agent Cache: Set Embeddings Key…');
    await workbench.quickInput(KEY);
    await workbench.notification('the key of the embeddings service is kept');
    await workbench.dismissNotifications();
    // A failing service is left alone for a while.
    await expect
      .poll(async () => {
        await ask(`What is the ${answered}th way to ask?`);
        return keys.at(-1);
      })
      .toBe(`Bearer ${KEY}`);
    await expect.poll(() => section.textContent()).not.toContain('answered 401');
  });
});

describe('a similar question', () => {
  it('has the same answer when it asks for the same, and another one when it does not', async () => {
    const first = await ask('How do I rename a branch?');
    // Until it is taken in, the first one is not found.
    await expect
      .poll(() => ask('How can I rename the branch?'), { interval: 500 })
      .toEqual({ cache: 'similar', said: first.said });
    expect((await ask('How do I delete a branch?')).cache).toBe('miss');
    const refused = /How do I delete a branch\?.+Refused by the gate.+ became "delete branch"/;
    await expect.poll(() => matches().allTextContents()).toContainEqual(expect.stringMatching(refused));
    await workbench.screenshot('similar');
  });

  it('is asked for anew once a person says that it was wrong', async () => {
    await matches().getByRole('button', { name: 'Wrong: How can I rename the branch?' }).click();
    await expect.poll(async () => (await ask('How can I rename the branch?')).cache).toBe('miss');
  });
});
