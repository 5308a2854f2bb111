import type { EvictionName } from '../../../src/cache/eviction/create-eviction.ts';
import type { Kept, NaiveOrder } from './naive.ts';

/** A fresh order of each name. */
export const naiveOrders: Record<EvictionName, () => NaiveOrder> = {
  gdsf,
  lru: () => ({ ghosts: false, compare: byUse }),
  lfu: () => ({ ghosts: false, compare: (a, b) => a.hits - b.hits || byUse(a, b) }),
  fifo: () => ({ ghosts: false, compare: (a, b) => a.arrived - b.arrived }),
  ttl: () => ({ ghosts: false, compare: byExpiry }),
  'lru-ttl': () => ({ ghosts: false, compare: (a, b) => immortal(a) - immortal(b) || byUse(a, b) }),
};

const byUse = (a: Kept, b: Kept) => a.used - b.used;
const immortal = ({ item }: Kept) => (item.expiresAt > 0 ? 0 : 1);

function byExpiry(a: Kept, b: Kept): number {
  return immortal(a) - immortal(b) || a.item.expiresAt - b.item.expiresAt || byUse(a, b);
}

/** Every rank is computed at once, as the papers write it, but for the rounding of the worth. */
function gdsf(): NaiveOrder {
  let inflation = 0;
  const measured: number[] = [];
  const costs = new WeakMap<Kept, number>();
  const place = (kept: Kept, now: number) => {
    const density = Math.fround((costs.get(kept) as number) / Math.max(1, kept.item.bytes));
    const worth = fiveBits(Math.fround(Math.fround(kept.frequency) * density));
    const rank = inflation + worth;
    if (rank === kept.rank && kept.ranked >= kept.arrived) return;
    Object.assign(kept, { rank, worth, ranked: now });
  };
  const more = (frequency: number) => (frequency < 1 ? 1 : frequency + 1);
  return {
    ghosts: true,
    compare: (a, b) => a.rank - b.rank || a.worth - b.worth || a.ranked - b.ranked,
    insert(kept, frequency, now) {
      const { ms } = kept.item.cost;
      if (ms > 0) measured.push(ms);
      const mean = measured.length === 0 ? 1 : measured.reduce((a, b) => a + b, 0) / measured.length;
      costs.set(kept, ms > 0 ? ms : mean);
      kept.frequency = frequency === undefined ? 0.2 : more(frequency);
      kept.ranked = 0;
      place(kept, now);
    },
    hit(kept, now) {
      kept.frequency = more(kept.frequency);
      place(kept, now);
    },
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
