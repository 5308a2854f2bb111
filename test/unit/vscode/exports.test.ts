import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AgentCacheEvent, AgentCacheExports } from '../../../src/api.ts';
import { DEFAULT_MEMORY_LIMITS } from '../../../src/cache/memory-level.ts';
import { Policies } from '../../../src/cache/policy/scopes.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { exportsOf } from '../../../src/vscode/exports.ts';
import { temporaryFolder, write } from '../../support/workspace.ts';

/** What another extension gets, over a real engine. */
async function opened() {
  const root = temporaryFolder();
  const storage = join(root, '.storage');
  mkdirSync(storage);
  const problems: string[] = [];
  const engine = await Engine.open({
    root,
    storage,
    store: 'off',
    policies: new Policies(),
    limits: () => ({
      memory: DEFAULT_MEMORY_LIMITS,
      pressure: { watch: false, percent: 90 },
      file: { maxBytes: 1e6, cleanupMs: 600_000, writeBackMs: 1000 },
    }),
    bundle: join(root, 'no-bundle'),
    filter: () => ({ exclude: [], maxBytes: 1e6, maxFiles: 100 }),
    setting: (id) => (id === 'editor.tabSize' ? 2 : undefined),
    refreshAfterChange: () => false,
    report: (where, error) => problems.push(`${where}: ${error.message}`),
    warn: () => {},
  });
  onTestFinished(() => engine.close());
  const session = { engine, folder: { uri: { fsPath: root } } } as never;
  const exported = exportsOf(async () => session);
  const api = await exported.cache(1);
  return { root, engine, exported, api, problems };
}

describe('what other extensions get', () => {
  it('is refused with what to do: for another version, and without a folder', async () => {
    const { exported, api } = await opened();
    expect(exported.version).toBe(1);
    expect(await exported.cache(1)).toBe(api);
    const ask = (version: unknown, from: AgentCacheExports = exported) => from.cache(version as 1);
    await expect(ask(2)).rejects.toThrow(/Version 2 .* Agent Cache Explorer has to be updated/);
    await expect(ask(0)).rejects.toThrow(/Version 0 .* the extension that asks has to be updated/);
    await expect(ask(undefined)).rejects.toThrow(/cache\(1\)/);
    await expect(
      ask(
        1,
        exportsOf(async () => undefined),
      ),
    ).rejects.toThrow('No folder is open');
    const failed = exportsOf(() => Promise.reject(new Error('The disk is on fire.')));
    await expect(ask(1, failed)).rejects.toThrow('on fire');
  });

  it('has many keys ready through a loader, and computes only what is missing or has changed', async () => {
    const { root, api, engine } = await opened();
    for (const name of ['a', 'b', 'c']) write(root, `src/${name}.txt`, name);
    const texts = api.namespace('my-extension');
    const loaded: unknown[] = [];
    const keys = [['text', 'a'], ['text', 'b'], ['text', 'c'], ['text', 'a'], { broken: true }];
    const warm = () =>
      texts.warm(keys, async (parts, context) => {
        loaded.push(parts);
        if (!Array.isArray(parts)) throw new Error('There is no such text.');
        return (await context.readFile(`src/${parts[1]}.txt`))?.text();
      });
    const first = await warm();
    expect(first).toMatchObject({ keys: 4, hits: 0, computed: 3, failed: 1, cancelled: false });
    expect(first.reasons).toEqual([expect.stringContaining('There is no such text.')]);
    expect(await texts.get(['text', 'b'])).toBe('b');
    write(root, 'src/b.txt', 'other');
    loaded.length = 0;
    expect(await warm()).toMatchObject({ hits: 2, computed: 1, failed: 1 });
    expect(loaded).toHaveLength(2);
    expect(loaded).toEqual(expect.arrayContaining([['text', 'b'], { broken: true }]));
    engine.warmer.pause();
    await expect(warm()).rejects.toThrow('Resume Warming');
    const many = Array.from({ length: 10_001 }, (_, i) => [i]);
    await expect(texts.warm(many, async () => 1)).rejects.toThrow('10000 keys can be warmed at once');
  });

  it('computes once, and again when what the computation asked for has changed', async () => {
    const { root, api } = await opened();
    write(root, 'src/a.txt', 'one');
    const texts = api.namespace('my-extension');
    let computations = 0;
    const ask = () =>
      texts.getOrCompute(['shout', 1], async (context) => {
        computations++;
        const text = (await context.readFile('src/a.txt'))?.text() ?? 'nothing';
        return [
          text,
          await context.exists('src/b.txt'),
          await context.list('src'),
          context.setting('editor.tabSize'),
        ];
      });
    const first = await ask();
    expect(first).toMatchObject({ hit: false, reason: 'never-cached', value: ['one', false, ['a.txt'], 2] });
    expect(await ask()).toMatchObject({ hit: true, level: 'memory' });
    write(root, 'src/a.txt', 'another');
    expect(await ask()).toMatchObject({
      hit: false,
      reason: 'changed',
      value: ['another', false, ['a.txt'], 2],
    });
    write(root, 'src/b.txt', 'new');
    expect(await ask()).toMatchObject({ hit: false, value: ['another', true, ['a.txt', 'b.txt'], 2] });
    expect(computations).toBe(3);
  });

  it('follows globs, tags and topics', async () => {
    const { root, api } = await opened();
    write(root, 'src/a.ts', '');
    const names = api.namespace('my-extension');
    const ask = () =>
      names.getOrCompute({ of: 'files' }, async (context) => {
        context.tag('mine/files');
        context.topic('tool:web');
        return context.glob('src/**/*.ts');
      });
    expect((await ask()).value).toEqual(['src/a.ts']);
    write(root, 'src/deep/b.ts', '');
    expect((await ask()).value).toEqual(['src/a.ts', 'src/deep/b.ts']);
    expect(await api.invalidate({ tag: 'mine' })).toMatchObject({ entries: 1, levels: { memory: 1 } });
    expect(await ask()).toMatchObject({ hit: false, reason: 'invalidated' });
    expect(await api.invalidate({ topic: 'tool' })).toMatchObject({ entries: 1 });
    expect((await ask()).hit).toBe(false);
  });

  it('keeps what it is told, for as long as it is told', async () => {
    const { api } = await opened();
    const notes = api.namespace('my-extension');
    await notes.set(['a'], { b: [1] }, { tags: ['t'], memoryOnly: true });
    expect(await notes.get(['a'])).toEqual({ b: [1] });
    expect(await notes.delete(['a'])).toBe(true);
    expect(await notes.delete(['a'])).toBe(false);
    expect(await notes.get(['a'])).toBeUndefined();
    await notes.set(['short'], 1, { ttlMs: 1 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await notes.get(['short'])).toBeUndefined();
  });

  it('shares its keys with what agents look up', async () => {
    const { api, engine } = await opened();
    await api.namespace('tool').set(['web_search', 'a:b'], 'found');
    expect(await engine.workspace.get('tool:web_search:a%3Ab')).toBe('found');
  });

  it('refuses a namespace that is none or the product’s own, and parts that make no key', async () => {
    const { api } = await opened();
    expect(() => api.namespace('analysis')).toThrow(/analyse\(\)/);
    expect(() => api.namespace('My Extension')).toThrow('lower-case');
    const mine = api.namespace('mine');
    await expect(mine.get([] as never)).rejects.toThrow(/./);
    await expect(mine.get('text' as never)).rejects.toThrow('"parts" is a list');
    await expect(mine.set([{}] as never, 1)).rejects.toThrow('"parts" is a list');
    await expect(api.invalidate({} as never)).rejects.toThrow('exactly one');
    await expect(api.invalidate({ tag: 'a', all: true } as never)).rejects.toThrow('exactly one');
  });

  it('hands on what a computation fails with, keeps nothing of it, and can be given up', async () => {
    const { api } = await opened();
    const mine = api.namespace('mine');
    const fails = async () => {
      throw new TypeError('no');
    };
    await expect(mine.getOrCompute(['f'], fails)).rejects.toThrow(TypeError);
    expect(await mine.get(['f'])).toBeUndefined();
    const signal = AbortSignal.abort(new Error('given up'));
    await expect(mine.getOrCompute(['g'], async () => 1, { signal })).rejects.toThrow('given up');
  });

  it('tells of invalidations and of changed files, to each listener until it is gone', async () => {
    const { root, api, engine, problems } = await opened();
    write(root, 'a.txt', '1');
    await api
      .namespace('mine')
      .getOrCompute(['a'], async (context) => (await context.readFile('a.txt'))?.text());
    const invalidated: AgentCacheEvent[] = [];
    const changed: AgentCacheEvent[] = [];
    api.onDidInvalidate(() => {
      throw new Error('a listener of another extension');
    });
    const listener = api.onDidInvalidate((event) => invalidated.push(event));
    api.onDidChange((event) => changed.push(event));
    write(root, 'a.txt', 'two');
    engine.workspace.hint('a.txt');
    await engine.workspace.settled();
    expect(changed).toMatchObject([{ text: 'a.txt changed: 1 entry invalid', entries: 1 }]);
    await api.namespace('mine').set(['b'], 1);
    const { undo } = await api.invalidate({ namespace: 'mine' });
    expect(invalidated).toMatchObject([{ text: 'Invalidated namespace mine: 1 entry', entries: 1 }]);
    expect(await api.undo(undo)).toMatchObject({ entries: 1 });
    expect(invalidated).toHaveLength(2);
    listener.dispose();
    await api.invalidate({ all: true });
    expect(invalidated).toHaveLength(2);
    expect(problems.join()).toContain('a listener of another extension');
    await expect(api.undo('nonsense')).rejects.toThrow(/./);
  });

  it('names the analyses, and refuses what is none', async () => {
    const { api } = await opened();
    expect(api.analyses).toContain('outline');
    await expect(api.analyse('nonsense', {})).rejects.toThrow('There is no analysis "nonsense"');
    await expect(api.analyse('outline', { path: '../x' })).rejects.toThrow('".."');
  });
});
