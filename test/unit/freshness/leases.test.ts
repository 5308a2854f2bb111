import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { FolderDisk } from '../../../src/freshness/disk.ts';
import { DeclarationError, type Declared } from '../../../src/freshness/leases/declared.ts';
import { LeaseRefused } from '../../../src/freshness/leases/leases.ts';
import { OverlayDisk } from '../../../src/freshness/overlay-disk.ts';
import type { SelectorInput } from '../../../src/freshness/selector.ts';
import type { WorkspaceCache } from '../../../src/freshness/workspace-cache.ts';
import type { WorkspaceCacheOptions } from '../../../src/freshness/workspace-options.ts';
import { Random } from '../../support/fuzz/random.ts';
import { workspaceWith } from '../../support/workspace.ts';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** Until what was written can be told from what is written next. */
const quiet = () => sleep(80);

const KEY = 'result:report';
const SEEDS = 60;
const FILES = { 'src/a.ts': 'one', 'src/b.ts': 'two', 'lib/c.ts': 'three' };

async function open(options: Partial<WorkspaceCacheOptions> = {}) {
  const made = workspaceWith(FILES, options);
  await quiet();
  const { cache } = made;
  return {
    ...made,
    lease: (dependsOn: readonly Declared[] = [], tags: readonly string[] = []) =>
      cache.leases.give(KEY, { tags, dependsOn }),
    put: (lease: string, dependsOn: readonly Declared[] = [], key = KEY) =>
      cache.put(key, 'value', { dependsOn, lease, tags: ['task/7'] }),
    at: (path: string) => join(made.root, path),
  };
}

async function refused(storing: Promise<unknown>, why: RegExp, cache: WorkspaceCache): Promise<void> {
  await expect(storing).rejects.toThrow(LeaseRefused);
  await expect(storing).rejects.toThrow(why);
  expect(await cache.get(KEY)).toBeUndefined();
}

describe('a value stored with what it rests on', () => {
  it.each([
    ['src/a.ts', (root: string) => writeFileSync(join(root, 'src/a.ts'), 'ONE')],
    [{ file: 'src/a.ts' }, (root: string) => rmSync(join(root, 'src/a.ts'))],
    [{ absent: 'src/new.ts' }, (root: string) => writeFileSync(join(root, 'src/new.ts'), '')],
    [{ absent: 'none/new.ts' }, (root: string) => mkdirSync(join(root, 'none/new.ts'), { recursive: true })],
    [{ folder: 'src' }, (root: string) => writeFileSync(join(root, 'src/new.ts'), '')],
    [{ glob: 'src/*.ts' }, (root: string) => writeFileSync(join(root, 'src/new.ts'), '')],
    [{ entry: 'result:below' }, (_: string, cache: WorkspaceCache) => cache.set('result:below', 2)],
    [{ topic: 'tool:x/y' }, (_: string, cache: WorkspaceCache) => cache.invalidate({ topic: 'tool:x' })],
    [{ env: 'LEASE_TEST' }, () => void vi.stubEnv('LEASE_TEST', 'other')],
  ] as [Declared, (root: string, cache: WorkspaceCache) => unknown][])(
    'on %j is served until that changes, under a lease and without one',
    async (declared, change) => {
      vi.stubEnv('LEASE_TEST', 'one');
      onTestFinished(() => void vi.unstubAllEnvs());
      const { cache, root, lease, put } = await open();
      await cache.set('result:below', 1);
      expect(await cache.put(KEY, 'plain', { dependsOn: [declared] })).toBe(true);
      expect(await cache.get(KEY)).toBe('plain');
      expect(await put(await lease([declared]))).toBe(true);
      expect(await cache.get(KEY)).toBe('value');
      expect(cache.tags.under('task')).toHaveLength(1);
      await change(root, cache);
      expect(await cache.get(KEY)).toBeUndefined();
    },
  );

  it.each([
    ['src/none.ts', /There is no file src\/none\.ts/],
    ['src', /There is no file src/],
    [{ absent: 'src/a.ts' }, /src\/a\.ts is there/],
    [{ folder: 'src/a.ts' }, /There is no folder/],
    [{ entry: 'result:none' }, /There is no entry result:none/],
    ['../a', /clean/],
  ] as [Declared, RegExp][])('on %j is refused when that is not so', async (declared, why) => {
    const { cache, lease } = await open();
    await expect(cache.put(KEY, 1, { dependsOn: [declared] })).rejects.toThrow(why);
    await expect(lease([declared])).rejects.toThrow(why);
    expect(await cache.get(KEY)).toBeUndefined();
    if (typeof declared === 'object') await expect(lease([declared])).rejects.toThrow(DeclarationError);
  });

  it('is not kept, and says so, while caching is paused', async () => {
    const { cache } = await open();
    cache.cache.enabled = false;
    expect(await cache.put(KEY, 1, { dependsOn: ['src/a.ts'] })).toBe(false);
  });
});

type Change = (at: (path: string) => string) => unknown;

/** What can happen to `src/a.ts`, or `src/new.ts`, or the folder, between lease and store; most leave things as they were. */
const MOVES: [string, Declared, Change][] = [
  ['an edit', 'src/a.ts', (at) => writeFileSync(at('src/a.ts'), 'two')],
  [
    'an edit and back',
    'src/a.ts',
    async (at) => {
      writeFileSync(at('src/a.ts'), 'two');
      await sleep(30);
      writeFileSync(at('src/a.ts'), 'one');
    },
  ],
  [
    'an edit with its time restored, and back',
    'src/a.ts',
    (at) => {
      writeFileSync(at('src/a.ts'), 'two');
      writeFileSync(at('src/a.ts'), 'one');
      utimesSync(at('src/a.ts'), 1e9, 1e9);
    },
  ],
  ['another file in its place by renaming', 'src/a.ts', (at) => renameSync(at('src/b.ts'), at('src/a.ts'))],
  [
    'another folder in its place, and back',
    'src/a.ts',
    (at) => {
      for (const [from, to] of [
        ['src', 'aside'],
        ['lib', 'src'],
        ['src', 'lib'],
        ['aside', 'src'],
      ] as const)
        renameSync(at(from), at(to));
    },
  ],
  [
    'a file that came and went',
    { absent: 'src/new.ts' },
    (at) => {
      writeFileSync(at('src/new.ts'), '');
      unlinkSync(at('src/new.ts'));
    },
  ],
  [
    'a folder that came and went',
    { absent: 'new/deep/file.ts' },
    (at) => {
      mkdirSync(at('new/deep'), { recursive: true });
      writeFileSync(at('new/deep/file.ts'), '');
      rmSync(at('new'), { recursive: true });
    },
  ],
  [
    'a name that came and went',
    { folder: 'src' },
    (at) => {
      writeFileSync(at('src/new.ts'), '');
      unlinkSync(at('src/new.ts'));
    },
  ],
];

describe('a lease', () => {
  it('lets a value in that was computed from what it declares, before or after', async () => {
    for (const [early, late] of [
      [['src/a.ts', { absent: 'x.ts' }, { folder: 'src' }], []],
      [[], ['src/a.ts', { absent: 'x.ts' }, { folder: 'src' }, { topic: 'agent:x' }]],
      [['src/a.ts'], ['src/a.ts', 'lib/c.ts']],
    ] as [Declared[], Declared[]][]) {
      const { cache, lease, put } = await open();
      expect(await put(await lease(early), late)).toBe(true);
      expect(await cache.get(KEY)).toBe('value');
      expect(cache.leases.size).toBe(0);
    }
  });

  it.each(MOVES)('refuses what rests on an input with %s in between', async (_, declared, change) => {
    for (const when of ['early', 'late']) {
      const { cache, lease, put, at } = await open();
      const token = await lease(when === 'early' ? [declared] : []);
      await change(at);
      await refused(
        put(token, when === 'late' ? [declared] : []),
        /Something moved since the lease was given: /,
        cache,
      );
    }
  });

  it('does not mind what happens beside an input', async () => {
    const { cache, lease, put, at } = await open();
    const token = await lease(['src/a.ts']);
    writeFileSync(at('src/new.ts'), '');
    writeFileSync(at('src/b.ts'), 'edited');
    mkdirSync(at('src/deep'));
    expect(await put(token, ['lib/c.ts'])).toBe(true);
    expect(await cache.get(KEY)).toBe('value');
  });

  it('takes a file at once that was written a moment ago, when it is declared with it', async () => {
    const { cache, lease, put, at } = await open();
    writeFileSync(at('src/a.ts'), 'just now');
    const token = await lease(['src/a.ts']);
    expect(await put(token)).toBe(true);
    expect(await cache.get(KEY)).toBe('value');
  });

  it('refuses a file that was written a moment before it and is declared after it: it may have been after it', async () => {
    const { cache, lease, put, at } = await open();
    writeFileSync(at('src/a.ts'), 'just now');
    await refused(put(await lease(), ['src/a.ts']), /src\/a\.ts may have changed/, cache);
  });

  it('takes no file that has unsaved text in an editor: nobody outside has read that', async () => {
    const folder = workspaceWith(FILES);
    const disk = new OverlayDisk(new FolderDisk(folder.root));
    const { cache } = workspaceWith({}, { disk });
    disk.set('src/a.ts', () => 'not saved');
    const dependsOn = ['src/a.ts'];
    for (const asked of [cache.put(KEY, 1, { dependsOn }), cache.leases.give(KEY, { tags: [], dependsOn })])
      await expect(asked).rejects.toThrow(/src\/a\.ts has unsaved text in an editor/);
    disk.remove('src/a.ts');
    expect(await cache.put(KEY, 1, { dependsOn })).toBe(true);
  });

  it('cannot vouch for what a link leads to', async () => {
    const { cache, lease, put, at } = await open();
    symlinkSync('src', at('linked'));
    symlinkSync('a.ts', at('src/alias.ts'));
    await quiet();
    for (const path of ['linked/a.ts', 'src/alias.ts']) {
      await refused(put(await lease([path])), /leads through a link/, cache);
      await refused(put(await lease(), [path]), /leads through a link/, cache);
    }
  });

  it.each([
    (path: string): Declared => path,
    (absent: string): Declared => ({ absent }),
    (folder: string): Declared => ({ folder }),
  ])('says nothing of what is behind a link out of the workspace', async (declared) => {
    const { cache, at } = await open();
    const outside = workspaceWith({ 'there.ts': '', 'there/a.ts': '' });
    symlinkSync(outside.root, at('linked'));
    const said = (path: string) =>
      cache.leases.give(KEY, { tags: [], dependsOn: [declared(path)] }).then(
        () => 'a lease',
        (error: Error) => error.message.replaceAll(path, 'PATH'),
      );
    const there = await said('linked/there.ts');
    expect(there).toMatch(/leads out of the workspace/);
    for (const path of ['linked/none.ts', 'linked/there', 'linked/none/none'])
      expect(await said(path)).toBe(there);
  });

  it.each([
    [{ glob: '**/*.ts' }, 'files of'],
    [{ env: 'HOME' }, 'environment variable HOME'],
    [{ setting: 'a.b' }, 'setting a.b'],
    [{ entry: 'result:below' }, 'entry result:below'],
  ] as [Declared, string][])('takes %j only when it is given', async (declared, what) => {
    const { cache, lease, put } = await open();
    await cache.set('result:below', 1);
    await refused(put(await lease(), [declared]), new RegExp(`${what}.*when the lease is taken`), cache);
    expect(await put(await lease([declared]), [declared])).toBe(true);
  });

  it.each([
    [{ key: KEY }],
    [{ keys: ['other:k', KEY] }],
    [{ pattern: 'result:*' }],
    [{ regex: 'report$' }],
    [{ tag: 'task' }],
    [{ tags: ['no', 'early'] }],
    [{ agent: 'writer' }],
    [{ topic: 'tool:x' }],
    [{ namespace: 'result' }],
    [{ file: 'src/a.ts' }],
    [{ all: true }],
  ] as [SelectorInput][])('is void when %j was invalidated in between', async (selector) => {
    const { cache, lease } = await open();
    const token = await lease(['src/a.ts', { topic: 'tool:x/y' }], ['early/tag']);
    await cache.invalidate(selector);
    const putting = cache.put(KEY, 1, { lease: token, tags: ['task/7'], agent: 'writer' });
    await refused(putting, /Something moved/, cache);
  });

  it.each([
    [{ glob: 'src/*.ts' }, ({ at }) => writeFileSync(at('src/new.ts'), '')],
    [{ env: 'LEASE_TEST' }, () => void vi.stubEnv('LEASE_TEST', 'other')],
    [{ entry: 'result:below' }, ({ cache }) => cache.set('result:below', 2)],
    [{ entry: 'result:below' }, ({ cache }) => cache.delete('result:below')],
  ] as [Declared, (made: Awaited<ReturnType<typeof open>>) => unknown][])(
    'refuses what rests on %j when that is another by now',
    async (declared, change) => {
      vi.stubEnv('LEASE_TEST', 'one');
      onTestFinished(() => void vi.unstubAllEnvs());
      const made = await open();
      await made.cache.set('result:below', 1);
      const token = await made.lease([declared]);
      await change(made);
      await refused(made.put(token), /Something moved/, made.cache);
    },
  );

  it.each([
    [{ key: 'other:k' }],
    [{ tag: 'task/8' }],
    [{ namespace: 'other' }],
    [{ regex: '^other' }],
    [{ level: 'memory' }],
    [{ file: 'src/b.ts' }],
  ] as [SelectorInput][])('is not void when %j was', async (selector) => {
    const { cache, lease, put } = await open();
    const token = await lease(['src/a.ts']);
    await cache.invalidate(selector);
    expect(await put(token)).toBe(true);
  });

  it.each([
    ['set', (cache: WorkspaceCache) => cache.set(KEY, 'set')],
    ['deleted', (cache: WorkspaceCache) => cache.delete(KEY)],
    ['put', (cache: WorkspaceCache) => cache.put(KEY, 'set', { dependsOn: ['src/b.ts'] })],
    ['deleted elsewhere', (cache: WorkspaceCache) => cache.hear([{ name: `key ${KEY}`, cause: '' }])],
  ] as const)('is void when the key was %s in between, which wins', async (_, change) => {
    const { cache, lease, put } = await open();
    const token = await lease(['src/a.ts']);
    await change(cache);
    const before = await cache.get(KEY);
    await expect(put(token)).rejects.toThrow(/the key was set, deleted or invalidated/);
    expect(await cache.get(KEY)).toBe(before);
  });

  it('is for one use, one key and one process', async () => {
    const { cache, lease, put } = await open();
    const token = await lease(['src/a.ts']);
    const other = await open();
    await refused(other.put(token), /not known here/, other.cache);
    await expect(put(token, [], 'result:other')).rejects.toThrow(
      'was given for result:report, not for result:other',
    );
    expect(await cache.get('result:other')).toBeUndefined();
    await refused(put(token), /not known here/, cache);
    const again = await lease(['src/a.ts']);
    expect(await put(again)).toBe(true);
    await expect(put(again)).rejects.toThrow(/not known here/);
    await expect(put('made up')).rejects.toThrow(/not known here/);
  });

  it('of which there are too many voids the oldest', async () => {
    const { cache, put } = await open();
    const tokens: string[] = [];
    for (let i = 0; i < 1001; i++) tokens.push(await cache.leases.give(KEY, { tags: [], dependsOn: [] }));
    expect(cache.leases.size).toBe(1000);
    await refused(put(tokens[0] as string), /not known here/, cache);
    expect(await put(tokens[1] as string)).toBe(true);
  });

  it('that holds too many inputs makes room as well', async () => {
    const made = workspaceWith({});
    const paths = Array.from({ length: 10_000 }, (_, i) => ({ absent: `none/${i}` }));
    for (let i = 0; i < 12; i++) await made.cache.leases.give(KEY, { tags: [], dependsOn: paths });
    expect(made.cache.leases.size).toBe(10);
  }, 60_000);

  it('ends after ten minutes, and when the clock is set back', async () => {
    let offset = 0;
    const { cache, lease, put } = await open({ now: () => Date.now() + offset });
    const steady = performance.now.bind(performance);
    let passed = 0;
    const spy = vi.spyOn(performance, 'now').mockImplementation(() => steady() + passed);
    onTestFinished(() => spy.mockRestore());
    const pass = (ms: number) => {
      offset += ms;
      passed += ms;
    };
    const kept = await lease(['src/a.ts']);
    pass(9 * 60_000);
    expect(await put(kept)).toBe(true);
    await cache.delete(KEY);
    const late = await lease(['src/a.ts']);
    pass(11 * 60_000);
    await refused(put(late), /too old/, cache);
    const back = await lease(['src/a.ts']);
    offset -= 5000;
    await refused(put(back), /clock was set back/, cache);
  });

  it('that nobody uses is gone when it is too old', async () => {
    const { cache, lease } = await open();
    const steady = performance.now.bind(performance);
    let passed = 0;
    const spy = vi.spyOn(performance, 'now').mockImplementation(() => steady() + passed);
    onTestFinished(() => spy.mockRestore());
    for (let i = 0; i < 5; i++) await lease();
    passed = 11 * 60_000;
    await lease();
    expect(cache.leases.size).toBe(1);
  });
});

it('whatever happens in between, a value that is served is what a computation would give now', async () => {
  let stored = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = new Random(seed);
    const { cache, root } = workspaceWith({ 'd/a': 'x', 'e/a': 'y', 'd/b': 'x' });
    const contents = new Map([
      ['d/a', 'x'],
      ['e/a', 'y'],
      ['d/b', 'x'],
    ]);
    const read = () => contents.get('d/a') ?? 'none';
    const at = (path: string) => join(root, path);
    const write = (path: string, text: string) => {
      mkdirSync(join(at(path), '..'), { recursive: true });
      writeFileSync(at(path), text);
      contents.set(path, text);
    };
    const steps: (() => void)[] = [
      () => write('d/a', 'x'),
      () => write('d/a', 'y'),
      () => write('d/b', random.below(2) ? 'x' : 'y'),
      () => {
        rmSync(at('d/a'), { force: true });
        contents.delete('d/a');
      },
      () => {
        if (!contents.has('e/a')) return;
        mkdirSync(at('d'), { recursive: true });
        renameSync(at('e/a'), at('d/a'));
        contents.set('d/a', contents.get('e/a') as string);
        contents.delete('e/a');
      },
      () => {
        mkdirSync(at('e'), { recursive: true });
        renameSync(at('d'), at('swap'));
        renameSync(at('e'), at('d'));
        renameSync(at('swap'), at('e'));
        const [a, b] = [contents.get('d/a'), contents.get('e/a')];
        for (const [path, text] of [
          ['d/a', b],
          ['e/a', a],
        ] as const)
          if (text === undefined) contents.delete(path);
          else contents.set(path, text);
      },
    ];
    const disturb = async () => {
      for (let i = random.below(3); i > 0; i--) {
        steps[random.below(steps.length)]?.();
        if (random.below(2)) await sleep(random.below(12));
      }
    };
    await disturb();
    if (random.below(3)) await quiet();
    const state = (): Declared => (contents.has('d/a') ? 'd/a' : { absent: 'd/a' });
    const early = random.below(2) === 1;
    const lease = await cache.leases.give(KEY, { tags: [], dependsOn: early ? [state()] : [] });
    if (random.below(2)) await disturb();
    const value = read();
    if (random.below(2)) await disturb();
    const putting = cache.put(KEY, value, { lease, dependsOn: early ? [] : [state()] }).then(
      () => stored++,
      (error: Error) => error.name,
    );
    if (random.below(3) === 0) await disturb();
    expect([expect.any(Number), 'LeaseRefused', 'DeclarationError']).toContainEqual(await putting);
    if (random.below(2)) await disturb();
    const served = await cache.get(KEY);
    if (served !== undefined) expect([seed, served]).toEqual([seed, read()]);
  }
  expect(stored).toBeGreaterThan(SEEDS / 20);
}, 60_000);
