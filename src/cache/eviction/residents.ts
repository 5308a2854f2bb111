import { type Evictable, type Eviction, OUT } from './eviction.ts';

export interface Limits {
  readonly entries: number;
  readonly bytes: number;
}

/** The slot of all pinned items: they are in no order. */
const PINNED = -2;

/**
 * Items, one of a key, never more than the limits allow: room for a newcomer is made before it is
 * taken in. An item counts at least one byte. Pinned keys are never evicted. There is no index by
 * key: the caller has one, and an item knows its slot.
 */
export class Residents<T extends Evictable> {
  #eviction: Eviction;
  readonly #onEvict: (item: T) => void;
  readonly #items: (T | undefined)[] = [];
  readonly #free: number[] = [];
  /** By key, with the item that has it, if one does. */
  readonly #pinned = new Map<string, T | undefined>();
  #limits: Limits;
  #entries = 0;
  #bytes = 0;
  #pinnedEntries = 0;
  #pinnedBytes = 0;

  /** `onEvict` is called when the newcomer is in and all evicted items are out. */
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

  get limits(): Limits {
    return this.#limits;
  }

  /** The item was read. */
  touch(item: T): void {
    if (item.slot >= 0) this.#eviction.hit(item.slot, item);
  }

  /** The item's `expiresAt` changed. */
  renew(item: T): void {
    if (item.slot >= 0) this.#eviction.renew(item.slot, item);
  }

  /**
   * Takes an item in, in place of the resident one with its key, which does not count as evicted.
   * False when it does not fit beside the pinned ones: then nothing is evicted, and neither is here.
   */
  add(item: T, previous?: T): boolean {
    const bytes = sizeOf(item);
    const { entries, bytes: most } = this.#limits;
    if (previous !== undefined && previous.slot !== OUT) {
      const added = bytes - sizeOf(previous);
      if (previous.slot !== PINNED && this.#bytes + added <= most) {
        this.#replace(previous, item);
        this.#bytes += added;
        return true;
      }
      this.remove(previous);
    }
    if (this.#pinnedEntries >= entries || !(this.#pinnedBytes + bytes <= most)) return false;
    if (this.#entries < entries && this.#bytes + bytes <= most) {
      this.#settle(item, bytes);
      return true;
    }
    const first = this.#evict();
    const others = this.#evictTo(entries - 1, most - bytes);
    this.#settle(item, bytes);
    if (first !== undefined) this.#onEvict(first);
    this.#tell(others);
    return true;
  }

  remove(item: T): void {
    const { slot } = item;
    if (slot === OUT) return;
    const bytes = sizeOf(item);
    item.slot = OUT;
    this.#entries--;
    this.#bytes -= bytes;
    if (slot === PINNED) {
      this.#pinned.set(item.key, undefined);
      this.#pinnedEntries--;
      this.#pinnedBytes -= bytes;
    } else {
      this.#items[slot] = undefined;
      this.#free.push(slot);
      this.#eviction.remove(slot);
    }
  }

  /**
   * Keeps whatever item has the key, now or later, until it is removed or the key unpinned. `known`
   * is that item, null when there is none; absent, all are searched for it.
   */
  pin(key: string, known?: T | null): void {
    if (this.#pinned.has(key)) return;
    const item = known === undefined ? this.#items.find((one) => one?.key === key) : known;
    const resident = item != null && item.slot !== OUT;
    if (resident) this.remove(item);
    this.#pinned.set(key, undefined);
    if (resident) this.#settle(item, sizeOf(item));
  }

  /** To the eviction, the item is as one that just came. Bounds that only pinned items kept broken hold again. */
  unpin(key: string): void {
    const item = this.#pinned.get(key);
    if (item !== undefined) this.remove(item);
    this.#pinned.delete(key);
    if (item === undefined) return;
    this.#settle(item, sizeOf(item));
    this.#tell(this.#evictTo(this.#limits.entries, this.#limits.bytes));
  }

  /** Evicts down to the new limits, but for what is pinned. */
  resize(limits: Limits): void {
    this.#limits = limits;
    this.#tell(this.#evictTo(limits.entries, limits.bytes));
  }

  /** Evicts, but not what is pinned, until at most so many bytes are left. How many items went. */
  shrink(bytes: number): number {
    const evicted = this.#evictTo(this.#entries, bytes);
    this.#tell(evicted);
    return evicted.length;
  }

  /** Another eviction chooses from now on; it gets the items in the order in which they would have gone. */
  reorder(eviction: Eviction): void {
    const former = this.#eviction;
    for (let slot = former.victim(); slot !== undefined; slot = former.victim()) {
      const item = this.#items[slot] as T;
      former.remove(slot);
      eviction.insert(slot, item);
    }
    this.#eviction = eviction;
  }

  #evictTo(entries: number, bytes: number): readonly T[] {
    if (this.#entries <= entries && this.#bytes <= bytes) return NOBODY;
    const evicted: T[] = [];
    while (this.#entries > entries || this.#bytes > bytes) {
      const item = this.#evict();
      if (item === undefined) break;
      evicted.push(item);
    }
    return evicted;
  }

  /** Undefined when none but pinned ones are left. */
  #evict(): T | undefined {
    const slot = this.#eviction.victim();
    if (slot === undefined) return undefined;
    const item = this.#items[slot] as T;
    this.remove(item);
    return item;
  }

  #replace(previous: T, item: T): void {
    const { slot } = previous;
    previous.slot = OUT;
    item.slot = slot;
    this.#items[slot] = item;
    if (this.#eviction.replace !== undefined) this.#eviction.replace(slot, item);
    else {
      this.#eviction.remove(slot);
      this.#eviction.insert(slot, item);
    }
  }

  #tell(evicted: readonly T[]): void {
    for (const item of evicted) this.#onEvict(item);
  }

  /** Takes in what fits. */
  #settle(item: T, bytes: number): void {
    this.#entries++;
    this.#bytes += bytes;
    if (this.#pinned.size > 0 && this.#pinned.has(item.key)) {
      item.slot = PINNED;
      this.#pinned.set(item.key, item);
      this.#pinnedEntries++;
      this.#pinnedBytes += bytes;
    } else {
      const slot = this.#free.pop() ?? this.#items.length;
      item.slot = slot;
      this.#items[slot] = item;
      this.#eviction.insert(slot, item);
    }
  }
}

const NOBODY: readonly never[] = [];

function sizeOf(item: Evictable): number {
  return Math.max(1, item.bytes);
}
