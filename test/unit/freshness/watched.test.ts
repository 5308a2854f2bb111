import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, Namespaces } from '../../../src/cache/namespace.ts';
import { FolderDisk } from '../../../src/freshness/disk.ts';
import { temporaryFolder, workspaceWith, write } from '../../support/workspace.ts';

/** Counts looks at the disk. */
class CountingDisk extends FolderDisk {
  stats = 0;

  override stat(path: string) {
    this.stats++;
    return super.stat(path);
  }
}

function watched(files: Record<string, string>) {
  const root = temporaryFolder();
  for (const [path, text] of Object.entries(files)) write(root, path, text);
  const disk = new CountingDisk(root);
  const namespaces = new Namespaces((name) => ({
    ...DEFAULT_POLICY,
    freshness: name === 'watched' ? 'watched' : 'verified',
  }));
  const now = () => Date.now() + 60_000; // no change is recent: only the stat can give an edit away
  const { cache } = workspaceWith({}, { disk, namespaces, now });
  const ask = (namespace: string, path = 'a.txt') =>
    cache.getOrCompute(`${namespace}:${path}`, async (context) => (await context.readFile(path))?.text());
  /** Looks at the disk for one more hit. */
  const looks = async (namespace: string) => {
    const before = disk.stats;
    expect((await ask(namespace)).from).toBe('memory');
    return disk.stats - before;
  };
  return { cache, ask, looks, write: (path: string, text: string) => write(root, path, text) };
}

describe('a namespace that is content with the watcher', () => {
  it('looks at no file for a hit while the watcher is known to be awake', async () => {
    const { cache, ask, looks } = watched({ 'a.txt': 'a' });
    await ask('watched');
    expect(await looks('watched')).toBeGreaterThan(0);
    cache.watcher.awake();
    await looks('watched'); // from here on it is vouched for
    expect(await looks('watched')).toBe(0);
    expect(cache.cache.peek('watched:a.txt')).toBe('a');
  });

  it('is verified like every other one without such a watcher, and the others are with it', async () => {
    const { cache, ask, looks } = watched({ 'a.txt': 'a' });
    await ask('watched');
    await ask('other');
    for (let i = 0; i < 3; i++) expect(await looks('watched')).toBeGreaterThan(0);
    cache.watcher.awake();
    for (let i = 0; i < 3; i++) expect(await looks('other')).toBeGreaterThan(0);
  });

  it('gives the new answer once the watcher has spoken, also before that has been followed', async () => {
    const { cache, ask, looks, write } = watched({ 'a.txt': 'a' });
    cache.watcher.awake();
    await ask('watched');
    await looks('watched');
    write('a.txt', 'b');
    expect((await ask('watched')).value).toBe('a'); // what it is content with
    cache.hint('a.txt');
    expect((await ask('watched')).value).toBe('b');
    write('a.txt', 'c');
    cache.hint('a.txt');
    await cache.settled();
    expect(cache.cache.entry('watched:a.txt')).toBeUndefined();
    expect((await ask('watched')).value).toBe('c');
  });

  it('is verified again after the watcher was asleep, whatever was vouched for before', async () => {
    const { cache, ask, looks, write } = watched({ 'a.txt': 'a' });
    cache.watcher.awake();
    await ask('watched');
    await looks('watched');
    expect(await looks('watched')).toBe(0);
    cache.watcher.asleep();
    write('a.txt', 'b'); // nobody says so
    cache.watcher.awake();
    expect((await ask('watched')).value).toBe('b');
  });

  it('is verified when it rests on what no watcher knows of', async () => {
    let value = 'one';
    const { cache } = workspaceWith(
      {},
      {
        namespaces: new Namespaces(() => ({ ...DEFAULT_POLICY, freshness: 'watched' })),
        facts: { env: () => value, setting: () => undefined },
      },
    );
    cache.watcher.awake();
    const ask = () => cache.getOrCompute('watched:env', async (context) => context.env('MODE'));
    for (let i = 0; i < 3; i++) expect((await ask()).value).toBe('one');
    value = 'two';
    expect((await ask()).value).toBe('two');
  });
});
