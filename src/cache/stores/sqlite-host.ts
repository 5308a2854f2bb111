import { Worker } from 'node:worker_threads';
import type {
  Answer,
  Ask,
  FromWorker,
  Operation,
  Operations,
  Request,
  WorkerOptions,
} from './sqlite-protocol.ts';
import { type OnProblem, StoreError } from './store.ts';

/** Bytes of values that may wait to be written; beyond, the disk cannot keep up and memory must not grow. */
const MOST_WAITING = 128 << 20;

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: StoreError) => void;
  /** By `performance.now()`, which a sleeping machine does not advance. */
  readonly deadline: number;
  readonly bytes: number;
}

export interface HostOptions extends Omit<WorkerOptions, 'mayReplace'> {
  /** Path of the bundled worker. */
  readonly worker: string;
  readonly timeoutMs: number;
  readonly onProblem: OnProblem;
}

/** Owns the worker: starts it for the first request and again after a crash, and bounds every wait. */
export class SqliteHost {
  readonly #options: HostOptions;
  readonly #pending = new Map<number, Pending>();
  #outbox: Request[] = [];
  #transfer: ArrayBuffer[] = [];
  #worker: Worker | undefined;
  #started = false;
  #lastId = 0;
  #waiting = 0;
  /** The worker let a request time out: until it answers anything, nobody waits for it again. */
  #stuck = false;
  #timer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: HostOptions) {
    this.#options = options;
  }

  /** `values` are buffers within the request that the worker may take. */
  ask<O extends Operation>(
    ask: Ask<O>,
    values: readonly Uint8Array[] = [],
  ): Promise<Operations[O]['answer']> {
    if (this.#closing) return Promise.reject(new StoreError('closed', 'The cache file is closed.'));
    return this.#send(ask, values);
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  #send<O extends Operation>(ask: Ask<O>, values: readonly Uint8Array[]): Promise<Operations[O]['answer']> {
    if (this.#stuck) return Promise.reject(new StoreError('failed', 'The cache file does not answer.'));
    const bytes = values.reduce((sum, value) => sum + value.length, 0);
    if (this.#waiting > 0 && this.#waiting + bytes > MOST_WAITING) {
      return Promise.reject(
        new StoreError('failed', 'The disk cannot keep up with the writes to the cache file.'),
      );
    }
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      const deadline = performance.now() + this.#options.timeoutMs;
      this.#pending.set(id, { resolve, reject, deadline, bytes });
      this.#waiting += bytes;
      if (this.#outbox.length === 0) queueMicrotask(() => this.#flush());
      this.#outbox.push({ ...(ask as Ask), id });
      for (const value of values) this.#transfer.push(value.buffer as ArrayBuffer);
    });
  }

  #flush(): void {
    const requests = this.#outbox;
    const transfer = this.#transfer;
    this.#outbox = [];
    this.#transfer = [];
    try {
      this.#worker ??= this.#start();
      this.#worker.ref(); // a process does not end over an unanswered request
      this.#worker.postMessage(requests, transfer);
      this.#timer ??= this.#wake(this.#options.timeoutMs);
    } catch (error) {
      const failure = new StoreError(
        'failed',
        `The worker of the cache file cannot start: ${String(error)}.`,
      );
      for (const { id } of requests) this.#settle(id)?.reject(failure);
    }
  }

  #start(): Worker {
    const { worker: path, file, busyMs, onProblem } = this.#options;
    const worker = new Worker(path, {
      name: 'agent-cache-sqlite',
      workerData: { file, busyMs, mayReplace: !this.#started } satisfies WorkerOptions,
      execArgv: ['--disable-warning=ExperimentalWarning'], // some runtimes still call node:sqlite experimental
    });
    this.#started = true;
    let reason = '';
    worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.on('messageerror', (error) => onProblem(error));
    worker.on('message', (message: FromWorker) => {
      if ('problem' in message) onProblem(new StoreError(message.problem.code, message.problem.message));
      else for (const answer of message.answers) this.#answer(answer);
    });
    worker.on('exit', (code) => {
      if (this.#worker !== worker) return;
      if (this.#closing && this.#pending.size === 0) return; // it was asked to end
      this.#lost(`The worker of the cache file ended: ${reason || `code ${code}`}.`);
    });
    return worker;
  }

  #answer(answer: Answer): void {
    this.#stuck = false;
    const pending = this.#settle(answer.id);
    if (!pending) return; // it timed out
    if ('error' in answer) pending.reject(new StoreError(answer.error.code, answer.error.message));
    else pending.resolve(answer.value as never);
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    if (!pending) return undefined;
    this.#pending.delete(id);
    this.#waiting -= pending.bytes;
    if (this.#pending.size === 0) this.#worker?.unref();
    return pending;
  }

  #lost(message: string): void {
    this.#worker = undefined;
    this.#stuck = false;
    const failure = new StoreError('failed', message);
    for (const id of [...this.#pending.keys()]) this.#settle(id)?.reject(failure);
    this.#options.onProblem(failure);
  }

  /** One timer for all: requests are answered in order, so the oldest one is due first. */
  #wake(ms: number): NodeJS.Timeout {
    // After a long pause of this thread the answers may be here already: they are handled first.
    return setTimeout(() => setImmediate(() => this.#expire()), ms).unref();
  }

  #expire(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const [id, { deadline }] of this.#pending) {
      if (deadline > now) {
        this.#timer = this.#wake(deadline - now);
        return;
      }
      this.#stuck = true;
      const message = `The cache file did not answer within ${this.#options.timeoutMs} ms.`;
      this.#settle(id)?.reject(new StoreError('failed', message));
    }
  }

  async #end(): Promise<void> {
    if (!this.#worker && this.#outbox.length === 0) return;
    try {
      await this.#send({ op: 'close' }, []);
    } catch (error) {
      this.#options.onProblem(error as Error);
    }
    const worker = this.#worker;
    this.#worker = undefined;
    clearTimeout(this.#timer);
    // A thread that hangs in a system call cannot be ended: it must not hold up whoever closes.
    const ended = worker?.terminate();
    if (!this.#stuck) await ended;
  }
}
