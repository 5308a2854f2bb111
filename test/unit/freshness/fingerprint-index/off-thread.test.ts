import { mkdirSync, readFileSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { digest } from '../../../../src/cache/digest.ts';
import { FolderDisk } from '../../../../src/freshness/disk.ts';
import { OffThread, type OffThreadOptions } from '../../../../src/freshness/fingerprint-index/off-thread.ts';
import { readRow } from '../../../../src/freshness/fingerprint-index/stat-rows.ts';
import { StatsAhead } from '../../../../src/freshness/fingerprint-index/stats-ahead.ts';
import { Fingerprints } from '../../../../src/freshness/fingerprints.ts';
import { OverlayDisk } from '../../../../src/freshness/overlay-disk.ts';
import { temporaryFolder, write } from '../../../support/workspace.ts';
import { opened, rested, workerFile } from './opened.ts';

vi.setConfig({ testTimeout: 60_000 }); // real files and threads, on a machine that may be loaded

let worker: string;
beforeAll(async () => {
  worker = await workerFile();
});

const PATHS = Array.from({ length: 600 }, (_, i) => `folder-${i % 7}/file-${i}.txt`);

function manyFiles(): string {
  const root = temporaryFolder();
  for (const path of PATHS) write(root, path, path);
  return root;
}

/** A worker that fails in its own way; writes a line for each start and request. */
function faulty(what: string): { worker: string; log: () => string[] } {
  const folder = temporaryFolder();
  const script = join(folder, 'faulty.cjs');
  const source = `
    const { parentPort } = require('node:worker_threads');
    const { appendFileSync } = require('node:fs');
    const log = (line) => appendFileSync(${JSON.stringify(join(folder, 'log'))}, line + '\\n');
    log('start');
    parentPort.on('message', (ask) => { log(ask.op); ${what} });
    parentPort.postMessage({ ready: true });`;
  writeFileSync(script, source);
  writeFileSync(join(folder, 'log'), '');
  return {
    worker: script,
    log: () => readFileSync(join(folder, 'log'), 'utf8').split('\n').slice(0, -1),
  };
}

function offThread(root: string, options: Partial<OffThreadOptions> = {}) {
  const problems: string[] = [];
  const problem = (error: Error) => void problems.push(error.message);
  const disk = new FolderDisk(root);
  const stats: string[] = [];
  const counting = {
    stat(path: string) {
      stats.push(path);
      return disk.stat(path);
    },
  };
  const off = new OffThread({ root, disk: counting, problem, timeoutMs: 60_000, ...options });
  return { off, problems, disk, /** Paths looked at on this thread. */ stats };
}

describe('stats taken in the worker', () => {
  it('are those of the disk, in the order of the paths, and none is taken on this thread', async () => {
    const root = manyFiles();
    mkdirSync(join(root, 'empty'));
    symlinkSync('empty', join(root, 'link'));
    symlinkSync('nowhere', join(root, 'dangling'));
    const paths = [...PATHS, '', 'empty', 'link', 'dangling', 'nothing', 'folder-1/file-1.txt/below', 'ä/日'];
    const { off, disk, stats, problems } = offThread(root, { worker });
    const rows = await off.stat(paths);
    expect(stats).toEqual([]);
    for (const [i, path] of paths.entries())
      expect(readRow(rows, i), path).toEqual(disk.stat(path) ?? 'absent');
    expect(problems).toEqual([]);
    off.close();
  });

  it('are asked for in batches', async () => {
    const root = manyFiles();
    const { worker: script, log } = faulty(
      'const n = ask.paths.split("\\0").length; log(String(n)); parentPort.postMessage({ id: ask.id, stats: new Float64Array(5 * n) });',
    );
    const { off } = offThread(root, { worker: script });
    await off.stat(Array.from({ length: 10_000 }, (_, i) => `f${i}`));
    expect(log()).toEqual(['start', 'stat', '4096', 'stat', '4096', 'stat', '1808']);
    off.close();
  });

  it('need no worker when they are few, and none is started without a need', async () => {
    const root = manyFiles();
    const { worker: script, log } = faulty('');
    const { off, stats } = offThread(root, { worker: script });
    await off.stat(PATHS.slice(0, 256));
    expect(stats).toHaveLength(256);
    off.close();
    expect(log()).toEqual([]);
  });
});

describe('a worker that fails', () => {
  it.each([
    ['crashes', 'throw new Error("out of order");', 'out of order'],
    ['exits', 'process.exit(3);', 'exit code 3'],
    ['hangs', 'for (;;);', 'no sign of life within'],
    ['does not answer', '', 'no sign of life within'],
  ])(
    'because it %s costs no answer: this thread does the work, and it is told once',
    async (_, what, told) => {
      const root = manyFiles();
      const { worker: script, log } = faulty(what);
      const { off, problems, stats, disk } = offThread(root, { worker: script, timeoutMs: 300 });
      for (let round = 0; round < 3; round++) {
        const rows = await off.stat(PATHS);
        expect(readRow(rows, 5)).toEqual(disk.stat(PATHS[5] as string));
        expect(stats).toHaveLength(PATHS.length * (round + 1));
      }
      expect(problems).toEqual([expect.stringContaining(told)]);
      expect(log()).toEqual(['start', 'stat']);
      off.close();
    },
  );

  it('because there is no such file costs no answer either', async () => {
    const root = manyFiles();
    const { off, problems, stats } = offThread(root, { worker: '/nowhere/worker.js' });
    await off.stat(PATHS);
    expect(stats).toHaveLength(PATHS.length);
    expect(problems).toEqual([expect.stringContaining('Cannot find module')]);
    off.close();
  });

  it('is started again after a while', async () => {
    const root = manyFiles();
    const { worker: script, log } = faulty('process.exit(3);');
    const { off, problems } = offThread(root, { worker: script });
    await off.stat(PATHS);
    const now = performance.now.bind(performance);
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + 60_000);
    await off.stat(PATHS);
    clock.mockRestore();
    expect(log()).toEqual(['start', 'stat', 'start', 'stat']);
    expect(problems).toHaveLength(2);
    off.close();
  });

  it('in the middle of a check leaves nothing unchecked', async () => {
    const root = manyFiles();
    const file = join(temporaryFolder(), 'fingerprints.bin');
    await rested();
    await opened(root, file).know(PATHS);
    unlinkSync(join(root, PATHS[3] as string));
    writeFileSync(join(root, PATHS[400] as string), 'another');
    await rested();
    const { worker: script, log } = faulty(
      'if (ask.op === "check") Atomics.add(new Int32Array(ask.task.next), 0, 1), process.exit(1); else parentPort.postMessage({ id: ask.id, stats: new Float64Array(3000) });',
    );
    const after = opened(root, file, { worker: script });
    await after.offThread.stat(PATHS);
    await after.index.load();
    expect(log()).toContain('check');
    expect(new Set(after.moved)).toEqual(new Set([PATHS[3], PATHS[400]]));
    expect(after.problems).toEqual([expect.stringContaining('exit code 1')]);
  });

  it('is not started once closed, and whoever waits is answered', async () => {
    const root = manyFiles();
    const { worker: script, log } = faulty('');
    const { off, problems, stats } = offThread(root, { worker: script });
    const waiting = off.stat(PATHS);
    await vi.waitUntil(() => log().includes('stat'));
    off.close();
    await waiting;
    await off.stat(PATHS);
    expect(stats).toHaveLength(PATHS.length * 2);
    expect(log()).toEqual(['start', 'stat']);
    expect(problems).toEqual([]);
  });
});

describe('many glances', () => {
  it.each(['worker', 'main'] as const)('in the %s say what single ones say', async (where) => {
    const root = manyFiles();
    await rested();
    const { off, disk } = offThread(root, where === 'worker' ? { worker } : {});
    const below = new StatsAhead(disk, off);
    const fingerprints = new Fingerprints(below);
    fingerprints.ahead = below;
    for (const path of PATHS.slice(0, 300)) await fingerprints.settle(path);
    writeFileSync(join(root, PATHS[0] as string), 'another');
    unlinkSync(join(root, PATHS[1] as string));
    const paths = [...PATHS, 'nothing'];
    const here = vi.spyOn(disk, 'stat');
    const many = await fingerprints.glanceMany(paths);
    if (where === 'worker') expect(here).not.toHaveBeenCalled();
    for (const path of paths) expect(many.get(path), path).toEqual(fingerprints.probe(path));
    expect(many.get(PATHS[0] as string)).toBeUndefined();
    expect(many.get(PATHS[1] as string)).toEqual({ kind: null, digest: null });
    expect(many.get(PATHS[2] as string)).toMatchObject({ kind: 'file', digest: digest(PATHS[2] as string) });
    off.close();
  });

  it('see the text of an editor before that of the disk', async () => {
    const root = manyFiles();
    await rested();
    const { off, disk } = offThread(root, { worker });
    const below = new StatsAhead(disk, off);
    const overlay = new OverlayDisk(below);
    const fingerprints = new Fingerprints(overlay);
    fingerprints.ahead = below;
    const path = PATHS[9] as string;
    for (const one of PATHS) await fingerprints.settle(one);
    overlay.set(path, () => 'in the editor');
    expect((await fingerprints.glanceMany(PATHS)).get(path)).toBeUndefined();
    await fingerprints.settle(path);
    expect((await fingerprints.glanceMany(PATHS)).get(path)?.digest).toBe(digest('in the editor'));
    overlay.remove(path);
    expect((await fingerprints.glanceMany(PATHS)).get(path)?.digest).not.toBe(digest('in the editor'));
    off.close();
  });
});
