import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ConnectionError, readConnection } from '../../../src/cache/shared/connection.ts';
import { Credentials } from '../../../src/cache/shared/credentials.ts';
import { explain, isReply } from '../../../src/cache/shared/explain.ts';
import { reconnectDelay } from '../../../src/cache/shared/redis-options.ts';
import { recordKey } from '../../../src/cache/shared/server-keys.ts';

const read = (options: object) => readConnection({ kind: 'redis', project: 'p', ...options });

function refusal(options: object): string {
  try {
    read(options);
  } catch (error) {
    expect(error).toBeInstanceOf(ConnectionError);
    return (error as Error).message;
  }
  throw new Error('It was accepted.');
}

describe('a connection', () => {
  it('has defaults for everything but kind and project', () => {
    expect(read({})).toMatchObject({
      kind: 'redis',
      servers: [{ host: '127.0.0.1', port: 6379 }],
      db: 0,
      tls: false,
      rejectUnauthorized: true,
      prefix: 'agent-cache',
      connectMs: 500,
      requestMs: 100,
      replicaReads: false,
      largest: 8 * 1024 * 1024,
    });
    expect(read({ kind: 'memcached' })).toMatchObject({ servers: [{ port: 11_211 }], largest: 1024 * 1023 });
  });

  it.each([
    ['redis://host', { host: 'host', port: 6379 }, false],
    ['rediss://host:1', { host: 'host', port: 1 }, true],
    ['valkey://host:2', { host: 'host', port: 2 }, false],
    ['valkeys://host', { host: 'host', port: 6379 }, true],
    ['host', { host: 'host', port: 6379 }, false],
    ['10.0.0.1:7000', { host: '10.0.0.1', port: 7000 }, false],
    ['redis://[::1]:7000', { host: '::1', port: 7000 }, false],
  ])('is read from %s', (url, server, tls) => {
    expect(read({ urls: [url] })).toMatchObject({ servers: [server], tls });
  });

  it('takes user, password and database from the address, unless they are given apart', () => {
    const urls = ['redis://us%40er:p%2Fw%20d@host/3'];
    const { credentials, db } = read({ urls });
    expect([credentials.username, credentials.password, db]).toEqual(['us@er', 'p/w d', 3]);
    const apart = read({ urls, username: 'other', password: 'own', db: 4 });
    expect([apart.credentials.username, apart.credentials.password, apart.db]).toEqual(['other', 'own', 4]);
  });

  it('takes Valkey for what it is, and several servers where that makes sense', () => {
    expect(read({ kind: 'valkey' }).kind).toBe('redis');
    const urls = ['a:1', 'b:2'];
    expect(read({ kind: 'redis-cluster', urls }).servers).toHaveLength(2);
    expect(read({ kind: 'memcached', urls }).servers).toHaveLength(2);
    expect(refusal({ urls })).toBe('Several addresses need the kind "redis-cluster" or "memcached".');
  });

  it('says what is wrong, where, and what to do', () => {
    expect(refusal({ kind: 'mongo' })).toMatch(/^The shared cache's setting kind is wrong: .*redis/);
    expect(refusal({ port: 0 })).toMatch(/^The shared cache's setting port is wrong/);
    expect(refusal({ keyPrefix: '{a}' })).toMatch(/setting keyPrefix is wrong: letters, digits/);
    expect(refusal({ project: '' })).toMatch(/setting project/);
    expect(refusal({ surprise: 1 })).toMatch(/surprise/);
    expect(refusal({ urls: ['http://host'] })).toBe(
      'The 1. address of the shared cache does not fit the kind: write it as redis://host:6379.',
    );
    expect(refusal({ kind: 'memcached', urls: ['a', 'redis://b'] })).toMatch(
      /^The 2\. address .*memcached:\/\/host:11211/,
    );
    expect(refusal({ urls: ['redis://host:port'] })).toMatch(/cannot be read/);
    expect(refusal({ urls: ['redis://host/database'] })).toMatch(/number of a database only/);
    expect(refusal({ kind: 'memcached', tls: true })).toMatch(/^Memcached over TLS is not supported/);
    expect(refusal({ kind: 'redis-cluster', db: 1 })).toMatch(/^Only a single Redis or Valkey server/);
  });

  it('never says a password, whatever is wrong', () => {
    const secret = 'hunter2%zz';
    for (const urls of [
      [`redis://u:${secret}@host:port`],
      [`http://u:${secret}@host`],
      [`redis://u:${secret}@/x`],
    ])
      expect(refusal({ urls })).not.toContain('hunter2');
    expect(refusal({ password: 'hunter2', port: 'x' })).not.toContain('hunter2');
    const own = read({ urls: ['redis://u:hunter2@host'], username: 'u' });
    for (const text of [
      inspect(own, { depth: 9, showHidden: true }),
      JSON.stringify(own),
      `${own.credentials}`,
    ])
      expect(text).not.toContain('hunter2');
  });

  it('names keys alike on all machines, and apart for other projects, prefixes and keys', () => {
    const key = (options: object, name: string) => recordKey(read(options), name);
    expect(key({}, 'a')).toMatch(/^agent-cache:p:[\w-]{22}$/);
    expect(key({ project: 'github.com/owner/name' }, 'a')).toMatch(/^agent-cache:[\w-]{22}:[\w-]{22}$/);
    const keys = [key({}, 'a'), key({}, 'b'), key({ project: 'q' }, 'a'), key({ keyPrefix: 'x' }, 'a')];
    expect(new Set(keys).size).toBe(4);
  });
});

describe('credentials', () => {
  it('take the password out of a text, however it is written there', () => {
    const credentials = new Credentials('user', 'p/w "d');
    const text = 'p/w "d, p%2Fw%20%22d, p/w%20%22d, p/w \\"d';
    expect(credentials.scrub(text)).toBe('•••, •••, •••, •••');
    expect(new Credentials('user').scrub('user')).toBe('user');
  });
});

describe('an explanation', () => {
  const connection = read({ password: 'hunter2', tls: true });
  const say = (error: Error | { message: string; code?: string }) =>
    explain(Object.assign(new Error(error.message), error), { host: 'h', port: 1 }, connection);

  it.each([
    [
      { message: 'connect', code: 'ECONNREFUSED' },
      'refuses the connection: check that it runs, and that host and port are right.',
    ],
    [{ message: 'lookup', code: 'ENOTFOUND' }, 'cannot be found: check the host name.'],
    [{ message: 'x', code: 'CERT_HAS_EXPIRED' }, 'shows a certificate that has expired.'],
    [{ message: 'x', code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'shows a certificate for another host name.'],
    [
      { message: 'x', code: 'EPROTO' },
      'does not speak TLS as it should (EPROTO): switch TLS off, or use the port that has it.',
    ],
    [
      { message: 'OOM command not allowed.' },
      'is full: give it more memory, or a policy that evicts (OOM command not allowed).',
    ],
    [
      { message: 'READONLY You can’t write' },
      'is a read-only replica: give the address of its master (READONLY You can’t write).',
    ],
  ])('of %o says what to do', (error, sentence) => {
    expect(say(error)).toBe(`The shared cache at h:1 ${sentence}`);
  });

  it('passes on what it does not know, less the password', () => {
    expect(say(new Error('AUTH hunter2 failed'))).toBe('The shared cache at h:1: AUTH ••• failed.');
  });

  it('tells answers from outages', () => {
    const replies = ['ERR unknown', 'WRONGPASS invalid', 'NOSCRIPT No matching', 'OOM command'];
    const outages = [
      'connect ECONNREFUSED 127.0.0.1:1',
      'Socket closed unexpectedly',
      'The client is offline',
      'read ECONNRESET',
    ];
    expect(replies.map((message) => isReply(new Error(message)))).toEqual(replies.map(() => true));
    expect(outages.map((message) => isReply(new Error(message)))).toEqual(outages.map(() => false));
  });
});

it('reconnects at growing intervals, ten seconds at the most', () => {
  expect([0, 1, 2, 7, 8, 1000].map((attempts) => reconnectDelay(attempts, () => 1))).toEqual([
    50, 100, 200, 6400, 10_000, 10_000,
  ]);
  expect(reconnectDelay(0, () => 0)).toBe(37.5);
});
