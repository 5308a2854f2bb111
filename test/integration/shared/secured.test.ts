import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { SharedStoreOptions } from '../../../src/cache/shared/connection.ts';
import { openSharedStore } from '../../../src/cache/shared/open.ts';
import type { SharedStore } from '../../../src/cache/shared/shared-store.ts';
import {
  type Certificates,
  freePort,
  makeCertificates,
  Servers,
  type TestServer,
} from '../../support/servers.ts';
import { connected } from './contract.ts';

const PASSWORD = 'pass word/with:@strange?#&%';
const servers = new Servers();
afterAll(() => servers.stop());

/** Opened with the given options; what it says about itself is collected. */
function opened(options: Omit<SharedStoreOptions, 'project'>) {
  const said: string[] = [];
  const store: SharedStore = openSharedStore({ ...options, project: randomUUID() });
  store.onState((state) => said.push(JSON.stringify(state)));
  onTestFinished(() => store.close());
  const problem = () => store.state.problem;
  return { store, said, problem };
}

async function roundTrip(store: SharedStore) {
  await expect.poll(() => store.state).toEqual({ state: 'up' });
  await store.write([{ key: 'a', value: Buffer.from('1'), ttlMs: 60_000 }]);
  const { records, position } = await store.read(['a']);
  expect(Buffer.from(records[0] ?? []).toString()).toBe('1');
  const told = await store.bump([{ name: 'n', cause: '' }], position);
  expect(await store.bumpsSince(position)).toMatchObject({ bumps: told.bumps });
}

describe('over TLS', () => {
  let ours: Certificates;
  let others: Certificates;
  let plain: TestServer;
  let tlsPort: number;
  beforeAll(async () => {
    ours = makeCertificates(servers.folder, 'ours');
    others = makeCertificates(servers.folder, 'others');
    tlsPort = await freePort();
    plain = await servers.redis([
      ...['--tls-port', String(tlsPort), '--tls-cert-file', ours.certificate, '--tls-key-file', ours.key],
      ...['--tls-ca-cert-file', ours.authority, '--tls-auth-clients', 'no'],
    ]);
  });
  const secure = () => ({ kind: 'redis' as const, urls: [`rediss://127.0.0.1:${tlsPort}`], requestMs: 5000 });

  it('works with the authority that signed the certificate', async () => {
    await roundTrip(opened({ ...secure(), caFile: ours.authority }).store);
    await roundTrip(
      opened({
        kind: 'redis',
        host: '127.0.0.1',
        port: tlsPort,
        tls: true,
        caFile: ours.authority,
        requestMs: 5000,
      }).store,
    );
  });

  it('trusts nobody else, and says what to do', async () => {
    for (const caFile of [others.authority, undefined]) {
      const { store, problem } = opened({ ...secure(), ...(caFile !== undefined && { caFile }) });
      await expect
        .poll(problem)
        .toMatch(
          /^The shared cache at 127\.0\.0\.1:\d+ shows a certificate that this machine does not trust \([A-Z_]+\): set the file of the authority that signed it\.$/,
        );
      await expect(store.read(['a'])).rejects.toMatchObject({ code: 'unavailable' });
    }
  });

  it('trusts anybody when told to', async () => {
    await roundTrip(opened({ ...secure(), caFile: others.authority, rejectUnauthorized: false }).store);
  });

  it('says when one side has TLS and the other has not', async () => {
    const { problem } = opened({ kind: 'redis', host: '127.0.0.1', port: plain.port, tls: true });
    await expect
      .poll(problem)
      .toMatch(/does not accept connections within 500 ms: check the address, whether it has TLS there,/);
    const other = opened({ kind: 'redis', host: '127.0.0.1', port: tlsPort });
    await expect.poll(other.problem).toMatch(/closed the connection, as one does that wants TLS/);
  });

  it('says when the file of the authority cannot be read', () => {
    expect(() => openSharedStore({ ...secure(), caFile: '/nowhere/ca.pem', project: 'p' })).toThrow(
      'The certificates in /nowhere/ca.pem cannot be read (ENOENT): correct the shared cache\'s "caFile".',
    );
  });
});

describe('with users and passwords', () => {
  let server: TestServer;
  beforeAll(async () => {
    const acl = join(servers.folder, 'users.acl');
    const own = '+@read +@write +@scripting +@transaction +@connection +@pubsub +time';
    const users = [
      `user default on >${hashless(PASSWORD)} ~* &* +@all`,
      `user agent on >agent-secret ~agent-cache:* &agent-cache:* ${own}`,
      `user reader on >reader-secret ~agent-cache:* &agent-cache:* +@read +@connection +subscribe`,
    ];
    writeFileSync(acl, `${users.join('\n')}\n`);
    server = await servers.redis(['--aclfile', acl]);
  });
  /** ACL files have no quotes: the password must not have blanks there. */
  function hashless(password: string) {
    return password.replaceAll(' ', '_');
  }
  const password = hashless(PASSWORD);
  const at = () => ({ kind: 'redis' as const, host: '127.0.0.1', port: server.port, requestMs: 5000 });

  it('works with the right password, given apart or in the address', async () => {
    await roundTrip(opened({ ...at(), password }).store);
    const url = `redis://default:${encodeURIComponent(password)}@127.0.0.1:${server.port}`;
    await roundTrip(opened({ kind: 'redis', urls: [url], requestMs: 5000 }).store);
    await roundTrip(
      opened({
        kind: 'redis',
        urls: [url.replace(encodeURIComponent(password), 'wrong')],
        password,
        requestMs: 5000,
      }).store,
    );
  });

  it('works for a user who may touch nothing but the keys of the cache', async () => {
    await roundTrip(opened({ ...at(), username: 'agent', password: 'agent-secret' }).store);
  });

  it('says what is wrong with the user or the password, and never says the password', async () => {
    const wrong = `${password}-wrong`;
    const url = `redis://agent:${encodeURIComponent(wrong)}@127.0.0.1:${server.port}`;
    for (const options of [
      { ...at(), password: wrong },
      { kind: 'redis' as const, urls: [url] },
    ]) {
      const { store, said, problem } = opened(options);
      await expect
        .poll(problem)
        .toMatch(/^The shared cache at 127\.0\.0\.1:\d+ refuses the user name or password \(WRONGPASS/);
      const error = await store.read(['a']).catch((reason) => reason);
      const everything = [
        ...said,
        inspect(store, { depth: 20, showHidden: true }),
        inspect(error),
        `${store}`,
        error.stack,
      ];
      for (const text of [...everything, JSON.stringify(store), JSON.stringify(error)]) {
        expect(text).not.toContain(wrong);
        expect(text).not.toContain(encodeURIComponent(wrong));
      }
    }
    const { problem } = opened(at());
    await expect.poll(problem).toMatch(/wants a password: set it for the shared cache|refuses the user/);
  });

  it('says when the user may not do what is needed', async () => {
    const store = await connected({ ...at(), username: 'reader', password: 'reader-secret' }, randomUUID());
    await expect(store.write([{ key: 'a', value: Buffer.from('1'), ttlMs: 1000 }])).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/does not allow this user what the shared cache needs/),
    });
    expect(store.state).toEqual({ state: 'up' });
  });
});
