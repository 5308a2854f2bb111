import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { FileLevel } from '../../../src/cache/file-level.ts';
import { Namespaces } from '../../../src/cache/namespace.ts';
import { Policies } from '../../../src/cache/policy/scopes.ts';
import { openSharedStore } from '../../../src/cache/shared/open.ts';
import { SharedLevel } from '../../../src/cache/shared/shared-level.ts';
import { patternMatcher } from '../../../src/freshness/pattern-matcher.ts';
import type { SelectorInput } from '../../../src/freshness/selector.ts';
import { databaseIn } from '../../support/database.ts';
import { Road, redisCli, Servers, type TestServer } from '../../support/servers.ts';
import { temporaryFolder, workspaceWith } from '../../support/workspace.ts';
import { bundle, bundleWorker } from '../../unit/stores/worker.ts';
import { InstanceChild } from '../stores/instance-child.ts';

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

/** Looks by itself only after a day: what it knows sooner it was told, or has read. */
const NEVER = 24 * 3600 * 1000;

/** A machine with a copy of the project, a file level of its own, and the server that all share. */
async function machine(
  files: Record<string, string> = { 'a.txt': 'a' },
  { port = server.port, pollMs = NEVER } = {},
) {
  const problems: Error[] = [];
  const problem = (error: Error) => problems.push(error);
  const store = openSharedStore({ kind: 'redis', urls: [`127.0.0.1:${port}`], project, requestMs: 2000 });
  const shared = new SharedLevel(store, { problem, matches: patternMatcher(), pollMs });
  const policies = new Policies({ global: { '*': { sensitivity: 'none' } } });
  const made = workspaceWith(files, {
    shared,
    file: new FileLevel(await databaseIn(temporaryFolder()), problem),
    namespaces: new Namespaces((namespace, agent) => policies.resolve(namespace, agent)),
  });
  onTestFinished(() => shared.close());
  await vi.waitUntil(() => shared.state.state === 'up', 20_000);
  await shared.lookup([]); // what is set before the sequence is known is not shared
  const { cache } = made;
  return {
    ...made,
    shared,
    problems,
    ask: (key: string, value: unknown, topic = 'agent:reviewer') =>
      cache.getOrCompute(
        key,
        async (context) => {
          context.topic(topic);
          return value;
        },
        { tags: ['area/part'] },
      ),
    settled: async () => {
      await cache.cache.flush();
      await shared.flush();
    },
  };
}

const SELECTORS: [string, SelectorInput, 'all' | 'one'][] = [
  ['a key', { key: 'test:hit' }, 'one'],
  ['keys', { keys: ['test:hit', 'test:none'] }, 'one'],
  ['a pattern', { pattern: 'test:h*' }, 'one'],
  ['a regular expression', { regex: 'hit$' }, 'one'],
  ['a topic', { topic: 'agent:reviewer' }, 'one'],
  ['a tag', { tag: 'area' }, 'all'],
  ['tags', { tags: ['area/part', 'none'] }, 'all'],
  ['a namespace', { namespace: 'test' }, 'all'],
  ['an age', { olderThan: 0 }, 'all'],
  ['everything', { all: true }, 'all'],
];

describe('machines on one Redis', () => {
  it.each(SELECTORS)(
    'what one invalidates by %s is a miss on the other with the one message that tells it, on every level',
    async (_, selector, hits) => {
      const [one, other] = [await machine(), await machine()];
      await one.ask('test:hit', 'old');
      await one.ask('test:kept', 'kept', 'agent:writer');
      await one.settled();
      expect(await other.ask('test:hit', 'never')).toMatchObject({ value: 'old', from: 'shared' });
      expect(await other.ask('test:kept', 'never', 'agent:writer')).toMatchObject({ from: 'shared' });
      await other.settled();
      await new Promise((resolve) => setTimeout(resolve, 5));
      await one.cache.invalidate(selector);
      await vi.waitFor(() => expect(other.cache.peek('test:hit')).toBeUndefined(), 10_000);
      expect(await other.ask('test:hit', 'new')).toMatchObject({ value: 'new', from: 'computed' });
      if (hits === 'one') expect(other.cache.peek('test:kept')).toBe('kept');
      else expect(await other.ask('test:kept', 'new')).toMatchObject({ value: 'new', from: 'computed' });
    },
  );

  it('one whose messages are lost serves nothing from the shared level before it knows what was invalidated', async () => {
    const road = await Road.to(server);
    onTestFinished(() => road.close());
    const [one, other] = [await machine(), await machine({ 'a.txt': 'a' }, { port: road.port })];
    await one.ask('test:shared', 'old');
    await one.ask('test:mine', 'old');
    await one.settled();
    await other.ask('test:mine', 'never');
    road.cut();
    await vi.waitUntil(() => other.shared.state.state === 'down', 10_000);
    await one.cache.invalidate({ tag: 'area' });
    road.mend();
    await vi.waitUntil(() => other.shared.state.state === 'up', 20_000);
    expect(await other.ask('test:shared', 'new')).toMatchObject({ value: 'new', from: 'computed' });
    await vi.waitFor(() => expect(other.cache.peek('test:mine')).toBeUndefined(), 10_000);
    expect(await other.ask('test:mine', 'new')).toMatchObject({ value: 'new', from: 'computed' });
  });

  it('one that is told nothing finds out when it looks', async () => {
    const [one, other] = [await machine(), await machine({ 'a.txt': 'a' }, { pollMs: 100 })];
    await one.ask('test:k', 'old');
    await one.settled();
    await other.ask('test:k', 'never');
    await redisCli(['-p', String(server.port), 'client', 'kill', 'type', 'pubsub']);
    await one.cache.invalidate({ tag: 'area' });
    await vi.waitFor(() => expect(other.cache.peek('test:k')).toBeUndefined(), 20_000);
  });

  it('one that slept while it was told, and lost its connection, catches up', async () => {
    const [folder, workspace] = [temporaryFolder(), temporaryFolder()];
    const [worker, script] = await Promise.all([
      bundleWorker(folder),
      bundle('test/integration/stores/instance-process.ts', folder),
    ]);
    const redis = `${server.port} ${project}`;
    const sleeper = await InstanceChild.start([script, 'sqlite', folder, worker, workspace, '', redis]);
    onTestFinished(() => sleeper.kill());
    const one = await machine();
    await one.ask('test:mine', 'old');
    await one.ask('test:shared', 'old');
    await one.settled();
    expect(await sleeper.ask('test:mine', 'never')).toMatchObject({ value: 'old', from: 'shared' });
    sleeper.sleep();
    for (let i = 0; i < 50; i++) await one.cache.invalidate({ tag: `other/${i}` });
    await one.cache.invalidate({ tag: 'area' });
    await redisCli(['-p', String(server.port), 'client', 'kill', 'type', 'pubsub']);
    sleeper.wake();
    const first = await sleeper.ask('test:shared', 'new');
    expect(first.value).toBe('new');
    await vi.waitFor(async () => expect(await sleeper.do('peek', 'test:mine')).toBeNull(), 20_000);
    expect(await sleeper.ask('test:mine', 'new')).toMatchObject({ value: 'new' });
  });

  it('a branch that another machine has computed is answered from the shared level, there and back', async () => {
    const [one, other] = [await machine(), await machine({ 'a.txt': 'main' })];
    for (const text of ['main', 'branch']) {
      one.write('a.txt', text);
      expect(await one.shout('a.txt')).toMatchObject({ value: text.toUpperCase(), from: 'computed' });
      await one.settled();
    }
    expect(await other.shout('a.txt')).toMatchObject({ value: 'MAIN', from: 'shared' });
    other.write('a.txt', 'branch');
    expect(await other.shout('a.txt')).toMatchObject({ value: 'BRANCH', from: 'shared' });
    const third = await machine({ 'a.txt': 'branch' });
    expect(await third.shout('a.txt')).toMatchObject({ value: 'BRANCH', from: 'shared' });
    third.write('a.txt', 'main');
    expect(await third.shout('a.txt')).toMatchObject({ value: 'MAIN', from: 'shared' });
  });

  it('of a file that goes through many states the last four are kept', async () => {
    const one = await machine();
    for (let i = 0; i < 7; i++) {
      one.write('a.txt', `state ${i}`);
      await one.shout('a.txt');
      await one.settled();
    }
    const from: (string | undefined)[] = [];
    for (let i = 0; i < 7; i++) {
      const fresh = await machine({ 'a.txt': `state ${i}` });
      const answer = await fresh.cache.get<string>('test:shout:a.txt');
      expect([undefined, `STATE ${i}`]).toContain(answer);
      from.push(answer);
    }
    expect(from.map((value) => value !== undefined)).toEqual([false, false, false, true, true, true, true]);
  });
});
