import type { Computed, FileSiblings } from '../../cache/file-siblings.ts';

/** Keys written here that are remembered. */
const MOST_WRITTEN = 10_000;

export interface FileChangesOptions {
  /** Settles when this process reads what others have written before the call; absent where it always does. */
  readonly refresh: (() => Promise<void>) | undefined;
  /** Keys have other values on the file level by now than others may have in memory. */
  readonly changed: (keys: readonly string[], since: number) => void;
}

/**
 * What this process has to do with the file level that it shares: it tells what it sets there, and
 * follows what others do without doing it again.
 */
export class FileChanges implements FileSiblings {
  readonly #options: FileChangesOptions;
  #following: FileSiblings['following'];
  /** Computed results whose writes are under way, and by key the last ones that are not any more. */
  readonly #underWay = new Set<Computed>();
  readonly #written = new Map<string, { readonly createdAt: number; readonly endedAt: number }>();

  constructor(options: FileChangesOptions) {
    this.#options = options;
  }

  get following(): FileSiblings['following'] {
    return this.#following;
  }

  /** What is removed by `act`, up to its first pause, has been removed or replaced by another process, or nothing has. */
  follow<T>(what: 'change' | 'nothing', act: () => T): T {
    this.#following = what;
    try {
      return act();
    } finally {
      this.#following = undefined;
    }
  }

  get refresh(): (() => Promise<void>) | undefined {
    return this.#options.refresh;
  }

  writing(computed: readonly Computed[]): void {
    for (const one of computed) this.#underWay.add(one);
  }

  wrote(computed: readonly Computed[], set: readonly string[], since: number): void {
    const endedAt = Date.now();
    for (const one of computed) {
      const { key, createdAt } = one;
      this.#underWay.delete(one);
      this.#written.delete(key); // to stand last
      this.#written.set(key, { createdAt, endedAt });
    }
    while (this.#written.size > MOST_WRITTEN) {
      const [oldest] = this.#written.keys();
      if (oldest !== undefined) this.#written.delete(oldest);
    }
    if (set.length > 0) this.#options.changed(set, since);
  }

  /**
   * Computed results of this process that may have reached the file level since then, the last one of
   * each key: after another process had removed what was there, though they rest on what was before.
   */
  lateWrites(since: number, matches: (key: string) => boolean): Computed[] {
    const late = new Map<string, Computed>();
    for (const [key, { createdAt, endedAt }] of this.#written) {
      if (endedAt >= since && matches(key)) late.set(key, { key, createdAt });
    }
    for (const { key, createdAt } of this.#underWay) if (matches(key)) late.set(key, { key, createdAt });
    return [...late.values()];
  }
}
