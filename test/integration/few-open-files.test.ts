import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder, write } from '../support/workspace.ts';

const HEADLESS = new URL('../../dist/headless.js', import.meta.url).pathname;
const FILES = 1000;

it('answers about a workspace of more files than a process may have open', async () => {
  const root = temporaryFolder();
  for (let i = 0; i < FILES; i++) write(root, `src/f${i}.ts`, `export function wanted${i}() {}\n`);
  const command = 'ulimit -n 160; exec "$0" "$@"';
  const given = [process.execPath, HEADLESS, '--workspace', root, '--storage', temporaryFolder()];
  const server = spawn('bash', ['-c', command, ...given], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(server, 'exit');
  onTestFinished(async () => {
    server.kill('SIGTERM');
    await ended;
  });
  const [line] = (await once(createInterface(server.stdout), 'line')) as [string];
  const { url, token } = JSON.parse(line) as { url: string; token: string };
  const response = await fetch(`${url}/api/v1/analysis/symbols`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: 'wanted777' }),
  });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ value: { symbols: [{ name: 'wanted777' }] } });
  const health = await fetch(`${url}/healthz`, { headers: { authorization: `Bearer ${token}` } });
  expect(await health.json()).toMatchObject({ status: 'ok', reasons: [] });
});
