import type { Evictable } from '../../../src/cache/eviction/eviction.ts';
import type { Limits } from '../../../src/cache/eviction/residents.ts';

/** An item as the naive model holds it; times count the operations so far. */
export interface Kept {
  readonly item: Evictable;
  pinned: boolean;
  /** When it came, or was unpinned. */
  arrived: number;
  used: number;
  hits: number;
  /** GDSF's alone. */
  frequency: number;
  rank: number;
  worth: number;
  ranked: number;
}

/** Who goes first, said the plain way. */
export interface NaiveOrder {
  readonly ghosts: boolean;
  /** Negative when `a` goes before `b`. */
  compare(a: Kept, b: Kept): number;
  /** `frequency` as it was when the key left, if that is remembered. */
  insert?(kept: Kept, frequency: number | undefined, now: number): void;
  hit?(kept: Kept, now: number): void;
  evict?(kept: Kept): void;
}

/** Bounded items by key, every choice by looking at all of them. */
export class NaiveResidents {
  readonly kept = new Map<string, Kept>();
  readonly #limits: Limits;
  readonly #order: NaiveOrder;
  readonly #pinned = new Set<string>();
  readonly #ghosts = new Map<string, number>();
  #most = 0;
  #now = 0;

  constructor(limits: Limits, order: NaiveOrder) {
    this.#limits = limits;
    this.#order = order;
  }

  get bytes(): number {
    return sum([...this.kept.values()]);
  }

  get(key: string): Evictable | undefined {
    const kept = this.kept.get(key);
    if (kept && !kept.pinned) {
      kept.used = ++this.#now;
      kept.hits++;
      this.#order.hit?.(kept, this.#now);
    }
    return kept?.item;
  }

  /** What was evicted, in order; undefined when refused. */
  set(item: Evictable): Evictable[] | undefined {
    const frequency = this.kept.get(item.key)?.frequency ?? this.#ghosts.get(item.key);
    this.kept.delete(item.key);
    this.#ghosts.delete(item.key);
    const pinned = [...this.kept.values()].filter((kept) => kept.pinned);
    const bytes = Math.max(1, item.bytes);
    if (pinned.length >= this.#limits.entries || sum(pinned) + bytes > this.#limits.bytes) {
      if (frequency !== undefined) this.#haunt(item.key, frequency);
      return undefined;
    }
    const evicted: Evictable[] = [];
    while (this.kept.size >= this.#limits.entries || this.bytes + bytes > this.#limits.bytes) {
      const loose = [...this.kept.values()].filter((kept) => !kept.pinned);
      const gone = loose.reduce((first, kept) => (this.#order.compare(kept, first) < 0 ? kept : first));
      this.#order.evict?.(gone);
      this.kept.delete(gone.item.key);
      this.#haunt(gone.item.key, gone.frequency);
      evicted.push(gone.item);
    }
    const kept = {
      item,
      pinned: false,
      arrived: 0,
      used: 0,
      hits: 0,
      frequency: 0,
      rank: 0,
      worth: 0,
      ranked: 0,
    };
    this.kept.set(item.key, kept);
    this.#most = Math.max(this.#most, this.kept.size);
    this.#insert(kept, frequency);
    kept.pinned = this.#pinned.has(item.key);
    return evicted;
  }

  delete(key: string): boolean {
    const kept = this.kept.get(key);
    if (!kept) return false;
    this.kept.delete(key);
    this.#haunt(key, kept.frequency);
    return true;
  }

  pin(key: string): void {
    this.#pinned.add(key);
    const kept = this.kept.get(key);
    if (kept) kept.pinned = true;
  }

  unpin(key: string): void {
    this.#pinned.delete(key);
    const kept = this.kept.get(key);
    if (!kept?.pinned) return;
    kept.pinned = false;
    this.#insert(kept, kept.frequency);
  }

  #insert(kept: Kept, frequency: number | undefined): void {
    kept.arrived = kept.used = ++this.#now;
    kept.hits = 0;
    this.#order.insert?.(kept, frequency, this.#now);
  }

  #haunt(key: string, frequency: number): void {
    if (!this.#order.ghosts) return;
    this.#ghosts.delete(key);
    this.#ghosts.set(key, frequency);
    const oldest = this.#ghosts.keys().next().value;
    if (this.#ghosts.size > this.#most && oldest !== undefined) this.#ghosts.delete(oldest);
  }
}

function sum(kept: readonly Kept[]): number {
  return kept.reduce((bytes, { item }) => bytes + Math.max(1, item.bytes), 0);
}
