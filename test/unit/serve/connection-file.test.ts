import { spawnSync } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { announce, type Connection, findServer } from '../../../src/serve/connection-file.ts';
import { temporaryFolder } from '../../support/workspace.ts';

/** Something that answers like a server to whoever has the token. */
async function listening(token: string, startedAt: number): Promise<Connection> {
  const server = createServer(({ headers, url }, response) => {
    response.statusCode = url === '/healthz' && headers.authorization === `Bearer ${token}` ? 200 : 401;
    response.end('{}');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return connection((server.address() as AddressInfo).port, token, startedAt);
}

function connection(port: number, token = 't', startedAt = 1): Connection {
  const url = `http://127.0.0.1:${port}`;
  return { url, token, mcp: `${url}/mcp`, pid: process.pid, workspace: '/w', startedAt };
}

const files = (storage: string) => readdirSync(storage).sort();

it('a server is found by what it left, for the owner alone to read, until it takes it away', async () => {
  const storage = join(temporaryFolder(), 'not/there/yet');
  expect(await findServer(storage)).toBeUndefined();
  const mine = await listening('one', 1);
  const withdraw = await announce(storage, mine);
  const [file = ''] = files(storage);
  expect(statSync(join(storage, file)).mode & 0o777).toBe(0o600);
  expect(await findServer(storage)).toEqual(mine);
  await withdraw();
  expect(files(storage)).toEqual([]);
  expect(await findServer(storage)).toBeUndefined();
});

it('the one started last is found, of those that answer', async () => {
  const storage = temporaryFolder();
  const older = await listening('older', 1);
  const newer = await listening('newer', 2);
  await announce(storage, newer);
  await announce(storage, older);
  await announce(storage, connection(1, 'nobody listens', 3));
  expect(await findServer(storage)).toEqual(newer);
});

it('what dead processes left is removed, and so is what is none', async () => {
  const storage = temporaryFolder();
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  const dead = { ...(await listening('dead', 5)), pid };
  const names = ['server-1-1.json', 'server-2-2.json', 'server-3-3.json', 'other.json'];
  const texts = [
    JSON.stringify(dead),
    '{"url":',
    JSON.stringify({ ...connection(80), url: 'http://evil.example' }),
    '{}',
  ];
  for (const [i, name] of names.entries()) writeFileSync(join(storage, name), texts[i] ?? '');
  expect(await findServer(storage)).toBeUndefined();
  expect(files(storage)).toEqual(['other.json']);
});
