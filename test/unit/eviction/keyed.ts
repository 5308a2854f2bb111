import type { Evictable } from '../../../src/cache/eviction/eviction.ts';
import type { Limits, Residents } from '../../../src/cache/eviction/residents.ts';

export interface Item extends Evictable {
  expiresAt: number;
}

/** What a test does not care about is small, cheap and lasting. */
export function item(
  key: string,
  { bytes = 1, ms = 1, expiresAt = 0 }: { bytes?: number; ms?: number; expiresAt?: number } = {},
): Item {
  return { key, bytes, costMs: ms, expiresAt, slot: -1 };
}

export type Create = (limits: Limits, onEvict: (item: Item) => void) => Residents<Item>;

/** Residents with the index by key that their owner has. */
export class Keyed {
  readonly residents: Residents<Item>;
  /** Keys, in the order in which they went. */
  readonly evicted: string[] = [];
  readonly #byKey = new Map<string, Item>();

  constructor(create: Create, limits: Limits, told: (key: string) => void = () => {}) {
    this.residents = create(limits, ({ key }) => {
      this.#byKey.delete(key);
      this.evicted.push(key);
      told(key);
    });
  }

  set(item: Item): boolean {
    const previous = this.#byKey.get(item.key);
    this.#byKey.set(item.key, item);
    const taken = this.residents.add(item, previous);
    if (!taken) this.#byKey.delete(item.key);
    return taken;
  }

  /** Reads it. */
  get(key: string): Item | undefined {
    const item = this.#byKey.get(key);
    if (item) this.residents.touch(item);
    return item;
  }

  peek(key: string): Item | undefined {
    return this.#byKey.get(key);
  }

  delete(key: string): void {
    const item = this.#byKey.get(key);
    this.#byKey.delete(key);
    if (item) this.residents.remove(item);
  }

  renew(key: string, expiresAt: number): void {
    const item = this.#byKey.get(key);
    if (!item) return;
    item.expiresAt = expiresAt;
    this.residents.renew(item);
  }
}
