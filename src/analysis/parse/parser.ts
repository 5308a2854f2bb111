import type { RawImports } from '../imports/raw.ts';
import type { LanguageId } from '../languages.ts';
import type { Answers, SymbolsFound, Task } from './messages.ts';
import { ParseThread } from './parse-thread.ts';

export interface ParserOptions {
  /** Path of the built `parse-worker`. */
  readonly worker: string;
  /** Folder with `tree-sitter.wasm` and the grammars. */
  readonly grammars: string;
  /** How many threads may run; 1 unless given. */
  readonly threads?: number;
  /** A thread that had nothing to do for so long ends; 60,000 ms unless given. */
  readonly idleMs?: number;
  /** A parse that takes longer is given up; 5,000 ms unless given. */
  readonly limitMs?: number;
}

interface Waiting {
  readonly task: Task;
  readonly language: LanguageId;
  readonly bytes: Uint8Array;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (answer: Answers[Task]) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Parses in worker threads, which start with the first request and end when idle. Requests are
 * answered in order. A request fails with an `AnalysisError` when its parse takes too long, with the
 * signal's reason when it is aborted, and with an `Error` when the thread crashes; the next request
 * starts another thread.
 */
export class Parser {
  readonly #options: ParserOptions;
  readonly #threads: ParseThread[] = [];
  readonly #queue: Waiting[] = [];
  #closed = false;

  constructor(options: ParserOptions) {
    this.#options = options;
  }

  /** `bytes` are UTF-8 and left as they are. */
  outline(language: LanguageId, bytes: Uint8Array, signal?: AbortSignal): Promise<SymbolsFound> {
    return this.#ask('outline', language, bytes, signal);
  }

  imports(language: LanguageId, bytes: Uint8Array, signal?: AbortSignal): Promise<RawImports> {
    return this.#ask('imports', language, bytes, signal);
  }

  /** Ends the threads; what is still asked fails. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiting of this.#queue.splice(0)) waiting.reject(new Error('The parser is closed.'));
    await Promise.all(this.#threads.splice(0).map((thread) => thread.end('The parser is closed.')));
  }

  #ask<T extends Task>(task: T, language: LanguageId, bytes: Uint8Array, signal?: AbortSignal) {
    return new Promise<Answers[T]>((resolve, reject) => {
      if (this.#closed) return reject(new Error('The parser is closed.'));
      if (signal?.aborted) return reject(signal.reason);
      const waiting: Waiting = {
        task,
        language,
        bytes,
        signal,
        resolve: (answer) => {
          signal?.removeEventListener('abort', abort);
          resolve(answer as Answers[T]);
        },
        reject: (reason) => {
          signal?.removeEventListener('abort', abort);
          reject(reason);
        },
      };
      const abort = () => {
        const at = this.#queue.indexOf(waiting);
        if (at >= 0) this.#queue.splice(at, 1);
        waiting.reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#queue.push(waiting);
      this.#next();
    });
  }

  /** Gives the oldest request to a free thread. What an aborted one still parses is dropped. */
  #next(): void {
    const thread = this.#queue.length > 0 ? this.#free() : undefined;
    const waiting = thread && this.#queue.shift();
    if (!waiting) return;
    thread
      .ask(waiting.task, waiting.language, waiting.bytes)
      .then(waiting.resolve, waiting.reject)
      .finally(() => this.#next());
    this.#next();
  }

  #free(): ParseThread | undefined {
    for (let at = this.#threads.length - 1; at >= 0; at--)
      if (this.#threads[at]?.ended) this.#threads.splice(at, 1);
    const free = this.#threads.find((thread) => !thread.busy);
    if (free || this.#threads.length >= (this.#options.threads ?? 1)) return free;
    const { worker, grammars, idleMs = 60_000, limitMs = 5_000 } = this.#options;
    const started = new ParseThread({ worker, grammars, idleMs, limitMs });
    this.#threads.push(started);
    return started;
  }
}
