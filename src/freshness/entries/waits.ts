/** Entries that need each other's values: none of them can be computed. */
class EntryCycleError extends Error {
  override readonly name = 'EntryCycleError';
  /** From a key to itself. */
  readonly keys: readonly string[];

  constructor(keys: readonly string[]) {
    super(`Entries rest on each other in a circle: ${keys.join(' → ')}.`);
    this.keys = keys;
  }
}

interface Wait {
  readonly to: string;
  /** Present for one that can be called off. */
  readonly abandon?: () => void;
}

/** One key's wait for another, while it lasts. */
export interface Waiting {
  end(): void;
}

/**
 * Which keys wait for which, so that no two wait for each other for ever. A computation has to have
 * what it waits for; a verification can do without, and counts as failed then.
 */
export class Waits {
  readonly #from = new Map<string, Set<Wait>>();

  /** The computation of `from` asks for `to`. Throws an {@link EntryCycleError} when that asks for it. */
  computing(from: string, to: string): Waiting {
    for (let path = this.#path(to, from); path; path = this.#path(to, from)) {
      const soft = path.find(({ wait }) => wait.abandon);
      if (!soft) throw new EntryCycleError([from, to, ...path.map(({ wait }) => wait.to)]);
      this.#remove(soft.from, soft.wait);
      soft.wait.abandon?.();
    }
    return this.#add(from, { to });
  }

  /** The verification of `from` needs `to`. Undefined when that waits for it; `abandon` is called when it comes to. */
  verifying(from: string, to: string, abandon: () => void): Waiting | undefined {
    return this.#path(to, from) ? undefined : this.#add(from, { to, abandon });
  }

  #add(from: string, wait: Wait): Waiting {
    const waits = this.#from.get(from);
    if (waits) waits.add(wait);
    else this.#from.set(from, new Set([wait]));
    return { end: () => this.#remove(from, wait) };
  }

  #remove(from: string, wait: Wait): void {
    const waits = this.#from.get(from);
    if (waits?.delete(wait) && waits.size === 0) this.#from.delete(from);
  }

  /** The waits that lead from one key to another; empty when they are the same, undefined when none do. */
  #path(start: string, end: string): readonly { readonly from: string; readonly wait: Wait }[] | undefined {
    if (start === end) return [];
    const cameBy = new Map<string, { readonly from: string; readonly wait: Wait }>();
    const open = [start];
    for (let from = open.pop(); from !== undefined; from = open.pop()) {
      for (const wait of this.#from.get(from) ?? []) {
        if (wait.to === start || cameBy.has(wait.to)) continue;
        cameBy.set(wait.to, { from, wait });
        if (wait.to !== end) {
          open.push(wait.to);
          continue;
        }
        const path: { readonly from: string; readonly wait: Wait }[] = [];
        for (let step = cameBy.get(end); step; step = cameBy.get(step.from)) path.unshift(step);
        return path;
      }
    }
    return undefined;
  }
}
