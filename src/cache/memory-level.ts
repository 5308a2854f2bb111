import { type Entry, VACANT } from './entry.ts';
import { createEviction, type EvictionName } from './eviction/create-eviction.ts';
import type { Limits, Residents } from './eviction/residents.ts';

export interface MemoryLimits extends Limits {
  /** Who goes when the level is full; `gdsf` when absent. */
  readonly eviction?: EvictionName;
}

export const DEFAULT_MEMORY_LIMITS: Required<MemoryLimits> = {
  entries: 50_000,
  bytes: 128 * 1024 * 1024,
  eviction: 'gdsf',
};

/** Values held in this process, bounded by count and by bytes. */
export class MemoryLevel<S> {
  readonly eviction: EvictionName;
  readonly #residents: Residents<Entry<S>>;
  /** Largest value accepted, bytes: one value must not push out everything else. */
  readonly #largest: number;

  constructor(limits: MemoryLimits, evicted: (entry: Entry<S>) => void) {
    this.#largest = Math.max(1, Math.floor(limits.bytes / 4));
    this.eviction = limits.eviction ?? DEFAULT_MEMORY_LIMITS.eviction;
    this.#residents = createEviction<Entry<S>>(this.eviction, limits, (entry) => {
      entry.value = VACANT;
      evicted(entry);
    });
  }

  get(key: string): Entry<S> | undefined {
    return this.#residents.get(key);
  }

  /** False when the value is too large for this level. */
  set(entry: Entry<S>): boolean {
    return entry.bytes <= this.#largest && this.#residents.set(entry);
  }

  /** The caller decides what becomes of the entry. */
  remove(entry: Entry<S>): void {
    if (this.#residents.peek(entry.key) === entry) this.#residents.delete(entry.key);
    entry.value = VACANT;
  }

  get entries(): number {
    return this.#residents.entries;
  }

  get bytes(): number {
    return this.#residents.bytes;
  }
}
