import { parentPort, workerData } from 'node:worker_threads';
import type { FileId } from '../context.ts';
import { Fingerprints } from '../fingerprints.ts';
import { checkBlock, lookAgain, type Moved } from './check.ts';
import { BLOCK_RECORDS, Block, encodeBlock, type Known } from './index-block.ts';
import { glanceAt, ROW, writeRow } from './stat-rows.ts';
import { SyncFolderDisk } from './sync-disk.ts';
import { type Ask, type CheckTask, type Tell, takeBlock } from './worker-protocol.ts';

/** A sign of life at least this often, ms: a slow disk is no dead worker. */
const ALIVE = 500;
/** Between two looks at the clock, records. */
const STEP = 64;
/** Handed over at once, records: taking them over is not to hold the other thread. */
const MOST_AT_ONCE = 256;
/** Of what it looked at, only what is being handed over matters. */
const MOST_KNOWN = 2 * BLOCK_RECORDS;

if (!parentPort) throw new Error('This file is the worker of the fingerprints.');
const port = parentPort;
const { root } = workerData as { readonly root: string };
let told = performance.now();
let steps = 0;

port.on('message', async (ask: Ask) => {
  try {
    if (ask.op === 'stat') stat(ask.id, ask.paths.split('\0'));
    else await check(ask.id, ask.task);
  } catch (error) {
    tell({ id: ask.id, problem: error instanceof Error ? error.message : String(error) });
  }
});
tell({ ready: true });

function stat(id: number, paths: readonly FileId[]): void {
  const disk = new SyncFolderDisk(root);
  const stats = new Float64Array(paths.length * ROW);
  for (const [index, path] of paths.entries()) {
    alive();
    writeRow(stats, index, glanceAt(disk, path));
  }
  tell({ id, stats }, [stats.buffer]);
}

async function check(id: number, task: CheckTask): Promise<void> {
  const disk = new SyncFolderDisk(root);
  const fingerprints = new Fingerprints(disk, Date.now, MOST_KNOWN);
  for (let taken = takeBlock(task); taken !== undefined; taken = takeBlock(task)) {
    const [offset, length] = task.blocks[taken] as readonly [number, number];
    let found: Moved[] = [];
    await checkBlock(new Block(task.bytes, offset, length), {
      disk,
      now: Date.now,
      suspect: async (path, was) => {
        if (found.push(await lookAgain(fingerprints, disk, path, was)) < MOST_AT_ONCE) return;
        handOver(id, [], found);
        found = [];
      },
      between: alive,
    });
    handOver(id, [taken], found);
    await new Promise(setImmediate); // another request may wait
  }
  tell({ id, checked: true });
}

function handOver(id: number, done: readonly number[], found: readonly Moved[]): void {
  const there = found.flatMap(({ path, known, changed }) =>
    known ? [{ record: [path, known] as const, changed }] : [],
  );
  const lost = found.filter(({ known }) => !known).map(({ path }) => path);
  const known = encodeBlock(there.map(({ record }) => record satisfies readonly [FileId, Known]));
  const changed = Uint8Array.from(there, (one) => Number(one.changed));
  const part = { known, changed, lost: lost.length > 0 ? lost.join('\0') : undefined, done };
  tell({ id, part }, [known.buffer, changed.buffer]);
}

function alive(): undefined {
  if (++steps % STEP === 0 && performance.now() - told > ALIVE) tell({ alive: true });
}

function tell(message: Tell, transfer: readonly ArrayBuffer[] = []): void {
  told = performance.now();
  port.postMessage(message, transfer);
}
