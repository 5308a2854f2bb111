import type { Eviction } from './eviction.ts';
import { SlotQueues } from './slot-queues.ts';

/** The one that came first goes, however often it was read. */
export class Fifo implements Eviction {
  readonly #queue = new SlotQueues(1);

  insert(slot: number): void {
    this.#queue.append(0, slot);
  }

  hit(): void {}

  renew(): void {}

  remove(slot: number): void {
    this.#queue.remove(0, slot);
  }

  victim(): number | undefined {
    return this.#queue.first(0);
  }
}
