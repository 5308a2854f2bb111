import { Worker } from 'node:worker_threads';
import type { FromScanner, Scanned, ScanRequest } from './secrets-protocol.ts';
import { UncheckedError } from './unchecked-error.ts';

/** Starting a thread on a busy machine comes on top of the time limit, ms. */
const LOADING_MS = 20_000;
/** Heap of the thread, MB: a scan needs a few times its text; beyond, something went wrong. */
const MOST_HEAP = 256;

interface ThreadOptions {
  /** Path of the bundled worker. */
  readonly worker: string;
  readonly timeoutMs: number;
  readonly idleMs: number;
  /** Called once: whether it had ever been ready, and what ended it if nobody was waiting for an answer. */
  readonly ended: (wasReady: boolean, unheard: Error | undefined) => void;
}

interface Running {
  readonly resolve: (scanned: readonly Scanned[]) => void;
  readonly reject: (error: UncheckedError) => void;
}

/** One worker thread and the request it works on. It ends by itself: idle, stuck or crashed. */
export class ScanThread {
  readonly #options: ThreadOptions;
  readonly #worker: Worker;
  #running: Running | undefined;
  #timer: NodeJS.Timeout | undefined;
  #ready = false;
  #over = false;

  constructor(options: ThreadOptions) {
    this.#options = options;
    this.#worker = new Worker(options.worker, {
      name: 'agent-cache-secrets',
      resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP },
    });
    let reason = '';
    this.#worker.unref();
    this.#worker.on('message', (message: FromScanner) => this.#heard(message));
    this.#worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    this.#worker.on('messageerror', (error) => this.#end('crashed', String(error)));
    this.#worker.on('exit', (code) => this.#end('crashed', reason || `exit code ${code}`));
  }

  /** Only while nothing is running. */
  scan(texts: readonly string[]): Promise<readonly Scanned[]> {
    return new Promise((resolve, reject) => {
      this.#running = { resolve, reject };
      this.#worker.ref(); // a process does not end over an unanswered request
      this.#limit();
      this.#worker.postMessage({ texts } satisfies ScanRequest);
    });
  }

  async close(): Promise<void> {
    this.#end('closed', 'the cache is being closed');
    await this.#worker.terminate();
  }

  #heard(message: FromScanner): void {
    if (this.#over) return;
    if ('ready' in message) {
      this.#ready = true;
      if (this.#running) this.#limit();
      return;
    }
    const running = this.#running;
    this.#running = undefined;
    this.#worker.unref();
    this.#wait(this.#options.idleMs, () => this.#end('closed', 'it was idle'));
    this.#timer?.unref();
    running?.resolve(message.scanned);
  }

  #limit(): void {
    const { timeoutMs } = this.#options;
    // After a long pause of this thread the answer may be here already: it is handled first.
    this.#wait(timeoutMs + (this.#ready ? 0 : LOADING_MS), () =>
      setImmediate(() => this.#running && this.#end('too-slow', `no answer within ${timeoutMs} ms`)),
    );
  }

  #end(reason: 'too-slow' | 'crashed' | 'closed', detail: string): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    void this.#worker.terminate();
    const error = new UncheckedError(reason, `The secret scanner ended: ${detail}.`);
    const running = this.#running;
    this.#running = undefined;
    this.#options.ended(this.#ready, running || reason === 'closed' ? undefined : error);
    running?.reject(error);
  }

  #wait(ms: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, ms);
  }
}
