import type { Eviction } from './eviction.ts';
import { SlotQueues } from './slot-queues.ts';

/** The least recently used goes. */
export class Lru implements Eviction {
  readonly #queue = new SlotQueues(1);

  insert(slot: number): void {
    this.#queue.append(0, slot);
  }

  hit(slot: number): void {
    this.#queue.renew(0, slot);
  }

  renew(): void {}

  remove(slot: number): void {
    this.#queue.remove(0, slot);
  }

  victim(): number | undefined {
    return this.#queue.first(0);
  }
}
