import type { Evictable, Eviction } from './eviction.ts';
import { Ranking } from './ranking.ts';

/** The soonest to expire goes, what never expires last; of equals, the least recently used. */
export class Ttl implements Eviction {
  readonly #ranking = new Ranking();
  #uses = 0;

  insert(slot: number, { expiresAt }: Evictable): void {
    this.#ranking.add(slot, rankOf(expiresAt), ++this.#uses);
  }

  hit(slot: number): void {
    this.#ranking.raise(slot, this.#ranking.rankOf(slot), ++this.#uses);
  }

  renew(slot: number, { expiresAt }: Evictable): void {
    this.#ranking.move(slot, rankOf(expiresAt));
  }

  remove(slot: number): void {
    this.#ranking.remove(slot);
  }

  victim(): number | undefined {
    return this.#ranking.first;
  }
}

function rankOf(expiresAt: number): number {
  return expiresAt > 0 ? expiresAt : Number.POSITIVE_INFINITY;
}
