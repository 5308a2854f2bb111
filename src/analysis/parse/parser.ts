import type { RawImports } from '../imports/raw.ts';
import type { LanguageId } from '../languages.ts';
import type { Identifier, Mention } from '../mentions/mentions.ts';
import type { Names } from '../names/file-names.ts';
import type { ScanBatch, Scanned, ScanOptions } from '../search/scan-request.ts';
import type { Answers, ParseRequest, SymbolsFound, Task } from './messages.ts';
import { ParseThread } from './parse-thread.ts';
import { Pending } from './pending.ts';
import type { Position } from './syntax.ts';

export interface ParserOptions {
  /** Path of the built `parse-worker`; the built `tokenizer` is beside it. */
  readonly worker: string;
  /** Folder with `tree-sitter.wasm` and the grammars. */
  readonly grammars: string;
  /** How many threads may run; 1 unless given. */
  readonly threads?: number;
  /** A thread that had nothing to do for so long ends; 60,000 ms unless given. */
  readonly idleMs?: number;
  /** A request that takes longer is given up; 5,000 ms unless given. */
  readonly limitMs?: number;
}

type Asked<T extends Task> = ParseRequest & { readonly task: T };

/**
 * Parses, searches and counts in worker threads, which start with the first request and end when
 * idle. Requests are answered in order. A request fails with a `GivenUpError` when it takes too long,
 * with the signal's reason when it is aborted, and with an `Error` when the thread crashes; the next
 * request starts another thread. Bytes are UTF-8 and left as they are.
 */
export class Parser {
  readonly #options: ParserOptions;
  readonly #threads: ParseThread[] = [];
  readonly #queue = new Set<Pending>();
  #closed = false;

  constructor(options: ParserOptions) {
    this.#options = options;
  }

  outline(language: LanguageId, bytes: Uint8Array, signal?: AbortSignal): Promise<SymbolsFound> {
    return this.#ask({ task: 'outline', language, bytes }, signal);
  }

  imports(language: LanguageId, bytes: Uint8Array, signal?: AbortSignal): Promise<RawImports> {
    return this.#ask({ task: 'imports', language, bytes }, signal);
  }

  names(language: LanguageId, bytes: Uint8Array, signal?: AbortSignal): Promise<Names> {
    return this.#ask({ task: 'names', language, bytes }, signal);
  }

  /** The places outside comments and strings where exactly these identifiers stand, in source order. */
  mentions(
    language: LanguageId,
    bytes: Uint8Array,
    names: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly Mention[]> {
    return this.#ask({ task: 'mentions', language, bytes, names }, signal);
  }

  /** The identifier that the position is in, or right behind; undefined in comments, strings and keywords. */
  identifierAt(
    language: LanguageId,
    bytes: Uint8Array,
    position: Position,
    signal?: AbortSignal,
  ): Promise<Identifier | undefined> {
    return this.#ask({ task: 'identifierAt', language, bytes, position }, signal);
  }

  /** The lines of each text that match. */
  search(batch: ScanBatch, options: ScanOptions, signal?: AbortSignal): Promise<Scanned> {
    return this.#ask({ task: 'search', ...batch, ...options }, signal);
  }

  /** Tokens of each text in the encoding o200k_base; what looks like a special token is text. */
  countTokens(texts: readonly string[], signal?: AbortSignal): Promise<readonly number[]> {
    return this.#ask({ task: 'countTokens', texts }, signal);
  }

  /** Ends the threads; what is still asked fails. */
  async close(): Promise<void> {
    this.#closed = true;
    const queued = [...this.#queue];
    this.#queue.clear();
    for (const pending of queued) pending.reject(new Error('The parser is closed.'));
    await Promise.all(this.#threads.splice(0).map((thread) => thread.end('The parser is closed.')));
  }

  #ask<T extends Task>(request: Asked<T>, signal: AbortSignal | undefined): Promise<Answers[T]> {
    if (this.#closed) return Promise.reject(new Error('The parser is closed.'));
    if (signal?.aborted) return Promise.reject(signal.reason);
    const pending = new Pending(request, signal, () => this.#queue.delete(pending));
    this.#queue.add(pending);
    this.#next();
    return pending.answer as Promise<Answers[T]>;
  }

  /** Gives the oldest request to a free thread. What an aborted one still works on is dropped. */
  #next(): void {
    for (const pending of this.#queue) {
      const thread = this.#free();
      if (!thread) return;
      this.#queue.delete(pending);
      thread
        .ask(pending.take())
        .then(pending.resolve, pending.reject)
        .finally(() => this.#next());
    }
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
