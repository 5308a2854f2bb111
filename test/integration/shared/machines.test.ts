import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { FileLevel } from '../../../src/cache/file-level.ts';
import { Namespaces } from '../../../src/cache/namespace.ts';
import { Policies } from '../../../src/cache/policy/scopes.ts';
import { openSharedStore } from '../../../src/cache/shared/open.ts';
import { SharedLevel } from '../../../src/cache/shared/shared-level.ts';
import { compileGlob } from '../../../src/freshness/glob.ts';
import type { WorkspaceCache } from '../../../src/freshness/workspace-cache.ts';
import { databaseIn } from '../../support/database.ts';
import { redisCli, Servers, type TestServer } from '../../support/servers.ts';
import { temporaryFolder, workspaceWith } from '../../support/workspace.ts';

const servers = new Servers();
let server: TestServer;
let project: string;
beforeAll(async () => {
  server = await servers.redis();
});
beforeEach(() => {
  project = randomUUID();
});
afterAll(() => servers.stop());

/** A machine with a copy of the project, a file level of its own, and the server that all share. */
async function machine(
  files: Record<string, string> = { 'a.txt': 'a' },
  policies: ConstructorParameters<typeof Policies>[0] = { global: { '*': { sensitivity: 'none' } } },
) {
  const problems: Error[] = [];
  const problem = (error: Error) => problems.push(error);
  const database = await databaseIn(temporaryFolder());
  const store = openSharedStore({
    kind: 'redis',
    urls: [`127.0.0.1:${server.port}`],
    project,
    requestMs: 1000,
  });
  const shared = new SharedLevel(store, {
    problem,
    matches: (pattern, key) => compileGlob(pattern)(key),
    pollMs: 50,
  });
  const all = new Policies(policies);
  const made = workspaceWith(files, {
    shared,
    file: new FileLevel(database, problem),
    namespaces: new Namespaces((namespace, agent) => all.resolve(namespace, agent)),
  });
  onTestFinished(() => shared.close());
  const up = () => vi.waitUntil(() => shared.state.state === 'up');
  await up();
  await shared.lookup([]); // what is set before the sequence is known is not shared
  return { ...made, shared, problems, up };
}

const settled = (...machines: { cache: WorkspaceCache; shared: SharedLevel }[]) =>
  Promise.all(machines.flatMap(({ cache, shared }) => [cache.cache.flush(), shared.flush()]));

describe('two machines on one Redis', () => {
  it('share what one of them computed, as long as their files are the same', async () => {
    const [one, other] = [await machine(), await machine()];
    expect(await one.shout('a.txt')).toMatchObject({ value: 'A', from: 'computed' });
    await settled(one);
    expect(await other.shout('a.txt')).toMatchObject({ value: 'A', from: 'shared' });
    expect(await other.shout('a.txt')).toMatchObject({ value: 'A', from: 'memory' });
    await other.cache.invalidate({ level: 'memory' });
    expect(await other.shout('a.txt')).toMatchObject({ value: 'A', from: 'file' });
    other.write('a.txt', 'b');
    expect(await other.shout('a.txt')).toMatchObject({ value: 'B', from: 'computed' });
    expect(await one.shout('a.txt')).toMatchObject({ value: 'A', from: 'memory' });
    await settled(other);
    one.write('a.txt', 'b');
    expect(await one.shout('a.txt')).toMatchObject({ value: 'B', from: 'shared' });
  });

  it('of another project they share nothing', async () => {
    const one = await machine();
    await one.cache.set('test:k', 1);
    project = randomUUID();
    expect(await (await machine()).cache.get('test:k')).toBeUndefined();
  });

  it.each([
    ['a tag', { tag: 'shout' }],
    ['a key', { key: 'test:shout:a.txt' }],
    ['a pattern', { pattern: 'test:*:a.*' }],
    ['a namespace', { namespace: 'test' }],
    ['a file', { file: 'a.txt' }],
    ['everything', { all: true }],
  ] as const)('what one invalidates by %s, the other does not serve from any level', async (_, selector) => {
    const [one, other] = [await machine(), await machine()];
    await one.shout('a.txt');
    await settled(one);
    await other.shout('a.txt');
    await settled(other);
    await one.cache.invalidate(selector);
    await vi.waitFor(async () => expect(other.cache.cache.entry('test:shout:a.txt')).toBeUndefined());
    expect(await other.shout('a.txt')).toMatchObject({ from: 'computed' });
    const third = await machine();
    await settled(other);
    expect(await third.shout('a.txt')).toMatchObject({ from: 'shared' }); // computed after it
  });

  it('clearing the shared level takes nothing from anybody else', async () => {
    const [one, other] = [await machine(), await machine()];
    await one.shout('a.txt');
    await settled(one);
    await other.shout('a.txt');
    await one.cache.invalidate({ level: 'shared' });
    expect(await other.shout('a.txt')).toMatchObject({ from: 'memory' });
    expect(await (await machine()).shout('a.txt')).toMatchObject({ from: 'computed' });
  });

  it('a set on one replaces what the other has', async () => {
    const [one, other] = [await machine(), await machine()];
    await one.cache.set('test:k', 1);
    expect(await other.cache.get('test:k')).toBe(1);
    await other.cache.set('test:k', 2);
    await vi.waitFor(async () => expect(await one.cache.get('test:k')).toBe(2));
    await one.cache.delete('test:k');
    await vi.waitFor(async () => expect(await other.cache.get('test:k')).toBeUndefined());
  });

  it('lose no increment', async () => {
    const machines = [await machine(), await machine(), await machine()];
    const each = 40;
    await Promise.all(
      machines.flatMap(({ cache }) =>
        Array.from({ length: each }, () => cache.update('test:n', { increment: 1 })),
      ),
    );
    await settled(...machines);
    for (const { cache } of machines)
      await vi.waitFor(async () => expect(await cache.get('test:n')).toBe(each * machines.length));
  });

  it('many keys are asked of the server in one go', async () => {
    const [one, other] = [await machine(), await machine()];
    const keys = Array.from({ length: 30 }, (_, i) => `test:${i}`);
    await one.cache.setMany(keys.map((key, i) => ({ key, value: i })));
    const lookup = vi.spyOn(other.shared, 'lookup');
    expect(await other.cache.getMany(keys)).toEqual(keys.map((_, i) => i));
    expect(lookup).toHaveBeenCalledTimes(1);
  });

  it('what a policy keeps on the machine does not reach the server', async () => {
    const one = await machine(
      {},
      { global: { mine: { levels: ['memory', 'file'] }, '*': { sensitivity: 'none' } } },
    );
    await one.cache.set('mine:k', 1);
    await one.cache.set('test:k', 1);
    await settled(one);
    const other = await machine();
    expect(await other.cache.getMany(['mine:k', 'test:k'])).toEqual([undefined, 1]);
  });

  it('nothing that may be a secret reaches it unchecked', async () => {
    const one = await machine({}, {}); // the default is to refuse, and here nobody can check
    await one.cache.set('test:k', 'password: hunter2');
    await settled(one);
    const keys = (await redisCli(['-p', String(server.port), 'keys', `*${project}*`])).trim().split('\n');
    for (const key of keys.filter((name) => name !== ''))
      expect(await redisCli(['-p', String(server.port), '--raw', 'dump', key])).not.toContain('hunter2');
    expect(await (await machine()).cache.get('test:k')).toBeUndefined();
  });
});

describe('a server that fails', () => {
  it('costs nobody an answer, and what is invalidated meanwhile is told when it is back', async () => {
    const [one, other] = [await machine(), await machine()];
    await one.shout('a.txt');
    await settled(one);
    server.freeze();
    try {
      const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => other.shout(`${i}.txt`)));
      expect(answers.every(({ value }) => value === 'NOTHING')).toBe(true);
      expect(await one.shout('a.txt')).toMatchObject({ from: 'memory' });
      await one.cache.invalidate({ tag: 'shout' });
      expect(await one.shout('a.txt')).toMatchObject({ from: 'computed' });
      await vi.waitUntil(() => other.shared.state.state === 'down');
      expect(other.shared.state.problem).toMatch(/\.$/);
    } finally {
      server.thaw();
    }
    await one.up();
    await settled(one);
    const third = await machine();

    expect((await third.shout('a.txt')).value).toBe('A');
    const other2 = await machine({ 'a.txt': 'a' });
    await settled(third);
    expect(await other2.shout('a.txt')).toMatchObject({ from: 'shared' });
  });

  it('killed and back, it begins empty and is used again', async () => {
    const one = await machine();
    await one.shout('a.txt');
    await settled(one);
    await server.kill();
    await one.cache.invalidate({ all: true });
    expect(await one.shout('a.txt')).toMatchObject({ value: 'A', from: 'computed' });
    await server.restart();
    await one.up();
    await one.shared.lookup([]);
    await one.cache.set('test:k', 1);
    await settled(one);
    expect(await (await machine()).cache.get('test:k')).toBe(1);
  });
});
