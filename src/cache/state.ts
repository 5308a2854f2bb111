import type { Catalog } from './catalog.ts';
import type { Entry } from './entry.ts';
import type { Fences } from './fences.ts';
import { type Guard, type Miss, type Observer, UNSURE } from './guard.ts';
import { bypassedBy, isBypassed, type Namespaces } from './namespace.ts';
import type { Level } from './policy/policy.ts';

type Parts<S> = Pick<
  CacheState<S>,
  'guard' | 'observer' | 'namespaces' | 'catalog' | 'fences' | 'now' | 'sharedMoment'
>;

/** What the parts of the cache share. */
export class CacheState<S> {
  readonly guard: Guard<S>;
  readonly observer: Observer<S>;
  readonly namespaces: Namespaces;
  readonly catalog: Catalog<S>;
  readonly fences: Fences;
  readonly now: () => number;
  /** Place in the sequence of the shared level's invalidations, as far as it is known here. */
  readonly sharedMoment: () => number | undefined;
  /** The time given to `lastHitAt`, moved on about once a second. */
  beat: number;
  /** Closed, what is still being computed is given, but not kept. */
  closed = false;

  constructor(parts: Parts<S>) {
    this.guard = parts.guard;
    this.observer = parts.observer;
    this.namespaces = parts.namespaces;
    this.catalog = parts.catalog;
    this.fences = parts.fences;
    this.now = parts.now;
    this.sharedMoment = parts.sharedMoment;
    this.beat = this.now();
  }

  verdict(entry: Entry<S>): Miss | undefined {
    if (entry.mortal && entry.expiresAt <= this.now()) return expiredAt(entry.expiresAt);
    return this.guard.check(entry.stamp);
  }

  expired({ expiresAt }: { readonly expiresAt: number }): Miss | undefined {
    return expiresAt !== 0 && expiresAt <= this.now() ? expiredAt(expiresAt) : undefined;
  }

  /** The synchronous check where it can tell, else the thorough one. */
  async judge(key: string, stamp: S, below = false, signal?: AbortSignal): Promise<Miss | undefined> {
    const { guard } = this;
    const verdict = guard.check(stamp);
    if (verdict !== UNSURE) return verdict;
    return below ? guard.verifyOnce(stamp, key, signal) : guard.verify(stamp, key, signal);
  }

  /** Why a key that is not listed is not. */
  absence(key: string): Miss {
    const { policy } = this.namespaces.of(key);
    if (isBypassed(policy)) return { reason: 'bypassed', detail: bypassedBy(key, policy) };
    return this.catalog.absence(key);
  }

  /** A hit in memory. */
  hit(entry: Entry<S>): void {
    const { namespace } = entry;
    entry.hits++;
    entry.lastHitAt = this.beat;
    namespace.memoryHits++;
    namespace.savedMs += entry.costMs;
    this.catalog.memory.touch(entry);
    if (entry.sampled) this.observer.sampled?.(entry);
    if (entry.mortal && namespace.policy.sliding) this.#slide(entry);
  }

  /** `below`: a computation read it, which is an answer to nobody and is not counted as time saved. */
  countHit(entry: Entry<S>, from: Level, below = false): void {
    const { namespace } = entry;
    this.hit(entry);
    if (below) {
      namespace.belowHits++;
      namespace.savedMs -= entry.costMs;
    }
    if (from === 'memory') return;
    namespace.memoryHits--;
    if (from === 'file') namespace.fileHits++;
    else namespace.sharedHits++;
  }

  missed(key: string, miss: Miss): void {
    this.namespaces.of(key).misses++;
    this.observer.missed(key, miss);
  }

  #slide(entry: Entry<S>): void {
    const { ttlMs } = entry.namespace.policy;
    if (entry.fixed || ttlMs === 0) return;
    entry.expiresAt = this.now() + ttlMs;
    this.catalog.memory.renew(entry);
  }
}

export function expiredAt(moment: number): Miss {
  return { reason: 'expired', since: moment };
}
