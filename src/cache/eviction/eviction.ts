/** What eviction has to know of an item. None of it changes while the item is held. */
export interface Evictable {
  readonly key: string;
  readonly bytes: number;
  /** What it would take to have the item again; 0 ms is "not measured". */
  readonly cost: { readonly ms: number };
  /** Milliseconds since the epoch; 0 is never. */
  readonly expiresAt: number;
}

/**
 * An order of items by who goes first when room is needed. It knows nothing of bounds, values and
 * pinning: `Residents` holds the items, numbers them by slot, and leaves pinned ones out.
 *
 * A slot is a small integer. `hit` and `remove` come only for slots that were inserted and not
 * removed since. No method may throw.
 */
export interface Eviction {
  /**
   * Whether a key keeps its slot for a while after it left (a ghost list, as long as the most items
   * held at once), so that what is kept by slot is there when the key returns.
   */
  readonly ghosts: boolean;
  /**
   * An item came, replaced another (after its `remove`), or is pinned no more. `returning`: the slot
   * was this key's before, and nobody's meanwhile.
   */
  insert(slot: number, item: Evictable, returning: boolean): void;
  /** The item was read. On the way of every memory hit: O(1), or close to it. */
  hit(slot: number): void;
  /** The item was evicted, replaced, deleted or pinned. */
  remove(slot: number): void;
  /** The slot that goes now, its `remove` follows at once; undefined when there is none. */
  victim(): number | undefined;
}
