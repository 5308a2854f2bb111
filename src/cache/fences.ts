/** Tells a slow reader or a computation that a set, delete or invalidation of its key came in between. */
export interface Fence {
  readonly broken: boolean;
}

class KeyFence implements Fence {
  broken = false;
  holders = 0;
}

/** One fence per key that has something under way; keys at rest cost nothing. */
export class Fences {
  readonly #byKey = new Map<string, KeyFence>();

  open(key: string): Fence {
    let fence = this.#byKey.get(key);
    if (!fence) {
      fence = new KeyFence();
      this.#byKey.set(key, fence);
    }
    fence.holders++;
    return fence;
  }

  close(key: string, fence: Fence): void {
    const held = fence as KeyFence;
    held.holders--;
    if (held.holders === 0 && this.#byKey.get(key) === held) this.#byKey.delete(key);
  }

  /** Keys that have something under way. */
  keys(): string[] {
    return [...this.#byKey.keys()];
  }

  break(key: string): void {
    if (this.#byKey.size === 0) return;
    const fence = this.#byKey.get(key);
    if (!fence) return;
    fence.broken = true;
    this.#byKey.delete(key);
  }

  breakAll(): void {
    for (const fence of this.#byKey.values()) fence.broken = true;
    this.#byKey.clear();
  }
}
