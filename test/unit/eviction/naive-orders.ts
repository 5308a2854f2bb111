import type { EvictionName } from '../../../src/cache/eviction/create-eviction.ts';
import type { Item } from './keyed.ts';
import type { Kept, NaiveOrder } from './naive.ts';

/** A fresh order of each name. */
export const naiveOrders: Record<EvictionName, () => NaiveOrder> = {
  gdsf,
  lru: () => ({ compare: byUse }),
  lfu: () => ({ compare: (a, b) => a.hits - b.hits || byUse(a, b) }),
  fifo: () => ({ compare: (a, b) => a.arrived - b.arrived }),
  ttl: () => ({ compare: byExpiry }),
  'lru-ttl': () => ({ compare: (a, b) => immortal(a) - immortal(b) || byUse(a, b), renews }),
};

const byUse = (a: Kept, b: Kept) => a.used - b.used;
/** A lifetime that begins or ends to be. */
const renews = (was: number, is: number) => was > 0 !== is > 0;
const immortal = ({ item }: Kept) => (item.expiresAt > 0 ? 0 : 1);

function byExpiry(a: Kept, b: Kept): number {
  return immortal(a) - immortal(b) || a.item.expiresAt - b.item.expiresAt || byUse(a, b);
}

/** Every rank is computed at once, as the papers write it, but for the rounding of the worth. */
function gdsf(): NaiveOrder {
  let inflation = 0;
  const measured: number[] = [];
  const costOf = ({ costMs }: Item) => {
    if (costMs > 0) return costMs;
    return measured.length === 0 ? 1 : measured.reduce((a, b) => a + b, 0) / measured.length;
  };
  const place = (kept: Kept, now: number) => {
    const frequency = kept.uses === 1 ? 0.2 : kept.uses - 1;
    const worth = fiveBits(Math.fround((frequency * costOf(kept.item)) / Math.max(1, kept.item.bytes)));
    const rank = inflation + worth;
    if (rank !== kept.rank || kept.ranked < kept.arrived) Object.assign(kept, { rank, worth, ranked: now });
  };
  return {
    compare: (a, b) => a.rank - b.rank || a.worth - b.worth || a.ranked - b.ranked,
    insert(kept, now) {
      if (kept.item.costMs > 0) measured.push(kept.item.costMs);
      place(kept, now);
    },
    hit: place,
    evict(kept) {
      inflation = kept.rank;
    },
  };
}

/** The largest number not above `value` that has five significant binary digits. */
function fiveBits(value: number): number {
  const unit = 2 ** (Math.floor(Math.log2(value)) - 4);
  return Math.floor(value / unit) * unit;
}
