import { readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_MEMORY_LIMITS, type MemoryLimits } from '../../src/cache/memory-level.ts';
import { Policies } from '../../src/cache/policy/scopes.ts';
import { Engine } from '../../src/engine/engine.ts';
import { MISS_REASONS, type MissReasonName } from '../../src/protocol/misses.ts';
import { startServer } from '../../src/serve/server.ts';
import { temporaryFolder, write } from '../support/workspace.ts';
import { ask as askAt, project } from './agent-server.ts';

interface Setting {
  readonly namespaces?: NonNullable<ConstructorParameters<typeof Policies>[0]>['global'];
  readonly memory?: MemoryLimits;
  readonly store?: 'sqlite' | 'off';
  readonly root?: string;
  readonly storage?: string;
}

/** An engine and a server over it, as the headless program has them, with settings of its own. */
async function serve(setting: Setting = {}) {
  const { root = project(), storage = temporaryFolder(), memory = DEFAULT_MEMORY_LIMITS } = setting;
  const engine = await Engine.open({
    root,
    storage,
    store: setting.store ?? 'off',
    policies: new Policies(setting.namespaces && { global: setting.namespaces }),
    limits: () => ({
      memory,
      pressure: { watch: false, percent: 90 },
      file: { maxBytes: 2 ** 30, cleanupMs: 600_000, writeBackMs: 1000 },
    }),
    bundle: fileURLToPath(new URL('../../dist/', import.meta.url)),
    filter: () => ({ exclude: [], maxBytes: 1024 * 1024, maxFiles: 20_000 }),
    refreshAfterChange: () => false,
    report: () => {},
    warn: () => {},
  });
  const server = await startServer(engine, { port: 0, storage, workspace: root });
  const close = async () => {
    await server.close();
    await engine.close();
  };
  onTestFinished(close);
  const ask = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    (await askAt(server, method, `/api/v1${path}`, body, headers)).body;
  const put = (key: string, more: object = {}) =>
    ask('PUT', `/cache/${encodeURIComponent(key)}`, { value: 'v', ...more });
  const lookup = (key: string) => ask('POST', '/cache/lookup', { key, lease: false });
  return { engine, root, storage, ask, put, lookup, close };
}

/** What a lookup of a key says after something was done to it. */
type Provoke = () => Promise<{ readonly reason: string; readonly detail?: string; readonly since?: number }>;

const path = (root: string, file: string) => join(root, file);
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Changes an input of `result:k`, then asks for it. */
const changed =
  (dependsOn: unknown[], change: (root: string) => void): Provoke =>
  async () => {
    const { root, put, lookup } = await serve();
    await put('result:k', { dependsOn });
    change(root);
    return lookup('result:k');
  };

/** The one file of the file level. */
const databaseIn = (storage: string) => {
  const name = readdirSync(storage).find((file) => /\.(db|sqlite)$/.test(file));
  if (name === undefined) throw new Error(`No database among ${readdirSync(storage).join(', ')}.`);
  return new DatabaseSync(join(storage, name));
};

const CASES: readonly [MissReasonName, string, Provoke, RegExp | undefined][] = [
  ['never-cached', 'a key that nobody stored', async () => (await serve()).lookup('result:none'), undefined],
  [
    'expired',
    'a lifetime that ended',
    async () => {
      const { put, lookup } = await serve();
      await put('result:k', { ttl: '20ms' });
      await sleep(40);
      return lookup('result:k');
    },
    undefined,
  ],
  [
    'evicted',
    'the common room, full',
    async () => {
      const { put, lookup } = await serve({ memory: { entries: 2, bytes: 1e6, eviction: 'lru' } });
      for (const id of ['a', 'b', 'c']) await put(`demo:${id}`);
      return lookup('demo:a');
    },
    /^memory level full \(LRU\): made room for demo:c$/,
  ],
  [
    'evicted',
    'a room of its own, full',
    async () => {
      const { put, lookup } = await serve({
        namespaces: { result: { entries: 1, size: '1 MB', eviction: 'fifo', levels: ['memory'] } },
      });
      for (const id of ['a', 'b']) await put(`result:${id}`);
      return lookup('result:a');
    },
    /^memory level full \(FIFO, room of result\): made room for result:b$/,
  ],
  [
    'evicted',
    'memory pressure',
    async () => {
      const { engine, put, lookup } = await serve();
      await put('result:k');
      engine.workspace.cache.memory.shrink(0);
      return lookup('result:k');
    },
    /^memory level \(LFU, room of result\): memory pressure$/,
  ],
  [
    'invalidated',
    'by a tag',
    async () => {
      const { ask, put, lookup } = await serve();
      await put('result:k', { tags: ['task/7'] });
      await ask('POST', '/cache/invalidate', { tag: 'task' });
      return lookup('result:k');
    },
    /^tag task$/,
  ],
  [
    'changed',
    'the content of a file',
    changed(['src/a.ts'], (root) => writeFileSync(path(root, 'src/a.ts'), 'other')),
    /^src\/a\.ts changed$/,
  ],
  [
    'changed',
    'a file that is gone',
    changed(['src/a.ts'], (root) => unlinkSync(path(root, 'src/a.ts'))),
    /^src\/a\.ts is gone$/,
  ],
  [
    'changed',
    'a file that appeared',
    changed([{ absent: 'src/c.ts' }], (root) => write(root, 'src/c.ts', '')),
    /^src\/c\.ts appeared$/,
  ],
  [
    'changed',
    'the names in a folder',
    changed([{ folder: 'src' }], (root) => write(root, 'src/c.ts', '')),
    /^the list of src changed$/,
  ],
  [
    'changed',
    'the files that match',
    changed([{ glob: 'src/*.ts' }], (root) => write(root, 'src/c.ts', '')),
    /^the files of .*src\/\*\.ts.* changed$/,
  ],
  [
    'changed',
    'another entry',
    async () => {
      const { engine, root, lookup } = await serve();
      await engine.workspace.getOrCompute('result:above', (context) =>
        context.entry('result:below', async (below) => (await below.readFile('src/a.ts'))?.text()),
      );
      writeFileSync(path(root, 'src/a.ts'), 'other');
      return lookup('result:above');
    },
    /entry result:below/,
  ],
  [
    'version',
    'a key of another version',
    async () => {
      const { put, lookup } = await serve();
      await put('result:1.0.0:report:abc');
      return lookup('result:2.0.0:report:abc');
    },
    /^cached under version 1\.0\.0 of result, asked for under version 2\.0\.0$/,
  ],
  [
    'version',
    'an analysis of another version, kept from an earlier session',
    async () => {
      const first = await serve({ store: 'sqlite' });
      await first.put('analysis:outline:1:src/a.ts');
      await first.close();
      const { engine, ask } = await serve({ store: 'sqlite', root: first.root, storage: first.storage });
      await engine.loaded;
      return ask('POST', '/analysis/outline', { path: 'src/a.ts' });
    },
    /^cached under version 1 of analysis:outline, asked for under version \d+$/,
  ],
  [
    'version',
    'a record of another format',
    async () => {
      const first = await serve({ store: 'sqlite' });
      await first.put('result:k');
      await first.close();
      const database = databaseIn(first.storage);
      // The first byte is the format, 1 now.
      database.exec("UPDATE entry SET value = CAST(x'02' || substr(value, 2) AS BLOB)");
      database.close();
      const { lookup } = await serve({ store: 'sqlite', root: first.root, storage: first.storage });
      return lookup('result:k');
    },
    /^The record has format 2, expected 1\.$/,
  ],
  [
    'failed',
    'a file level that cannot be read',
    async () => {
      const { storage, put, lookup } = await serve({ store: 'sqlite' });
      await put('result:other');
      const database = databaseIn(storage);
      database.exec('DROP TABLE entry');
      database.close();
      return lookup('result:k');
    },
    /^file level: .*no such table/,
  ],
  [
    'bypassed',
    'by the settings of a namespace',
    async () => {
      const { put, lookup } = await serve({ namespaces: { result: { enabled: false } } });
      await put('result:k');
      return lookup('result:k');
    },
    /^caching off for namespace result \(agentCache\.namespaces\)$/,
  ],
  [
    'bypassed',
    'by the switch of all caching',
    async () => {
      const { engine, ask } = await serve();
      engine.workspace.cache.enabled = false;
      return ask('POST', '/analysis/outline', { path: 'src/a.ts' });
    },
    /^caching is paused \(agentCache\.enabled\)$/,
  ],
  [
    'bypassed',
    'by a request that computes anew',
    async () => {
      const { ask } = await serve();
      return ask('POST', '/analysis/outline', { path: 'src/a.ts' }, { 'cache-control': 'no-cache' });
    },
    /^the request asked to compute anew$/,
  ],
  [
    'bypassed',
    'by a request that keeps nothing',
    async () => {
      const { ask } = await serve();
      return ask('POST', '/analysis/outline', { path: 'src/a.ts' }, { 'cache-control': 'no-store' });
    },
    /^the request: its cache is "off"$/,
  ],
];

/** Reasons that have happened before anybody asked. */
const PAST = ['expired', 'evicted', 'invalidated'];

describe('every miss has one reason, with what and when', () => {
  it.each(CASES)('%s: %s', async (reason, _, provoke, detail) => {
    const before = Date.now();
    const answer = await provoke();
    expect(answer).toMatchObject({ reason });
    if (detail) expect(answer.detail).toMatch(detail);
    else expect(answer.detail).toBeUndefined();
    if (PAST.includes(reason)) {
      expect(answer.since).toBeGreaterThanOrEqual(before);
      expect(answer.since).toBeLessThanOrEqual(Date.now());
    }
  });

  it('names all of them here', () => {
    expect(new Set(CASES.map(([reason]) => reason))).toEqual(new Set(MISS_REASONS));
  });

  it('says how an invalidation is taken back, as long as it can be', async () => {
    const { ask, put, lookup } = await serve();
    await put('result:k', { tags: ['t'] });
    const { undo } = await ask('POST', '/cache/invalidate', { tag: 't' });
    expect(await lookup('result:k')).toMatchObject({ reason: 'invalidated', undo });
    await ask('POST', '/cache/undo', { id: undo });
    expect(await lookup('result:k')).toMatchObject({ hit: true });
    await ask('POST', '/cache/invalidate', { key: 'result:k' });
    const { undo: second } = await lookup('result:k');
    await ask('POST', '/cache/undo', { id: second });
    expect(await lookup('result:k')).toMatchObject({ hit: true });
  });

  it('remembers it for the next who asks, and until then', async () => {
    const { root, put, lookup, ask } = await serve();
    await put('result:k', { dependsOn: ['src/a.ts'] });
    writeFileSync(path(root, 'src/a.ts'), 'other');
    expect(await lookup('result:k')).toMatchObject({ reason: 'changed' });
    const second = await lookup('result:k');
    expect(second).toMatchObject({ reason: 'changed', detail: 'src/a.ts changed' });
    expect(second.since).toBeGreaterThan(0);
    const why = await ask('GET', `/cache/${encodeURIComponent('result:k')}/why`);
    expect(why).toMatchObject({ cached: false, absence: { reason: 'changed', since: second.since } });
    expect(why.story.map(({ text }: { text: string }) => text)).toEqual([
      expect.stringMatching(/^Missed: changed, src\/a\.ts changed, noticed .+ before\.$/),
      'Missed: changed, src/a.ts changed.',
      'Stored for another state of its inputs.',
    ]);
  });
});

describe('a filter over REST', () => {
  it('lists what fits, and says what is wrong with it', async () => {
    const { ask, put } = await serve();
    await put('result:a', { tags: ['task/7'] });
    await put('result:b', { value: 'x'.repeat(3000) });
    const list = (filter: string) => ask('GET', `/cache/entries?filter=${encodeURIComponent(filter)}`);
    const keys = async (filter: string) =>
      (await list(filter)).entries.map(({ key }: { key: string }) => key);
    expect(await keys('tag:task age<1min')).toEqual(['result:a']);
    expect(await keys('-tag:task size>2KB')).toEqual(['result:b']);
    const detail = 'At character 6: "much" is no size: write 500, 10KB, 2MB.';
    expect(await list('size>much')).toMatchObject({ status: 422, detail });
  });
});

describe('the story of a key', () => {
  it('shows no secret, in whichever namespace', async () => {
    const { engine, put } = await serve({ namespaces: { demo: { sensitivity: 'redact' } } });
    const token = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`;
    const value = { note: 'use this', token };
    for (const key of ['demo:k', 'result:k']) await put(key, { value });
    await put('result:plain', { value: { note: 'no secret' } });
    const shown = await engine.inspection.entry('demo:k');
    expect(shown.value?.text).toContain('use this');
    expect(shown.value?.text).not.toContain(token);
    expect((await engine.inspection.entry('result:k')).withheld).toMatch(/there is a secret in the value/);
    expect((await engine.inspection.entry('result:plain')).value?.text).toBe('{\n  "note": "no secret"\n}');
  });

  it('says after a restart why what is on the file level would not be served', async () => {
    const first = await serve({ store: 'sqlite' });
    await first.put('result:k', { dependsOn: ['src/a.ts'] });
    await first.close();
    writeFileSync(path(first.root, 'src/a.ts'), 'other');
    const { engine, ask } = await serve({ store: 'sqlite', root: first.root, storage: first.storage });
    await engine.loaded;
    expect(await ask('GET', `/cache/${encodeURIComponent('result:k')}/why`)).toMatchObject({
      cached: false,
      absence: { reason: 'changed', detail: 'src/a.ts changed' },
      variants: [{ levels: ['file'], current: false }],
    });
  });

  it('tells who made it, what it rests on, what rests on it, and what happened', async () => {
    const { engine, root, ask } = await serve();
    const agent = { 'x-agent-cache-agent': 'reviewer' };
    const outline = () => ask('POST', '/analysis/outline', { path: 'src/a.ts' }, agent);
    expect(await outline()).toMatchObject({ reason: 'never-cached' });
    await outline();
    const key = engine.runner.key('outline', { path: 'src/a.ts' }) as string;
    const why = () => ask('GET', `/cache/${encodeURIComponent(key)}/why`);
    const first = await why();
    expect(first).toMatchObject({
      cached: true,
      createdBy: { agents: ['reviewer'], tool: 'outline' },
      entry: { hits: 1 },
      variants: [{ levels: ['memory'], current: true }],
    });
    expect(first.story.map(({ text }: { text: string }) => text.replace(/[\d.]+ ms/, 'n ms'))).toEqual([
      'Hit once.',
      'Computed by outline for agent reviewer in n ms.',
      'Missed: never-cached.',
    ]);
    expect(first.invalidatedBy).toContain('A change of src/a.ts.');
    writeFileSync(path(root, 'src/a.ts'), 'export const two = 2;\n');
    expect((await why()).variants).toMatchObject([{ current: false }]);
    expect((await why()).entry.hits).toBe(1);
    await outline();
    const { variants } = await why();
    expect(variants).toMatchObject([{ current: true }, { current: false }]);
  });
});
