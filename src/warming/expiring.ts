/** Of these keys the one that was asked for longest ago goes when one more is added. */
const MOST_KEYS = 1000;
/** What lives shorter would be computed again and again, ms. */
const LEAST_LIFETIME_MS = 10_000;
/** How long before the end a key is due: a tenth of its lifetime, but within these bounds, ms. */
const LEAST_LEAD_MS = 2000;
const MOST_LEAD_MS = 60_000;

/** An entry whose end is known. */
export interface Lifetime {
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly expiresAt: number;
  /** What computing it took; 0 is not measured. */
  readonly costMs: number;
}

interface Expiring extends Lifetime {
  readonly dueAt: number;
}

/**
 * Keys that were asked for again within their lifetime, which ends: what is worth computing anew
 * before it does. A key is due once; it has to be asked for again to be due again.
 */
export class ExpiringKeys {
  readonly #byKey = new Map<string, Expiring>();
  /** None is due earlier. */
  #dueAt = Number.POSITIVE_INFINITY;

  get size(): number {
    return this.#byKey.size;
  }

  /** The entry of the key was hit. */
  hit(key: string, lifetime: Lifetime): void {
    if (lifetime.expiresAt - lifetime.createdAt < LEAST_LIFETIME_MS) return;
    const dueAt = dueOf(lifetime);
    this.#byKey.delete(key); // to the end of the order
    this.#byKey.set(key, { ...lifetime, dueAt });
    this.#dueAt = Math.min(this.#dueAt, dueAt);
    if (this.#byKey.size <= MOST_KEYS) return;
    const [oldest] = this.#byKey.keys();
    if (oldest !== undefined) this.#byKey.delete(oldest);
  }

  /** Takes the keys out that are due, the soonest to expire first; looks at none before one can be. */
  due(now: number): { readonly key: string; readonly lifetime: Lifetime }[] {
    if (now < this.#dueAt) return [];
    const due: { key: string; lifetime: Expiring }[] = [];
    this.#dueAt = Number.POSITIVE_INFINITY;
    for (const [key, lifetime] of this.#byKey) {
      if (now >= lifetime.dueAt) due.push({ key, lifetime });
      else this.#dueAt = Math.min(this.#dueAt, lifetime.dueAt);
    }
    for (const { key } of due) this.#byKey.delete(key);
    return due.sort((a, b) => a.lifetime.expiresAt - b.lifetime.expiresAt);
  }
}

/** Early enough to be computed by the end, not in the first half of the lifetime. */
function dueOf({ createdAt, expiresAt, costMs }: Lifetime): number {
  const lifetime = expiresAt - createdAt;
  const lead = Math.min(MOST_LEAD_MS, Math.max(LEAST_LEAD_MS, lifetime / 10)) + 2 * costMs;
  return expiresAt - Math.min(lead, lifetime / 2);
}
