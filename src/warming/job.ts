/** What asking ahead came to: it was cached already, it was computed, there is no answer, or nobody knows how. */
export type Asked = 'hit' | 'computed' | { readonly refused: string } | 'unknown';

/** Something to warm, step by step. */
export interface WarmJob {
  /** A job is joined by whoever wants the one of the same name. */
  readonly name: string;
  readonly of: 'files' | 'keys';
  /** Paths or keys, in the order in which they are asked. */
  list(signal: AbortSignal): Promise<readonly string[]>;
  /** What is asked of one of them, one after the other. Rejects with what nobody can help. */
  asks(item: string): readonly ((signal: AbortSignal) => Promise<Asked>)[];
}

export interface WarmReport {
  readonly files: number;
  readonly keys: number;
  /** Already cached and unchanged. */
  readonly hits: number;
  readonly computed: number;
  /** What an analysis or a loader refused or failed at, with the first few reasons. */
  readonly refused: number;
  readonly reasons: readonly string[];
  /** Keys of which nobody knows how they are computed, the first few of them. */
  readonly unknown: readonly string[];
  readonly ms: number;
  readonly cancelled: boolean;
}

const MOST_REASONS = 5;
const MOST_UNKNOWN = 1000;

/** Counts of a run under way. */
export class Tally {
  readonly #of: WarmJob['of'];
  readonly #began = performance.now();
  readonly #counts = { hits: 0, computed: 0, refused: 0 };
  readonly #reasons: string[] = [];
  readonly #unknown: string[] = [];
  done = 0;
  total = 0;

  constructor(of: WarmJob['of']) {
    this.#of = of;
  }

  add(item: string, asked: Asked): void {
    if (asked === 'hit') this.#counts.hits++;
    else if (asked === 'computed') this.#counts.computed++;
    else if (asked === 'unknown') {
      if (this.#unknown.length < MOST_UNKNOWN) this.#unknown.push(item);
    } else {
      this.#counts.refused++;
      if (this.#reasons.length < MOST_REASONS) this.#reasons.push(asked.refused);
    }
  }

  report(cancelled: boolean): WarmReport {
    const { done } = this;
    return {
      files: this.#of === 'files' ? done : 0,
      keys: this.#of === 'keys' ? done : 0,
      ...this.#counts,
      reasons: this.#reasons,
      unknown: this.#unknown,
      ms: performance.now() - this.#began,
      cancelled,
    };
  }
}
