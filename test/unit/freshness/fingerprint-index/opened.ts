import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';
import type { FileId } from '../../../../src/freshness/context.ts';
import { FolderDisk } from '../../../../src/freshness/disk.ts';
import { FingerprintIndex } from '../../../../src/freshness/fingerprint-index/fingerprint-index.ts';
import { OffThread } from '../../../../src/freshness/fingerprint-index/off-thread.ts';
import { Fingerprints } from '../../../../src/freshness/fingerprints.ts';

let bundled: Promise<string> | undefined;

/** The worker, bundled as it ships, once per test file. */
export function workerFile(): Promise<string> {
  bundled ??= (async () => {
    const outfile = join(mkdtempSync(join(tmpdir(), 'agent-cache-worker-')), 'fingerprint-worker.mjs');
    const entryPoints = ['src/freshness/fingerprint-index/fingerprint-worker.ts'];
    await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'esm' });
    return outfile;
  })();
  return bundled;
}

/** Until what was written is no longer so recent that a further change could look the same. */
export function rested(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 150));
}

/** A process's view of a folder: what it knows, its index, and what it was told. */
export function opened(
  root: string,
  file: string,
  options: {
    worker?: string;
    now?: () => number;
    mostPaths?: number;
    fewPaths?: number;
    everyMs?: number;
    timeoutMs?: number;
  } = {},
) {
  const { worker, now = Date.now, mostPaths, fewPaths = 0, everyMs, timeoutMs = 60_000 } = options;
  const disk = new FolderDisk(root);
  const fingerprints = new Fingerprints(disk, now);
  const problems: string[] = [];
  const moved: FileId[] = [];
  const problem = (error: Error) => void problems.push(error.message);
  const offThread = new OffThread({
    root,
    disk,
    problem,
    timeoutMs,
    ...(worker !== undefined && { worker }),
  });
  const index = new FingerprintIndex(fingerprints, {
    file,
    root,
    disk,
    offThread,
    now,
    fewPaths,
    problem,
    moved: (paths) => void moved.push(...paths),
    ...(mostPaths !== undefined && { mostPaths }),
    ...(everyMs !== undefined && { everyMs }),
  });
  onTestFinished(() => offThread.close());
  /** Looks at the paths, and ends like a process that is closed. */
  const know = async (paths: Iterable<FileId>) => {
    await index.load();
    for (const path of paths) await fingerprints.settle(path);
    await index.close();
    offThread.close();
  };
  return { disk, fingerprints, offThread, index, moved, problems, know };
}
