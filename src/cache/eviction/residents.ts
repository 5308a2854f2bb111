import type { Evictable, Eviction } from './eviction.ts';
import { SlotQueues } from './slot-queues.ts';

export interface Limits {
  readonly entries: number;
  readonly bytes: number;
}

/**
 * Items by key, never more than the limits allow: room for a newcomer is made before it is taken in.
 * An item counts at least one byte. Pinned keys are never evicted.
 */
export class Residents<T extends Evictable> {
  readonly #limits: Limits;
  readonly #eviction: Eviction;
  readonly #onEvict: (item: T) => void;
  /** Of keys with an item, and of ghosts: keys that left and keep their slot for a while. */
  readonly #slots = new Map<string, number>();
  readonly #keys: string[] = [];
  readonly #items: (T | undefined)[] = [];
  readonly #free: number[] = [];
  /** Those of them that are ghosts, the longest gone first. */
  readonly #ghosts = new SlotQueues(1);
  readonly #pinned = new Set<string>();
  #entries = 0;
  #bytes = 0;
  #mostEntries = 0;
  #ghostKeys = 0;
  #pinnedEntries = 0;
  #pinnedBytes = 0;

  /** `onEvict` is called when the newcomer is in and the evicted items are out. */
  constructor(limits: Limits, eviction: Eviction, onEvict: (item: T) => void) {
    this.#limits = limits;
    this.#eviction = eviction;
    this.#onEvict = onEvict;
  }

  get entries(): number {
    return this.#entries;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Counts as a hit. */
  get(key: string): T | undefined {
    const slot = this.#slots.get(key);
    if (slot === undefined) return undefined;
    const item = this.#items[slot];
    if (item === undefined) return undefined;
    if (!this.#isPinned(key)) this.#eviction.hit(slot);
    return item;
  }

  /** Does not count as a hit. */
  peek(key: string): T | undefined {
    const slot = this.#slots.get(key);
    return slot === undefined ? undefined : this.#items[slot];
  }

  /**
   * Takes an item in, in place of the one with its key, which does not count as evicted. False when
   * it does not fit beside the pinned ones: then nothing is evicted and no item has the key.
   */
  set(item: T): boolean {
    const { key } = item;
    const bytes = sizeOf(item);
    const known = this.#slots.get(key);
    if (known !== undefined) this.#detach(known);
    if (this.#pinnedEntries >= this.#limits.entries || !(this.#pinnedBytes + bytes <= this.#limits.bytes)) {
      if (known !== undefined) this.#part(known);
      return false;
    }
    const evicted = this.#makeRoom(bytes);
    const slot = known ?? this.#newSlot(key);
    this.#items[slot] = item;
    this.#entries++;
    this.#bytes += bytes;
    if (this.#entries > this.#mostEntries) this.#mostEntries = this.#entries;
    this.#eviction.insert(slot, item, known !== undefined);
    if (this.#isPinned(key)) this.#leaveOut(slot, bytes);
    if (evicted !== undefined) for (const gone of evicted) this.#onEvict(gone);
    return true;
  }

  /** False when there was none. */
  delete(key: string): boolean {
    const slot = this.#slots.get(key);
    if (slot === undefined || this.#items[slot] === undefined) return false;
    this.#detach(slot);
    this.#part(slot);
    return true;
  }

  /** Keeps whatever item has the key, now or later, until it is deleted or the key unpinned. */
  pin(key: string): void {
    if (this.#pinned.has(key)) return;
    this.#pinned.add(key);
    const item = this.peek(key);
    if (item !== undefined) this.#leaveOut(this.#slots.get(key) as number, sizeOf(item));
  }

  /** To the eviction, the item is as one that just came. */
  unpin(key: string): void {
    if (!this.#pinned.delete(key)) return;
    const item = this.peek(key);
    if (item === undefined) return;
    this.#takeBack(sizeOf(item));
    this.#eviction.insert(this.#slots.get(key) as number, item, true);
  }

  /** Evicts until an item of so many bytes fits. */
  #makeRoom(bytes: number): T[] | undefined {
    let evicted: T[] | undefined;
    while (this.#entries >= this.#limits.entries || this.#bytes + bytes > this.#limits.bytes) {
      const slot = this.#eviction.victim();
      if (slot === undefined) throw new Error('The eviction has lost items: none is left to evict.');
      const item = this.#items[slot] as T;
      this.#detach(slot);
      this.#part(slot);
      if (evicted === undefined) evicted = [item];
      else evicted.push(item);
    }
    return evicted;
  }

  #newSlot(key: string): number {
    const slot = this.#free.pop() ?? this.#keys.length;
    this.#keys[slot] = key;
    this.#slots.set(key, slot);
    return slot;
  }

  /** The slot holds no item any more and is no ghost; its key still has it. */
  #detach(slot: number): void {
    const item = this.#items[slot];
    if (item === undefined) {
      this.#ghosts.remove(0, slot);
      this.#ghostKeys--;
      return;
    }
    const bytes = sizeOf(item);
    this.#items[slot] = undefined;
    this.#entries--;
    this.#bytes -= bytes;
    if (this.#isPinned(item.key)) this.#takeBack(bytes);
    else this.#eviction.remove(slot);
  }

  /** A detached slot becomes a ghost, or is free. */
  #part(slot: number): void {
    let gone: number | undefined = slot;
    if (this.#eviction.ghosts) {
      this.#ghosts.append(0, slot);
      if (++this.#ghostKeys <= this.#mostEntries) return;
      gone = this.#ghosts.first(0) as number;
      this.#ghosts.remove(0, gone);
      this.#ghostKeys--;
    }
    this.#slots.delete(this.#keys[gone] as string);
    this.#keys[gone] = '';
    this.#free.push(gone);
  }

  /** Without a look-up where nothing is pinned. */
  #isPinned(key: string): boolean {
    return this.#pinned.size > 0 && this.#pinned.has(key);
  }

  #leaveOut(slot: number, bytes: number): void {
    this.#eviction.remove(slot);
    this.#pinnedEntries++;
    this.#pinnedBytes += bytes;
  }

  #takeBack(bytes: number): void {
    this.#pinnedEntries--;
    this.#pinnedBytes -= bytes;
  }
}

function sizeOf(item: Evictable): number {
  return Math.max(1, item.bytes);
}
