import { LRUCache } from 'lru-cache';
import { digest } from '../../../cache/digest.ts';
import { embeddingsProblem, endpointOf } from './address.ts';
import type { Embedder } from './embedder.ts';
import { requestEmbeddings } from './embeddings-request.ts';

export interface EmbeddingsSettings {
  /** Of an OpenAI-compatible API, up to `/v1`. */
  readonly url: string;
  readonly model: string;
  /** Absent, as many as the model has. */
  readonly dimensions?: number;
  readonly timeoutMs: number;
}

interface Parts extends EmbeddingsSettings {
  readonly key: () => Promise<string | undefined>;
  readonly problem: (error: Error) => void;
  readonly now?: () => number;
}

/** Texts in one request, and texts that wait, at the most. */
const AT_ONCE = 32;
const MOST_WAITING = 512;
const MOST_CACHED = 1000;
/** After a failure nobody asks for so long, twice as long after each further one, ms. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 60_000;

interface Waiting {
  readonly text: string;
  readonly id: string;
  readonly resolve: (vector: Float32Array) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A model behind an OpenAI-compatible `/v1/embeddings`: Ollama, LM Studio, OpenAI. Texts asked for together
 * go in one request, the same text goes once. A service that fails is left alone for a while.
 */
export class EmbeddingsClient implements Embedder {
  readonly name: string;
  readonly identity: string;
  readonly offline = false;
  problem: string | undefined;
  readonly #parts: Parts;
  readonly #cached = new LRUCache<string, Float32Array>({ max: MOST_CACHED });
  readonly #pending = new Map<string, Promise<Float32Array>>();
  readonly #closed = new AbortController();
  #waiting: Waiting[] = [];
  #sending = false;
  /** Of the first vector: later ones are as long. */
  #dimensions: number | undefined;
  #pause = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.name = parts.model;
    this.identity = digest(JSON.stringify([parts.url, parts.model, parts.dimensions ?? 0]));
    this.#dimensions = parts.dimensions;
  }

  async embed(text: string, signal?: AbortSignal): Promise<Float32Array> {
    signal?.throwIfAborted();
    const id = digest(text);
    const cached = this.#cached.get(id);
    if (cached) return cached;
    const pending = this.#pending.get(id) ?? this.#later(text, id);
    return signal ? abandoned(pending, signal) : pending;
  }

  /** What is still asked rejects. */
  close(): void {
    this.#closed.abort();
  }

  #later(text: string, id: string): Promise<Float32Array> {
    const { now = Date.now } = this.#parts;
    if (now() < this.#pausedUntil)
      return Promise.reject(new Error(this.problem ?? 'The embeddings service failed a moment ago.'));
    if (this.#pending.size >= MOST_WAITING)
      return Promise.reject(new Error('Too many texts wait for the embeddings service.'));
    const promise = new Promise<Float32Array>((resolve, reject) => {
      this.#waiting.push({ text, id, resolve, reject });
    }).finally(() => this.#pending.delete(id));
    promise.catch(() => {}); // who gave up waiting need not hear of it
    this.#pending.set(id, promise);
    if (!this.#sending) {
      this.#sending = true;
      setImmediate(() => void this.#send());
    }
    return promise;
  }

  async #send(): Promise<void> {
    for (;;) {
      const batch = this.#waiting.splice(0, AT_ONCE);
      if (batch.length === 0) break;
      try {
        const vectors = await this.#request(batch.map(({ text }) => text));
        this.#succeeded();
        for (const [i, { id, resolve }] of batch.entries()) {
          const vector = vectors[i] as Float32Array;
          this.#cached.set(id, vector);
          resolve(vector);
        }
      } catch (error) {
        this.#failed(error as Error);
        for (const { reject } of [...batch, ...this.#waiting.splice(0)]) reject(error as Error);
      }
    }
    this.#sending = false;
  }

  async #request(texts: readonly string[]): Promise<Float32Array[]> {
    const { url, model, timeoutMs, key } = this.#parts;
    const wrong = embeddingsProblem(url);
    if (wrong) throw new Error(`The address in agentCache.embeddings.url does not fit. ${wrong}`);
    const vectors = await requestEmbeddings({
      ...{ endpoint: endpointOf(url), model, texts, timeoutMs },
      dimensions: this.#parts.dimensions,
      key: await key(),
      signal: this.#closed.signal,
    });
    const length = vectors[0]?.length;
    this.#dimensions ??= length;
    if (length !== this.#dimensions)
      throw new Error(`The embeddings service answered ${length} dimensions instead of ${this.#dimensions}.`);
    return vectors;
  }

  #succeeded(): void {
    this.problem = undefined;
    this.#pause = 0;
  }

  #failed(error: Error): void {
    if (this.#closed.signal.aborted) return;
    const { now = Date.now, problem } = this.#parts;
    this.problem = error.message;
    this.#pause = Math.min(LONGEST_PAUSE, this.#pause === 0 ? FIRST_PAUSE : 2 * this.#pause);
    this.#pausedUntil = now() + this.#pause;
    problem(error);
  }
}

/** Rejects when the one who waits leaves; the others wait on. */
function abandoned<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
