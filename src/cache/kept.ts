import type { Entry } from './entry.ts';
import { Slices } from './slices.ts';
import type { Withdrawal } from './withdrawal.ts';
import type { Unwritten } from './write-back.ts';

/** Kept in all; the oldest go. */
export const MOST_KEPT = { entries: 10_000, bytes: 32 << 20 };

/** A value that memory alone had when it was invalidated. */
export interface KeptValue<S> {
  readonly entry: Entry<S>;
  readonly value: unknown;
  /** As it waited to be written below memory. */
  readonly waiting: Unwritten<S> | undefined;
  /** The invalidation that took it. */
  readonly taker: string;
  /** Those that keep it out of reach until each of them is undone. */
  readonly aside: Set<string>;
}

/**
 * What invalidations that can be undone took from memory and no level below has: one value a key,
 * until a later one is stored or the key is deleted. Lost with the process, as memory is.
 */
export class Kept<S> {
  readonly #byKey = new Map<string, KeptValue<S>>();
  #bytes = 0;

  add(kept: KeptValue<S>): void {
    this.forget(kept.entry.key);
    this.#byKey.set(kept.entry.key, kept);
    this.#bytes += kept.entry.bytes;
    for (const key of this.#byKey.keys()) {
      if (this.#byKey.size <= MOST_KEPT.entries && this.#bytes <= MOST_KEPT.bytes) return;
      this.forget(key);
    }
  }

  holds(kept: KeptValue<S>): boolean {
    return this.#byKey.get(kept.entry.key) === kept;
  }

  forget(key: string): void {
    const kept = this.#byKey.get(key);
    if (!kept) return;
    this.#byKey.delete(key);
    this.#bytes -= kept.entry.bytes;
  }

  /** Another invalidation covers the key, until it is undone; without one, for good. */
  mark(key: string, undo: Withdrawal<S> | undefined): void {
    const kept = this.#byKey.get(key);
    if (!kept) return;
    if (!undo) this.forget(key);
    else if (!kept.aside.has(undo.id)) {
      kept.aside.add(undo.id);
      undo.again++;
    }
  }

  /** The same for what matches. */
  markMatching(matches: (entry: Entry<S>) => boolean, undo: Withdrawal<S> | undefined): void {
    for (const [key, { entry }] of this.#byKey) if (matches(entry)) this.mark(key, undo);
  }

  /** The bytes of what this invalidation took, as far as it is kept; `more` takes the keys. */
  of(id: string, more: Set<string>): number {
    let bytes = 0;
    for (const [key, { taker, entry }] of this.#byKey) {
      if (taker !== id) continue;
      more.add(key);
      bytes += entry.bytes;
    }
    return bytes;
  }

  /** The invalidation is undone. What no other one keeps out of reach. */
  async release(id: string): Promise<KeptValue<S>[]> {
    const free: KeptValue<S>[] = [];
    const slices = new Slices();
    for (const kept of [...this.#byKey.values()]) {
      kept.aside.delete(id);
      if (kept.aside.size === 0) free.push(kept);
      if (slices.due) await slices.pause();
    }
    return free;
  }

  /** Drops what can never come back: one of its invalidations cannot be undone any more. */
  retain(standing: ReadonlySet<string>): void {
    for (const [key, { aside }] of this.#byKey) {
      const over = aside.size === 0 ? standing.size === 0 : [...aside].some((id) => !standing.has(id));
      if (over) this.forget(key);
    }
  }
}
