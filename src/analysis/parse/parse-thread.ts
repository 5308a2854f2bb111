import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { GivenUpError } from '../analysis.ts';
import type { Answers, ParseReply, ParseRequest, Task } from './messages.ts';

/** Starting a thread and reading a grammar or the tokenizer for the first time come on top of the limit. */
const LOADING_MS = 20_000;

const GIVEN_UP: { readonly [T in Task]?: string } = {
  search: 'The pattern takes too long, simplify it: the search was given up after',
  countTokens: 'Counting tokens was given up: it took longer than',
};

interface ThreadOptions {
  readonly worker: string;
  readonly grammars: string;
  readonly idleMs: number;
  readonly limitMs: number;
}

interface Running {
  readonly task: Task;
  readonly resolve: (answer: Answers[Task]) => void;
  readonly reject: (reason: Error) => void;
}

/** One worker thread and the request it works on. It ends by itself: idle, stuck or crashed. */
export class ParseThread {
  readonly #options: ThreadOptions;
  readonly #worker: Worker;
  /** Languages and tasks that have loaded what they need. */
  readonly #loaded = new Set<string>();
  #running: Running | undefined;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(options: ThreadOptions) {
    this.#options = options;
    this.#worker = new Worker(options.worker, {
      name: 'agent-cache-parser',
      workerData: { grammars: options.grammars, tokenizer: join(dirname(options.worker), 'tokenizer.js') },
    });
    this.#worker.unref();
    this.#worker.once('online', () => this.#started());
    this.#worker.on('message', (reply: ParseReply) => this.#answered(reply));
    this.#worker.on('error', (error) => this.#crashed(error));
    this.#worker.on('exit', (code) => this.#crashed(new Error(`exit code ${code}`)));
  }

  get busy(): boolean {
    return this.#running !== undefined;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Only when neither busy nor ended. */
  ask(request: ParseRequest): Promise<Answers[Task]> {
    const { task } = request;
    const needs = 'language' in request ? request.language : task;
    const loading = !this.#loaded.has(needs);
    this.#loaded.add(needs);
    this.#giveUpAfter(this.#options.limitMs + (loading ? LOADING_MS : 0), task);
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#running = { task, resolve, reject };
      if (!('bytes' in request)) this.#worker.postMessage(request);
      else {
        // A copy: the caller's bytes may be a view into a larger buffer that others use.
        const bytes = new Uint8Array(request.bytes);
        this.#worker.postMessage({ ...request, bytes }, [bytes.buffer]);
      }
    });
  }

  async end(reason: string): Promise<void> {
    await this.#stop(new Error(reason));
  }

  /** A search loads nothing: from here on it has only its own time. */
  #started(): void {
    this.#loaded.add('search');
    if (this.#running?.task === 'search') this.#giveUpAfter(this.#options.limitMs, 'search');
  }

  #giveUpAfter(ms: number, task: Task): void {
    const reason = GIVEN_UP[task] ?? 'Parsing was given up: it took longer than';
    this.#wait(ms, () => {
      void this.#stop(new GivenUpError(`${reason} ${this.#options.limitMs / 1000} s.`));
    });
  }

  #answered(reply: ParseReply): void {
    const running = this.#settle();
    this.#wait(this.#options.idleMs, () => void this.#stop(new Error('The parser was idle.')));
    this.#timer?.unref();
    this.#worker.unref();
    if ('answer' in reply) running?.resolve(reply.answer);
    else running?.reject(new Error(`The parser failed: ${reply.problem}`));
  }

  #crashed(cause: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    const message = `The parser's thread ended unexpectedly: ${cause.message}`;
    this.#settle()?.reject(new Error(message, { cause }));
  }

  async #stop(reason: Error): Promise<void> {
    this.#ended = true;
    this.#settle()?.reject(reason);
    await this.#worker.terminate();
  }

  #settle(): Running | undefined {
    clearTimeout(this.#timer);
    const running = this.#running;
    this.#running = undefined;
    return running;
  }

  #wait(ms: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, ms);
  }
}
