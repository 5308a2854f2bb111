import type { Evictable, Eviction } from './eviction.ts';
import { Fifo } from './fifo.ts';
import { Gdsf } from './gdsf.ts';
import { Lfu } from './lfu.ts';
import { Lru } from './lru.ts';
import { LruTtl } from './lru-ttl.ts';
import { type Limits, Residents } from './residents.ts';
import { Ttl } from './ttl.ts';

/** The evictions to choose from, the default first. */
export const EVICTIONS = ['gdsf', 'lru', 'lfu', 'fifo', 'ttl', 'lru-ttl'] as const;

export type EvictionName = (typeof EVICTIONS)[number];

const byName: Record<EvictionName, () => Eviction> = {
  gdsf: () => new Gdsf(),
  lru: () => new Lru(),
  lfu: () => new Lfu(),
  fifo: () => new Fifo(),
  ttl: () => new Ttl(),
  'lru-ttl': () => new LruTtl(),
};

export function createEviction(name: EvictionName): Eviction {
  return byName[name]();
}

/** Room for items within the limits, out of which the named eviction chooses who goes. */
export function createResidents<T extends Evictable>(
  name: EvictionName,
  limits: Limits,
  onEvict: (item: T) => void,
): Residents<T> {
  return new Residents(limits, byName[name](), onEvict);
}
