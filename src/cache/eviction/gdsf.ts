import type { Evictable, Eviction } from './eviction.ts';
import { withRoom } from './slot-array.ts';
import { WorthQueues } from './worth-queues.ts';

/** Of a key never seen: below that of any key that was read. */
const UNSEEN = 0.2;

/**
 * GreedyDual-Size-Frequency: the lowest `L + frequency × cost ÷ size` goes, and L becomes what it
 * had, so that what is not read any more falls behind (Cao & Irani, "Cost-Aware WWW Proxy Caching
 * Algorithms", 1997; Cherkasova, "Improving WWW Proxies Performance with Greedy-Dual-Size-Frequency
 * Caching Policy", 1998). Two ideas are S3-FIFO's (Yang et al., SOSP 2023): a key never seen starts
 * low, at 0.2, and counts 1 at its first hit; and keys that left keep their frequency for a while.
 *
 * Frequency × cost ÷ size is rounded down, see {@link WorthQueues}. An item whose cost was not
 * measured counts as costing the mean of those measured so far.
 */
export class Gdsf implements Eviction {
  readonly ghosts = true;
  readonly #queues = new WorthQueues();
  #frequency = new Float32Array(0);
  /** Milliseconds per byte. */
  #density = new Float32Array(0);
  /** L: the rank of what was last evicted. */
  #inflation = 0;
  #measured = 0;
  #measuredMs = 0;

  insert(slot: number, item: Evictable, returning: boolean): void {
    this.#frequency = withRoom(this.#frequency, slot);
    this.#density = withRoom(this.#density, slot);
    this.#frequency[slot] = returning ? afterUse(this.#frequency[slot] as number) : UNSEEN;
    this.#density[slot] = this.#costMs(item.cost.ms) / Math.max(1, item.bytes);
    this.#queues.add(slot, this.#inflation, this.#worth(slot));
  }

  hit(slot: number): void {
    this.#frequency[slot] = afterUse(this.#frequency[slot] as number);
    this.#queues.raise(slot, this.#inflation, this.#worth(slot));
  }

  remove(slot: number): void {
    this.#queues.remove(slot);
  }

  victim(): number | undefined {
    const slot = this.#queues.first;
    if (slot !== undefined) this.#inflation = this.#queues.rankOf(slot);
    return slot;
  }

  #worth(slot: number): number {
    return (this.#frequency[slot] as number) * (this.#density[slot] as number);
  }

  #costMs(ms: number): number {
    if (ms > 0 && ms < Number.POSITIVE_INFINITY) {
      this.#measured++;
      this.#measuredMs += ms;
      return ms;
    }
    return this.#measured === 0 ? 1 : this.#measuredMs / this.#measured;
  }
}

function afterUse(frequency: number): number {
  return frequency < 1 ? 1 : frequency + 1;
}
