import type { Evictable, Eviction } from './eviction.ts';
import { withRoom } from './slot-array.ts';
import { SlotQueues } from './slot-queues.ts';

const MORTAL = 0;
const IMMORTAL = 1;

/**
 * The least recently used of the items with a time to live goes. When there is none, the least
 * recently used of all does, so that the bounds hold.
 */
export class LruTtl implements Eviction {
  readonly #queues = new SlotQueues(2);
  #queue = new Uint8Array(0);

  insert(slot: number, item: Evictable): void {
    const queue = queueOf(item);
    this.#queue = withRoom(this.#queue, slot);
    this.#queue[slot] = queue;
    this.#queues.append(queue, slot);
  }

  hit(slot: number): void {
    this.#queues.renew(this.#queue[slot] as number, slot);
  }

  /** One that was without a time to live, or is now, counts as just used. */
  renew(slot: number, item: Evictable): void {
    if (this.#queue[slot] === queueOf(item)) return;
    this.remove(slot);
    this.insert(slot, item);
  }

  remove(slot: number): void {
    this.#queues.remove(this.#queue[slot] as number, slot);
  }

  victim(): number | undefined {
    return this.#queues.first(MORTAL) ?? this.#queues.first(IMMORTAL);
  }
}

function queueOf({ expiresAt }: Evictable): number {
  return expiresAt > 0 ? MORTAL : IMMORTAL;
}
