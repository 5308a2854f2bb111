import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { isBusy, storeError } from './sqlite-errors.ts';
import { SqliteFile } from './sqlite-file.ts';
import type { Answer, FromWorker, Request, WorkerOptions } from './sqlite-protocol.ts';
import { upkeep } from './sqlite-upkeep.ts';

/** A transaction ends at whichever comes first: what waits behind it waits a few milliseconds. */
const GROUP_REQUESTS = 128;
const GROUP_BYTES = 2 << 20;

/** Upkeep starts when nothing was asked for this long, ms. */
const IDLE = 1000;
/** Between two steps of upkeep, ms. */
const PAUSE = 20;
/** Between two rounds, also when nothing is asked at all, or something all the time, ms. */
const ROUND = 60_000;

if (!parentPort) throw new Error('This file is the worker of the sqlite store.');
const port = parentPort;
const options = workerData as WorkerOptions;
const file = new SqliteFile(options, (problem) => post({ problem }));
const waiting: Request[] = [];
let timer: NodeJS.Timeout | undefined;
/** When upkeep does not wait for a pause any longer, by `performance.now()`. */
let due = performance.now() + ROUND;

port.on('message', (first: readonly Request[]) => {
  waiting.push(...first);
  while (waiting.length > 0) {
    // What arrived meanwhile joins the next transaction.
    for (let more = receiveMessageOnPort(port); more; more = receiveMessageOnPort(port)) {
      waiting.push(...(more.message as readonly Request[]));
    }
    const group = waiting.splice(0, groupLength(waiting));
    const work = group.filter((request) => request.op !== 'close');
    if (work.length > 0) answer(file.run(work));
    for (const request of group) if (request.op === 'close') return close(request);
  }
  rest(performance.now() < due ? IDLE : PAUSE);
});

function groupLength(requests: readonly Request[]): number {
  let bytes = 0;
  for (const [index, request] of requests.entries()) {
    if (index === GROUP_REQUESTS || bytes > GROUP_BYTES) return index;
    if (request.op === 'write') for (const { value } of request.rows) bytes += value?.length ?? 0;
  }
  return requests.length;
}

function answer(answers: readonly Answer[]): void {
  const buffers: ArrayBuffer[] = [];
  for (const one of answers) if ('value' in one) collect(one.value, buffers);
  post({ answers }, buffers);
}

/** Values are moved to the main thread, not copied: SQLite has just made them for this answer. */
function collect(value: unknown, buffers: ArrayBuffer[]): void {
  if (value instanceof Uint8Array) buffers.push(value.buffer as ArrayBuffer);
  else if (Array.isArray(value)) for (const item of value) collect(item, buffers);
  else if (typeof value === 'object' && value !== null && 'value' in value) collect(value.value, buffers);
}

function post(message: FromWorker, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

function close(request: Request): void {
  clearTimeout(timer);
  try {
    file.close();
    post({ answers: [{ id: request.id, value: true }] });
  } catch (error) {
    const { code, message } = storeError(error, options.file);
    post({ answers: [{ id: request.id, error: { code, message } }] });
  }
  port.close();
}

function rest(ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const db = file.connection;
    let next = ROUND;
    try {
      if (db && upkeep(db)) next = PAUSE;
    } catch (error) {
      const { code, message } = storeError(error, options.file);
      if (!isBusy(error)) post({ problem: { code, message } });
    }
    if (next === ROUND) due = performance.now() + ROUND;
    rest(next);
  }, ms);
}
