import { Worker } from 'node:worker_threads';
import { LRUCache } from 'lru-cache';
import type { Provider, Usage } from '../usage.ts';
import type { CacheTokens, PriceAnswer, PriceQuestion } from './prices-protocol.ts';

/** Answers that are remembered. */
const MOST_KNOWN = 5000;
/** Some prices depend on the time of day; none changes within this, ms. */
const MINUTE = 60_000;
/** A worker that nobody has asked for so long ends, and its list is forgotten, ms. */
const IDLE_MS = 60_000;

interface Asked {
  readonly question: PriceQuestion;
  readonly resolve: (usd: number | undefined) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Knows what `prices.ts` says, from a worker that is started for the first question: reading the list
 * and making its index take 20 to 80 ms, for which no thread that others wait for may be held.
 */
export class PriceDesk {
  readonly #file: string;
  readonly #idleMs: number;
  readonly #known = new LRUCache<string, Promise<number | undefined>>({ max: MOST_KNOWN });
  #worker: Worker | undefined;
  /** Not sent yet. */
  #next: Asked[] = [];
  /** On their way, in the order in which they were sent. */
  #sent: (readonly Asked[])[] = [];
  #idle: NodeJS.Timeout | undefined;
  #closed = false;
  /** Questions that went to a worker, and workers that were started. */
  readonly counts = { asked: 0, workers: 0 };

  /** @param file path of the bundled `prices-worker` */
  constructor(file: string, idleMs = IDLE_MS) {
    this.#file = file;
    this.#idleMs = idleMs;
  }

  /** As of `prices.ts`. Rejects when it cannot be found out; the next call tries again. */
  readonly priceOf = (usage: Usage, at: number, upstream?: string): Promise<number | undefined> =>
    this.#ask({ price: [usage, at - (at % MINUTE), upstream] });

  /** As of `prices.ts`; rejects likewise. */
  readonly savedByCache = (
    tokens: CacheTokens,
    model: string,
    provider: Provider,
    at: number,
  ): Promise<number | undefined> => {
    const { read, write5m, write1h } = tokens;
    return this.#ask({ saved: [{ read, write5m, write1h }, model, provider, at] });
  };

  /** What is still asked rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#end(new Error('The prices are being closed.'));
  }

  #ask(question: PriceQuestion): Promise<number | undefined> {
    const key = JSON.stringify(question);
    const known = this.#known.get(key);
    if (known) return known;
    const answer = new Promise<number | undefined>((resolve, reject) => {
      // What is asked in one go is sent in one message.
      if (this.#next.length === 0) queueMicrotask(() => this.#send());
      this.#next.push({ question, resolve, reject });
    });
    this.#known.set(key, answer);
    answer.catch(() => this.#known.delete(key));
    return answer;
  }

  #send(): void {
    const asked = this.#next;
    this.#next = [];
    this.#sent.push(asked);
    this.counts.asked += asked.length;
    clearTimeout(this.#idle);
    try {
      if (this.#closed) throw new Error('The prices are closed.');
      const worker = this.#started();
      worker.ref(); // a process does not end over an unanswered question
      worker.postMessage(asked.map(({ question }) => question));
    } catch (error) {
      void this.#end(error as Error);
    }
  }

  #started(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(this.#file, { name: 'agent-cache-prices' });
    this.counts.workers++;
    this.#worker = worker;
    const ended = (error: Error) => {
      if (this.#worker === worker) void this.#end(error);
    };
    worker.on('message', (answers: readonly PriceAnswer[]) => this.#answered(answers));
    worker.on('messageerror', ended);
    worker.on('error', ended);
    worker.on('exit', (code) => ended(new Error(`The prices ended: exit code ${code}.`)));
    return worker;
  }

  #answered(answers: readonly PriceAnswer[]): void {
    for (const [i, { resolve, reject }] of (this.#sent.shift() ?? []).entries()) {
      const answer = answers[i] ?? null;
      if (typeof answer === 'object' && answer !== null) reject(new Error(answer.problem));
      else resolve(answer ?? undefined);
    }
    if (this.#sent.length > 0) return;
    this.#worker?.unref();
    this.#idle = setTimeout(() => void this.#end(new Error('The prices were idle.')), this.#idleMs).unref();
  }

  async #end(error: Error): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    const sent = this.#sent;
    this.#worker = undefined;
    this.#sent = [];
    for (const { reject } of sent.flat()) reject(error);
    await worker?.terminate();
  }
}
