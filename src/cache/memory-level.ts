import { LRUCache } from 'lru-cache';
import { type Entry, VACANT } from './entry.ts';

export interface MemoryLimits {
  readonly entries: number;
  readonly bytes: number;
}

export const DEFAULT_MEMORY_LIMITS: MemoryLimits = { entries: 50_000, bytes: 128 * 1024 * 1024 };

/** Values held in this process, by least recent use, bounded by count and by bytes. */
export class MemoryLevel<S> {
  readonly #lru: LRUCache<string, Entry<S>>;
  /** Largest value accepted, bytes: one value must not push out everything else. */
  readonly #largest: number;

  constructor(limits: MemoryLimits, evicted: (entry: Entry<S>) => void) {
    this.#largest = Math.max(1, Math.floor(limits.bytes / 4));
    this.#lru = new LRUCache<string, Entry<S>>({
      max: limits.entries,
      maxSize: limits.bytes,
      // Not `dispose`: that one runs in the midst of the eviction, where the list must not be touched.
      disposeAfter: (entry, _key, why) => {
        if (why !== 'evict') return;
        entry.value = VACANT;
        evicted(entry);
      },
    });
  }

  get(key: string): Entry<S> | undefined {
    return this.#lru.get(key);
  }

  /** False when the value is too large for this level. */
  set(entry: Entry<S>): boolean {
    if (entry.bytes > this.#largest) return false;
    this.#lru.set(entry.key, entry, { size: Math.max(1, entry.bytes) });
    return true;
  }

  /** The caller decides what becomes of the entry. */
  remove(entry: Entry<S>): void {
    if (this.#lru.peek(entry.key) === entry) this.#lru.delete(entry.key);
    entry.value = VACANT;
  }

  get entries(): number {
    return this.#lru.size;
  }

  get bytes(): number {
    return this.#lru.calculatedSize;
  }
}
