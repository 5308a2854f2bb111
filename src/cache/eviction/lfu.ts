import type { Eviction } from './eviction.ts';
import { Ranking } from './ranking.ts';

/** The least often read since it came goes; of equals, the least recently used. */
export class Lfu implements Eviction {
  readonly #ranking = new Ranking();
  #uses = 0;

  insert(slot: number): void {
    this.#ranking.add(slot, 0, ++this.#uses);
  }

  hit(slot: number): void {
    this.#ranking.raise(slot, this.#ranking.rankOf(slot) + 1, ++this.#uses);
  }

  renew(): void {}

  remove(slot: number): void {
    this.#ranking.remove(slot);
  }

  victim(): number | undefined {
    return this.#ranking.first;
  }
}
