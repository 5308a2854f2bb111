import type { Keeping } from './keeping.ts';

/** Between two saves, ms: of what changed, and of what did not, which tells that its process lives. */
const EVERY_MS = 30_000;
const AT_LEAST_MS = 5 * 60_000;

interface Parts<T> {
  readonly keeping: Keeping<T>;
  /** What there is to save now. */
  readonly value: () => T;
  /** Another number after each change. */
  readonly revision: () => number;
  readonly take: (value: T) => void;
  readonly problem: (error: Error) => void;
}

/** Saves what changes now and then, and at the end; takes over what ended processes left. Never rejects. */
export class Saver<T> {
  readonly #parts: Parts<T>;
  #savedRevision: number | undefined;
  #savedAt = Number.NEGATIVE_INFINITY;
  #busy: Promise<void>;

  constructor(parts: Parts<T>) {
    this.#parts = parts;
    this.#busy = this.#takeOver();
  }

  /** Called about once a second. */
  beat(now: number): void {
    const changed = this.#parts.revision() !== (this.#savedRevision ?? 0);
    const since = now - this.#savedAt;
    const due = changed ? since >= EVERY_MS : this.#savedRevision !== undefined && since >= AT_LEAST_MS;
    if (!due) return;
    this.#savedAt = now;
    this.#busy = this.#busy.then(() => this.#save());
  }

  /** Settles when everything is saved that changed. */
  async close(): Promise<void> {
    await this.#busy;
    if (this.#parts.revision() !== (this.#savedRevision ?? 0)) await this.#save();
  }

  async #takeOver(): Promise<void> {
    const { keeping, take, problem } = this.#parts;
    try {
      for (const value of await keeping.takeOver()) take(value);
    } catch (error) {
      problem(error as Error);
    }
  }

  async #save(): Promise<void> {
    const { keeping, value, revision, problem } = this.#parts;
    const now = revision();
    try {
      await keeping.save(value());
      this.#savedRevision = now;
    } catch (error) {
      problem(error as Error);
    }
  }
}
