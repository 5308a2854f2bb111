import type { Limits } from '../../../src/cache/eviction/residents.ts';
import type { Item } from './keyed.ts';

/** An item as the naive model holds it; times count the operations so far. */
export interface Kept {
  readonly item: Item;
  pinned: boolean;
  /** When it came, or was unpinned. */
  arrived: number;
  used: number;
  hits: number;
  /** How often its key was inserted or read, as far as that is remembered. */
  uses: number;
  /** GDSF's alone. */
  rank: number;
  worth: number;
  ranked: number;
}

/** Who goes first, said the plain way. */
export interface NaiveOrder {
  /** Negative when `a` goes before `b`. */
  compare(a: Kept, b: Kept): number;
  insert?(kept: Kept, now: number): void;
  hit?(kept: Kept, now: number): void;
  evict?(kept: Kept): void;
  /** Whether another lifetime counts as a use. */
  renews?(was: number, is: number): boolean;
}

/** Bounded items by key, every choice by looking at all of them. */
export class NaiveResidents {
  readonly kept = new Map<string, Kept>();
  readonly #order: NaiveOrder;
  readonly #pinned = new Set<string>();
  /** How often keys were used that left. */
  readonly #ghosts = new Map<string, number>();
  #limits: Limits;
  #now = 0;

  constructor(limits: Limits, order: NaiveOrder) {
    this.#limits = limits;
    this.#order = order;
  }

  get bytes(): number {
    return sum([...this.kept.values()]);
  }

  get(key: string): Item | undefined {
    const kept = this.kept.get(key);
    if (kept && !kept.pinned) {
      kept.used = ++this.#now;
      kept.hits++;
      kept.uses++;
      this.#order.hit?.(kept, this.#now);
    }
    return kept?.item;
  }

  /** The keys that were evicted, in order; undefined when refused. */
  set(item: Item): string[] | undefined {
    this.delete(item.key);
    const pinned = [...this.kept.values()].filter((kept) => kept.pinned);
    const bytes = Math.max(1, item.bytes);
    if (pinned.length >= this.#limits.entries || sum(pinned) + bytes > this.#limits.bytes) return undefined;
    const { entries } = this.#limits;
    const evicted = this.#evictTo(entries - 1, this.#limits.bytes - bytes);
    this.#settle(item);
    return evicted;
  }

  delete(key: string): void {
    const kept = this.kept.get(key);
    if (!kept) return;
    this.kept.delete(key);
    if (!kept.pinned) this.#ghosts.set(key, kept.uses);
  }

  pin(key: string): void {
    this.#pinned.add(key);
    const kept = this.kept.get(key);
    if (!kept || kept.pinned) return;
    this.#ghosts.set(key, kept.uses);
    kept.pinned = true;
  }

  unpin(key: string): string[] {
    this.#pinned.delete(key);
    const kept = this.kept.get(key);
    if (!kept?.pinned) return [];
    this.#settle(kept.item);
    return this.#evictTo(this.#limits.entries, this.#limits.bytes);
  }

  /** The item has its new lifetime already. */
  renew(key: string, was: number): void {
    const kept = this.kept.get(key);
    if (kept && !kept.pinned && this.#order.renews?.(was, kept.item.expiresAt)) kept.used = ++this.#now;
  }

  resize(limits: Limits): string[] {
    this.#limits = limits;
    return this.#evictTo(limits.entries, limits.bytes);
  }

  shrink(bytes: number): string[] {
    return this.#evictTo(Number.POSITIVE_INFINITY, bytes);
  }

  #evictTo(entries: number, bytes: number): string[] {
    const evicted: string[] = [];
    while (this.kept.size > entries || this.bytes > bytes) {
      const [first, ...rest] = [...this.kept.values()].filter((kept) => !kept.pinned);
      if (!first) break;
      const gone = rest.reduce((next, kept) => (this.#order.compare(kept, next) < 0 ? kept : next), first);
      this.#order.evict?.(gone);
      this.delete(gone.item.key);
      evicted.push(gone.item.key);
    }
    return evicted;
  }

  #settle(item: Item): void {
    const pinned = this.#pinned.has(item.key);
    const uses = pinned ? 0 : (this.#ghosts.get(item.key) ?? 0);
    const kept: Kept = {
      item,
      pinned,
      arrived: ++this.#now,
      used: this.#now,
      hits: 0,
      uses: uses + 1,
      rank: 0,
      worth: 0,
      ranked: 0,
    };
    this.kept.set(item.key, kept);
    if (!pinned) this.#order.insert?.(kept, this.#now);
  }
}

function sum(kept: readonly Kept[]): number {
  return kept.reduce((bytes, { item }) => bytes + Math.max(1, item.bytes), 0);
}
