import type { Finding } from './finding.ts';
import { ScanThread } from './scan-thread.ts';
import type { Scanned } from './secrets-protocol.ts';
import { UncheckedError } from './unchecked-error.ts';

/** One request holds at most so many texts and, beyond its first, so many UTF-16 code units. */
const BATCH_TEXTS = 64;
const BATCH_LENGTH = 256 * 1024;
/** Code units that may wait: beyond, scanning cannot keep up and memory must not grow. */
const MOST_WAITING = 32 << 20;
/** A worker that could not even start is not started again for so long, ms. */
const COOL_DOWN = 10_000;

interface Waiting {
  readonly text: string;
  readonly since: number;
  readonly resolve: (findings: readonly Finding[]) => void;
  readonly reject: (error: UncheckedError) => void;
  /** A request with others in it failed: this one or another may be to blame. */
  alone: boolean;
}

export interface HostOptions {
  /** Path of the bundled worker. */
  readonly worker: string;
  /** For one request; one that has waited as long in the queue is given up as well. */
  readonly timeoutMs: number;
  /** A worker that had nothing to do for so long ends; 60,000 ms unless given. */
  readonly idleMs?: number;
  /** Hears that the worker ended while nobody waited for it. */
  readonly onProblem: (error: Error) => void;
}

/**
 * Owns the worker: starts it for the first text and again after a crash, and bounds every wait. Texts
 * that are asked for together go in one request; when that fails each is tried once by itself, so that
 * one text that stops the scanner takes no other with it.
 */
export class SecretsHost {
  readonly #options: HostOptions;
  #thread: ScanThread | undefined;
  #busy = false;
  readonly #queue: Waiting[] = [];
  #waiting = 0;
  #notBefore = 0;
  #closed = false;

  constructor(options: HostOptions) {
    this.#options = options;
  }

  /** Rejects with an {@link UncheckedError}, and with nothing else. */
  scan(text: string): Promise<readonly Finding[]> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new UncheckedError('closed', 'The secret scanner is closed.'));
      if (this.#waiting > 0 && this.#waiting + text.length > MOST_WAITING) {
        return reject(new UncheckedError('busy', 'Too much is waiting to be scanned for secrets.'));
      }
      if (this.#queue.length === 0 && !this.#busy) queueMicrotask(() => this.#next());
      this.#queue.push({ text, since: performance.now(), resolve, reject, alone: false });
      this.#waiting += text.length;
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#refuse(this.#queue.splice(0), new UncheckedError('closed', 'The secret scanner is closed.'));
    await this.#thread?.close();
  }

  #next(): void {
    if (this.#busy || this.#closed) return;
    this.#giveUp();
    const batch = this.#batch();
    if (batch.length === 0) return;
    this.#busy = true;
    this.#scan(batch.map(({ text }) => text))
      .then(
        (scanned) => this.#answer(batch, scanned),
        (error: UncheckedError) => this.#failed(batch, error),
      )
      .finally(() => {
        this.#busy = false;
        this.#next();
      });
  }

  async #scan(texts: readonly string[]): Promise<readonly Scanned[]> {
    if (!this.#thread && performance.now() < this.#notBefore) {
      throw new UncheckedError('crashed', 'The secret scanner could not start, and is not tried again yet.');
    }
    const { worker, timeoutMs, idleMs = 60_000, onProblem } = this.#options;
    const ended = (wasReady: boolean, unheard: Error | undefined) => {
      this.#thread = undefined;
      if (!wasReady) this.#notBefore = performance.now() + COOL_DOWN;
      if (unheard) onProblem(unheard);
    };
    try {
      this.#thread ??= new ScanThread({ worker, timeoutMs, idleMs, ended });
    } catch (error) {
      ended(false, undefined);
      throw new UncheckedError('crashed', `The secret scanner cannot start: ${String(error)}.`);
    }
    return this.#thread.scan(texts);
  }

  #batch(): Waiting[] {
    let length = 0;
    let count = 0;
    for (const { text, alone } of this.#queue) {
      if (count > 0 && (alone || count === BATCH_TEXTS || length + text.length > BATCH_LENGTH)) break;
      length += text.length;
      count++;
      if (alone) break;
    }
    return this.#queue.splice(0, count);
  }

  #answer(batch: readonly Waiting[], scanned: readonly Scanned[]): void {
    for (const [index, waiting] of batch.entries()) {
      const answer = scanned[index];
      if (answer && 'findings' in answer) {
        this.#waiting -= waiting.text.length;
        waiting.resolve(answer.findings);
        continue;
      }
      const why = answer ? answer.problem : 'no answer';
      this.#refuse([waiting], new UncheckedError('crashed', `The secret scanner failed: ${why}.`));
    }
  }

  #failed(batch: readonly Waiting[], error: UncheckedError): void {
    const again = batch.length > 1 && !this.#closed && performance.now() >= this.#notBefore;
    if (!again) {
      this.#refuse(batch, error);
      return;
    }
    for (const waiting of batch) waiting.alone = true;
    this.#queue.unshift(...batch);
  }

  /** What has waited too long behind others. */
  #giveUp(): void {
    const since = performance.now() - this.#options.timeoutMs;
    const inTime = this.#queue.findIndex((waiting) => waiting.alone || waiting.since >= since);
    const late = this.#queue.splice(0, inTime < 0 ? this.#queue.length : inTime);
    this.#refuse(late, new UncheckedError('busy', 'Too much is waiting to be scanned for secrets.'));
  }

  #refuse(batch: readonly Waiting[], error: UncheckedError): void {
    for (const waiting of batch) {
      this.#waiting -= waiting.text.length;
      waiting.reject(error);
    }
  }
}
