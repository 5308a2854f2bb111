/** The slot of an item that no `Residents` hold. */
export const OUT = -1;

/** What eviction has to know of an item. Only `slot` and `expiresAt` change while it is held. */
export interface Evictable {
  readonly key: string;
  readonly bytes: number;
  /** What it would take to have the item again, ms; 0 is "not measured". */
  readonly costMs: number;
  /** Milliseconds since the epoch; 0 is never. */
  readonly expiresAt: number;
  /** Belongs to the `Residents` that hold the item; {@link OUT} when none do. */
  slot: number;
}

/**
 * An order of items by who goes first when room is needed. It knows nothing of bounds, values and
 * pinning: `Residents` holds the items, numbers them by slot, and leaves pinned ones out.
 *
 * A slot is a small integer. All methods but `insert` and `victim` are called only for slots that
 * were inserted and not removed since. No method may throw.
 */
export interface Eviction {
  /** An item came, or is pinned no more. */
  insert(slot: number, item: Evictable): void;
  /** An item took the place of another with its key. Absent, `remove` and `insert` say the same. */
  replace?(slot: number, item: Evictable): void;
  /** The item was read. On the way of every memory hit: O(1), or close to it. */
  hit(slot: number, item: Evictable): void;
  /** The item's `expiresAt` changed. */
  renew(slot: number, item: Evictable): void;
  /** The item was evicted, deleted or pinned. */
  remove(slot: number): void;
  /** The slot that goes now, its `remove` follows at once; undefined when there is none. */
  victim(): number | undefined;
}
