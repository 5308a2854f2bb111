import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { encodeBlock } from '../../../../src/freshness/fingerprint-index/index-block.ts';
import { temporaryFolder, write } from '../../../support/workspace.ts';
import { opened, rested, workerFile } from './opened.ts';

vi.setConfig({ testTimeout: 60_000 }); // real files and threads, on a machine that may be loaded

/** So many that the worker is asked for their stats, and is at work when the check begins. */
const NOWHERE = Array.from({ length: 300 }, () => 'nowhere.txt');

let worker: string;
beforeAll(async () => {
  worker = await workerFile();
});

/** A folder whose paths are known, and in which then something happens while no process runs. */
async function changedWhileClosed(
  files: Record<string, string>,
  change: (at: (path: string) => string, root: string) => void,
  where: 'worker' | 'main',
  now: { before?: () => number; after?: () => number } = {},
) {
  const root = temporaryFolder();
  const file = join(temporaryFolder(), 'fingerprints.bin');
  for (const [path, text] of Object.entries(files)) write(root, path, text);
  await rested();
  const paths = [...Object.keys(files), '', 'folder'];
  mkdirSync(join(root, 'folder'), { recursive: true });
  await rested();
  const before = opened(root, file, { ...(now.before && { now: now.before }) });
  await before.know(paths);
  change((path) => join(root, path), root);
  await rested();
  const after = opened(root, file, {
    ...(where === 'worker' && { worker }),
    ...(now.after && { now: now.after }),
  });
  if (where === 'worker') await after.offThread.stat(NOWHERE);
  const report = await after.index.load();
  expect(after.problems).toEqual([]);
  const used = after.offThread.ready;
  const moved = new Set(after.moved);
  /** The state as it is told without reading, and by one who never heard of an index. */
  const states = async (path: string) => {
    const reads = after.fingerprints.reads;
    const told = after.fingerprints.probe(path);
    expect(after.fingerprints.reads).toBe(reads);
    const { kind, digest } = (await opened(root, `${file}.none`).fingerprints.settle(path)) ?? {};
    return { told: told && { kind: told.kind, digest: told.digest }, true: { kind, digest } };
  };
  return { root, report, moved, states, after, used };
}

describe.each(['worker', 'main'] as const)('the check after a restart, in the %s', (where) => {
  it('case 26: finds everything that changed while the editor was closed, and nothing else', async () => {
    const { report, moved, states, used } = await changedWhileClosed(
      { 'a.txt': 'a', 'b.txt': 'b', 'folder/c.txt': 'c', 'd.txt': 'd' },
      (at) => {
        writeFileSync(at('a.txt'), 'another');
        unlinkSync(at('b.txt'));
        writeFileSync(at('folder/e.txt'), 'e');
      },
      where,
    );
    expect(used).toBe(where === 'worker');
    expect([...moved].sort()).toEqual(['', 'a.txt', 'b.txt', 'folder']);
    expect(report).toMatchObject({ changed: 4, touched: 0 });
    for (const path of ['b.txt', 'folder', 'folder/c.txt', 'd.txt', '']) {
      const { told, true: really } = await states(path);
      expect(told, path).toEqual(really);
    }
    expect((await states('a.txt')).told).toBeUndefined(); // another size says enough: who needs it reads it
  });

  it('finds everything when everything changed', async () => {
    const files = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`f${i}.txt`, `${i}`]));
    const paths = Object.keys(files);
    const { moved, states } = await changedWhileClosed(
      files,
      (at) => {
        for (const path of paths) writeFileSync(at(path), '#'.repeat(files[path]?.length ?? 0));
      },
      where,
    );
    expect(moved).toEqual(new Set(paths));
    const { told, true: really } = await states('f7.txt');
    expect(told).toEqual(really);
  });

  it('says nothing of a touch, and needs no reading after it', async () => {
    const { report, moved, states } = await changedWhileClosed(
      { 'a.txt': 'a', 'b.txt': 'b' },
      (at) => {
        utimesSync(at('a.txt'), new Date(), new Date());
        writeFileSync(at('b.txt'), 'b');
      },
      where,
    );
    expect(moved.size).toBe(0);
    expect(report).toMatchObject({ changed: 0, touched: 2 });
    for (const path of ['a.txt', 'b.txt']) {
      const { told, true: really } = await states(path);
      expect(told).toEqual(really);
    }
  });

  it('finds a same-size edit whose modification time was put back', async () => {
    const { moved } = await changedWhileClosed(
      { 'a.txt': 'one' },
      (at) => {
        const { atime, mtime } = statSync(at('a.txt'));
        writeFileSync(at('a.txt'), 'two');
        utimesSync(at('a.txt'), atime, mtime);
      },
      where,
    );
    expect([...moved]).toEqual(['a.txt']);
  });

  it('finds a replacement by an older file', async () => {
    const { moved, states } = await changedWhileClosed(
      { 'a.txt': 'new', 'old.txt': 'old' },
      (at) => {
        utimesSync(at('old.txt'), new Date(2001, 1, 1), new Date(2001, 1, 1));
        renameSync(at('old.txt'), at('a.txt'));
      },
      where,
    );
    expect([...moved].sort()).toEqual(['', 'a.txt', 'old.txt']);
    const { told, true: really } = await states('a.txt');
    expect(told).toEqual(really);
  });

  it('finds a file that became a folder, and a folder that became a file', async () => {
    const { moved, states } = await changedWhileClosed(
      { 'a.txt': 'a', 'folder/b.txt': 'b' },
      (at) => {
        unlinkSync(at('a.txt'));
        mkdirSync(at('a.txt'));
        rmSync(at('folder'), { recursive: true });
        writeFileSync(at('folder'), 'now a file');
      },
      where,
    );
    expect([...moved].sort()).toEqual(['a.txt', 'folder', 'folder/b.txt']);
    for (const path of ['a.txt', 'folder', 'folder/b.txt']) {
      const { told, true: really } = await states(path);
      expect(told, path).toEqual(really);
    }
  });

  it('finds a link that leads elsewhere, and an edit behind one', async () => {
    const { moved } = await changedWhileClosed(
      { 'one.txt': 'one', 'two.txt': 'two', 'link.txt': '', 'other.txt': '' },
      (at) => {
        unlinkSync(at('link.txt'));
        symlinkSync('two.txt', at('link.txt'));
        unlinkSync(at('other.txt'));
        symlinkSync('one.txt', at('other.txt'));
        writeFileSync(at('one.txt'), 'edited');
      },
      where,
    );
    expect([...moved].sort()).toEqual(['link.txt', 'one.txt', 'other.txt']);
  });

  it('reads nothing outside the folder when a path became a link out of it', async () => {
    const outside = temporaryFolder();
    writeFileSync(join(outside, 'secret.txt'), 'secret');
    writeFileSync(join(outside, 'c.txt'), 'c'); // the very content that was inside
    const { moved, after } = await changedWhileClosed(
      { 'a.txt': 'a', 'folder/c.txt': 'c' },
      (at) => {
        unlinkSync(at('a.txt'));
        symlinkSync(join(outside, 'secret.txt'), at('a.txt'));
        rmSync(at('folder'), { recursive: true });
        symlinkSync(outside, at('folder'));
      },
      where,
    );
    expect([...moved].sort()).toEqual(['a.txt', 'folder', 'folder/c.txt']);
    for (const path of ['a.txt', 'folder', 'folder/c.txt']) {
      expect(after.fingerprints.known(path), path).toBeUndefined();
      expect(await after.fingerprints.settle(path)).toMatchObject({ kind: 'unreadable' });
    }
  });

  it('takes for gone what is a name in a file, too long a name, or a link to itself', async () => {
    const { moved } = await changedWhileClosed(
      { 'folder/a.txt': 'a', 'loop.txt': 'l' },
      (at) => {
        rmSync(at('folder'), { recursive: true });
        writeFileSync(at('folder'), 'a file');
        unlinkSync(at('loop.txt'));
        symlinkSync('loop.txt', at('loop.txt'));
      },
      where,
    );
    expect([...moved].sort()).toEqual(['folder', 'folder/a.txt', 'loop.txt']);
  });

  it('reads all anew when the clock was set back since, as a change then may hide behind the same stat', async () => {
    const ahead = () => Date.now() + 3_600_000;
    const { report, states, after } = await changedWhileClosed({ 'a.txt': 'a' }, () => {}, where, {
      before: ahead,
    });
    // Nothing changed, but nothing of it could be taken for granted.
    expect(report.changed).toBe(0);
    expect(report.touched).toBe(report.paths);
    expect(after.fingerprints.known('a.txt')?.at).toBeLessThanOrEqual(Date.now());
    const { told, true: really } = await states('a.txt');
    expect(told).toEqual(really);
  });
});

describe('the index', () => {
  it('holds nothing that was looked at too soon after its change', async () => {
    const root = temporaryFolder();
    const file = join(temporaryFolder(), 'fingerprints.bin');
    write(root, 'rested.txt', 'a');
    await rested();
    const stamp = statSync(join(root, 'rested.txt')).ctimeMs;
    const before = opened(root, file);
    await before.index.load();
    await before.fingerprints.settle('rested.txt');
    write(root, 'racy.txt', 'b');
    await before.fingerprints.settle('racy.txt');
    const racy = before.fingerprints.known('racy.txt');
    await before.index.close();
    const after = opened(root, file);
    await after.index.load();
    expect(after.fingerprints.known('rested.txt')?.ctimeMs).toBe(stamp);
    // On a machine so slow that the look came later than the clock's tick there is nothing to see.
    if (racy && racy.at - racy.ctimeMs < 50) expect(after.fingerprints.known('racy.txt')).toBeUndefined();
  });

  it('is written only when something new is known', async () => {
    const root = temporaryFolder();
    const file = join(temporaryFolder(), 'fingerprints.bin');
    write(root, 'a.txt', 'a');
    await rested();
    await opened(root, file).know(['a.txt']);
    const { ino } = statSync(file);
    await opened(root, file).know(['a.txt']);
    expect(statSync(file).ino).toBe(ino);
    write(root, 'b.txt', 'b');
    await rested();
    await opened(root, file).know(['b.txt']);
    expect(statSync(file).ino).not.toBe(ino);
    const last = opened(root, file);
    expect(await last.index.load()).toMatchObject({ paths: 2, changed: 0 });
  });

  it('is written from time to time, so that a process that is killed loses little', async () => {
    const root = temporaryFolder();
    const file = join(temporaryFolder(), 'fingerprints.bin');
    write(root, 'a.txt', 'a');
    await rested();
    const first = opened(root, file, { everyMs: 20 });
    await first.index.load();
    await first.fingerprints.settle('a.txt');
    await vi.waitUntil(() => existsSync(file), { timeout: 30_000 });
    expect(await opened(root, file).index.load()).toMatchObject({ paths: 1, changed: 0 });
    await first.index.close();
  });

  it('forgets what is gone, though the worker tells of it before the rest is taken over', async () => {
    const root = temporaryFolder();
    const file = join(temporaryFolder(), 'fingerprints.bin');
    for (const path of ['a.txt', 'b.txt']) write(root, path, path);
    await rested();
    await opened(root, file).know(['a.txt', 'b.txt']);
    const second = opened(root, file);
    vi.spyOn(second.offThread, 'ready', 'get').mockReturnValue(true);
    vi.spyOn(second.offThread, 'check').mockImplementation(async (_task, part) => {
      part({ known: encodeBlock([]), changed: new Uint8Array(), lost: 'a.txt', done: [0] });
      return true;
    });
    expect(await second.index.load()).toMatchObject({ paths: 2, changed: 1 });
    expect(second.moved).toEqual(['a.txt']);
    expect(second.fingerprints.known('a.txt')).toBeUndefined();
    expect(second.fingerprints.known('b.txt')).toBeDefined();
  });

  it('holds no more paths than it may, and forgets those that are gone', async () => {
    const root = temporaryFolder();
    const file = join(temporaryFolder(), 'fingerprints.bin');
    for (let i = 0; i < 20; i++) write(root, `f${i}.txt`, `${i}`);
    await rested();
    const paths = Array.from({ length: 20 }, (_, i) => `f${i}.txt`);
    await opened(root, file, { mostPaths: 12 }).know(paths);
    expect((await opened(root, file).index.load()).paths).toBe(12);
    await opened(root, file).know(paths);
    for (let i = 0; i < 5; i++) unlinkSync(join(root, `f${i}.txt`));
    await opened(root, file).know([]);
    expect((await opened(root, file).index.load()).paths).toBe(15);
  });

  it.each([
    ['torn', (bytes: Buffer) => bytes.subarray(0, bytes.length - 9)],
    [
      'of another version',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 4), Buffer.from([9]), bytes.subarray(5)]),
    ],
    ['empty', () => Buffer.alloc(0)],
    ['no index', () => Buffer.from('{"json": true}'.repeat(100))],
  ])('counts as absent when it is %s, which is told, and is replaced', async (_, damage) => {
    const root = temporaryFolder();
    const file = join(temporaryFolder(), 'fingerprints.bin');
    write(root, 'a.txt', 'a');
    await rested();
    await opened(root, file).know(['a.txt']);
    writeFileSync(file, damage(readFileSync(file)));
    const second = opened(root, file);
    expect(await second.index.load()).toMatchObject({ paths: 0, changed: 0 });
    expect(second.problems).toEqual([expect.stringContaining('The index of fingerprints is')]);
    await second.know(['a.txt']);
    const third = opened(root, file);
    expect(await third.index.load()).toMatchObject({ paths: 1, changed: 0 });
    expect(third.problems).toEqual([]);
  });

  it('does not keep what is only in an editor', async () => {
    const root = temporaryFolder();
    const file = join(temporaryFolder(), 'fingerprints.bin');
    write(root, 'a.txt', 'a');
    const first = opened(root, file);
    await first.index.load();
    const stat = { kind: 'file', mtimeMs: 0, ctimeMs: 1, size: 0, ino: -1 } as const;
    first.disk.stat = () => stat;
    await first.fingerprints.settle('a.txt');
    expect(first.fingerprints.known('a.txt')).toMatchObject(stat);
    expect(first.fingerprints.seen('a.txt', first.fingerprints.known('a.txt')?.digest ?? '')).toBeUndefined();
    await first.index.close();
    expect(await opened(root, file).index.load()).toMatchObject({ paths: 0 });
  });
});
