import { Worker } from 'node:worker_threads';
import { GivenUpError } from '../analysis.ts';
import type { LanguageId } from '../languages.ts';
import type { Answers, ParseReply, ParseRequest, Task } from './messages.ts';

/** Starting a thread and reading a grammar for the first time come on top of the limit. */
const LOADING_MS = 20_000;

interface ThreadOptions {
  readonly worker: string;
  readonly grammars: string;
  readonly idleMs: number;
  readonly limitMs: number;
}

interface Running {
  readonly resolve: (answer: Answers[Task]) => void;
  readonly reject: (reason: Error) => void;
}

/** One worker thread and the request it works on. It ends by itself: idle, stuck or crashed. */
export class ParseThread {
  readonly #options: ThreadOptions;
  readonly #worker: Worker;
  readonly #languages = new Set<LanguageId>();
  #running: Running | undefined;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(options: ThreadOptions) {
    this.#options = options;
    this.#worker = new Worker(options.worker, {
      name: 'agent-cache-parser',
      workerData: { grammars: options.grammars },
    });
    this.#worker.unref();
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
  ask(task: Task, language: LanguageId, bytes: Uint8Array): Promise<Answers[Task]> {
    const limit = this.#options.limitMs + (this.#languages.has(language) ? 0 : LOADING_MS);
    this.#languages.add(language);
    this.#wait(limit, () => {
      const seconds = this.#options.limitMs / 1000;
      void this.#stop(new GivenUpError(`Parsing was given up: it took longer than ${seconds} s.`));
    });
    this.#worker.ref();
    // A copy: the caller's bytes may be a view into a larger buffer that others use.
    const copy = new Uint8Array(bytes);
    const request: ParseRequest = { task, language, bytes: copy };
    return new Promise((resolve, reject) => {
      this.#running = { resolve, reject };
      this.#worker.postMessage(request, [copy.buffer]);
    });
  }

  async end(reason: string): Promise<void> {
    await this.#stop(new Error(reason));
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
