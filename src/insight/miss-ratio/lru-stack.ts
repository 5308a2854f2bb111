/** Slots for each item: twice as many as items, so that closing the gaps is rare. */
const SLOTS_PER_ITEM = 2;
const EMPTY = -1;

/**
 * Numbered items in the order of their last use, and how many, of how many bytes, were used since a
 * given one: its stack distance (Mattson et al., 1970). Two Fenwick trees over the order; O(log n).
 */
export class LruStack {
  readonly #slots: number;
  readonly #counts: Int32Array;
  readonly #bytes: Float64Array;
  /** The item in each slot, later ones used later. */
  readonly #items: Int32Array;
  readonly #slotOf: Int32Array;
  readonly #sizes: Float64Array;
  #next = 0;
  #held = 0;
  #heldBytes = 0;

  /** Items are numbered from 0 to `most - 1`. */
  constructor(most: number) {
    this.#slots = SLOTS_PER_ITEM * most;
    this.#counts = new Int32Array(this.#slots + 1);
    this.#bytes = new Float64Array(this.#slots + 1);
    this.#items = new Int32Array(this.#slots).fill(EMPTY);
    this.#slotOf = new Int32Array(most).fill(EMPTY);
    this.#sizes = new Float64Array(most);
  }

  /** Items used since this one was, which is held. */
  above(item: number): { readonly entries: number; readonly bytes: number } {
    const slot = this.#slotOf[item] as number;
    let entries = this.#held;
    let bytes = this.#heldBytes;
    for (let at = slot + 1; at > 0; at -= at & -at) {
      entries -= this.#counts[at] as number;
      bytes -= this.#bytes[at] as number;
    }
    return { entries, bytes: Math.max(0, bytes) };
  }

  sizeOf(item: number): number {
    return this.#sizes[item] as number;
  }

  /** The item was used: it comes first. One that is not held is taken in. */
  use(item: number): void {
    const bytes = this.#slotOf[item] === EMPTY ? 0 : this.sizeOf(item);
    this.remove(item);
    if (this.#next === this.#slots) this.#closeGaps();
    this.#place(item, this.#next++, bytes);
  }

  resize(item: number, bytes: number): void {
    const slot = this.#slotOf[item] as number;
    this.#add(slot, 0, bytes - this.sizeOf(item));
    this.#sizes[item] = bytes;
  }

  remove(item: number): void {
    const slot = this.#slotOf[item] as number;
    if (slot === EMPTY) return;
    this.#add(slot, -1, -this.sizeOf(item));
    this.#items[slot] = EMPTY;
    this.#slotOf[item] = EMPTY;
    this.#sizes[item] = 0;
  }

  #place(item: number, slot: number, bytes: number): void {
    this.#items[slot] = item;
    this.#slotOf[item] = slot;
    this.#sizes[item] = bytes;
    this.#add(slot, 1, bytes);
  }

  #add(slot: number, entries: number, bytes: number): void {
    this.#held += entries;
    this.#heldBytes += bytes;
    for (let at = slot + 1; at <= this.#slots; at += at & -at) {
      this.#counts[at] = (this.#counts[at] as number) + entries;
      this.#bytes[at] = (this.#bytes[at] as number) + bytes;
    }
  }

  /** Also rids the sums of what rounding has left in them. */
  #closeGaps(): void {
    const inOrder = this.#items.filter((item) => item !== EMPTY);
    this.#items.fill(EMPTY);
    this.#counts.fill(0);
    this.#bytes.fill(0);
    this.#held = 0;
    this.#heldBytes = 0;
    this.#next = 0;
    for (const item of inOrder) this.#place(item, this.#next++, this.sizeOf(item));
  }
}
