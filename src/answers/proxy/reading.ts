import type { Usage } from '../usage.ts';
import type { JsonObject } from './model-request.ts';

/** What is gathered while an answer is read. */
export class Reading {
  refused: string | undefined;
  /** The last word was said. */
  done = false;
  /** Some part says that it is finished, and how. */
  finished = false;
  counts: Omit<Usage, 'model' | 'provider'> = {};
  /** Anthropic tells its usage in parts. */
  usageSoFar: JsonObject = {};
  #model: string;
  readonly #provider: Usage['provider'];

  constructor(provider: Usage['provider'], model: string) {
    this.#provider = provider;
    this.#model = model;
  }

  named(model: unknown): void {
    if (typeof model === 'string') this.#model = model.slice(0, 200);
  }

  refuse(why: string): void {
    this.refused ??= why;
  }

  /** Why it is not whole; undefined for one that says that it is. */
  get open(): string | undefined {
    return this.done && this.finished ? undefined : 'The answer is not complete.';
  }

  /** Undefined when nothing of it was told. */
  get usage(): Usage | undefined {
    if (Object.keys(this.counts).length === 0) return undefined;
    return { model: this.#model, provider: this.#provider, ...this.counts };
  }
}
