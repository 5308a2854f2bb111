import { Worker } from 'node:worker_threads';
import type { Ask, CheckedPart, CheckTask, Tell } from './worker-protocol.ts';

/** Starting a thread on a busy machine comes on top of the time limit, ms. */
const LOADING_MS = 20_000;

interface ThreadOptions {
  /** Path of the bundled worker. */
  readonly worker: string;
  /** Absolute path of the workspace folder. */
  readonly root: string;
  /** How long it may give no sign of life while it is asked for something, ms. */
  readonly timeoutMs: number;
  /** Without anything to do for so long, ms, it ends. */
  readonly idleMs: number;
  /** Called once; with an error unless it ended because it was idle or closed. */
  readonly ended: (error: Error | undefined) => void;
}

interface Waiting {
  readonly part?: (part: CheckedPart) => void;
  readonly resolve: (answer: Float64Array) => void;
  readonly reject: (error: Error) => void;
}

const NOTHING = new Float64Array();

/** One worker thread and what it is asked for. It ends by itself: idle, stuck or crashed. */
export class FingerprintThread {
  readonly #options: ThreadOptions;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #timer: NodeJS.Timeout | undefined;
  #over = false;
  /** Whether it has begun to work. */
  ready = false;

  constructor(options: ThreadOptions) {
    this.#options = options;
    this.#worker = new Worker(options.worker, {
      name: 'agent-cache-fingerprints',
      workerData: { root: options.root },
    });
    let reason = '';
    this.#worker.unref();
    this.#worker.on('message', (tell: Tell) => this.#heard(tell));
    this.#worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    this.#worker.on('messageerror', (error) => this.#end(error));
    this.#worker.on('exit', (code) => this.#end(new Error(reason || `exit code ${code}`)));
  }

  /** Rows of stats, see `stat-rows.ts`. Rejects when the thread ends before. */
  stat(paths: readonly string[]): Promise<Float64Array> {
    return new Promise((resolve, reject) => {
      this.#ask({ op: 'stat', id: ++this.#lastId, paths: paths.join('\0') }, { resolve, reject });
    });
  }

  /** Settles when no block is left to take. Rejects when the thread ends before. */
  check(task: CheckTask, part: (part: CheckedPart) => void): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#ask({ op: 'check', id: ++this.#lastId, task }, { part, resolve, reject });
    });
  }

  /** Whoever waits is rejected. A thread that hangs in the file system cannot be waited for. */
  close(): void {
    this.#end(undefined);
  }

  #ask(ask: Ask, waiting: Waiting): void {
    if (this.#over) {
      waiting.reject(new Error('The thread of the fingerprints has ended.'));
      return;
    }
    this.#waiting.set(ask.id, waiting);
    this.#worker.ref(); // a process does not end over an unanswered request
    this.#worker.postMessage(ask);
    this.#expect();
  }

  #heard(tell: Tell): void {
    if (this.#over) return;
    this.ready = true;
    if ('id' in tell) this.#answered(tell);
    this.#expect();
  }

  #answered(tell: Tell & { readonly id: number }): void {
    const waiting = this.#waiting.get(tell.id);
    if ('part' in tell) {
      waiting?.part?.(tell.part);
      return;
    }
    this.#waiting.delete(tell.id);
    if ('problem' in tell) waiting?.reject(new Error(tell.problem));
    else waiting?.resolve('stats' in tell ? tell.stats : NOTHING);
  }

  #expect(): void {
    clearTimeout(this.#timer);
    const { timeoutMs, idleMs } = this.#options;
    if (this.#waiting.size === 0) {
      this.#worker.unref();
      this.#timer = setTimeout(() => this.#end(undefined), idleMs).unref();
      return;
    }
    const ms = this.ready ? timeoutMs : timeoutMs + LOADING_MS;
    // After a long pause of this thread the answer may be here already: it is handled first.
    this.#timer = setTimeout(() => setImmediate(() => this.#silent(ms)), ms);
  }

  #silent(ms: number): void {
    if (this.#waiting.size > 0) this.#end(new Error(`no sign of life within ${ms} ms`));
  }

  #end(error: Error | undefined): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    const why = error?.message ?? 'it was closed';
    for (const { reject } of this.#waiting.values()) {
      reject(new Error(`The thread of the fingerprints ended: ${why}.`));
    }
    this.#waiting.clear();
    void this.#worker.terminate();
    this.#options.ended(error);
  }
}
