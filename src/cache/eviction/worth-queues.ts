import { Ranking } from './ranking.ts';
import { withRoom } from './slot-array.ts';
import { SlotQueues } from './slot-queues.ts';

/** A float32 without its sign and all but the leading 4 bits of its fraction numbers the queue. */
const DROPPED_BITS = 19;
const QUEUES = 1 << (31 - DROPPED_BITS);
const LARGEST = 2 ** 100;

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

function queueOf(worth: number): number {
  float[0] = Math.min(worth, LARGEST);
  return (bits[0] as number) >> DROPPED_BITS;
}

function worthOf(queue: number): number {
  bits[0] = queue << DROPPED_BITS;
  return float[0] as number;
}

/**
 * Slots by rank = base + worth, for a base that never falls, as in CAMP (Ghandeharizadeh et al.,
 * Middleware 2014): the worth is rounded down, by less than 1/16 of the result, and slots of one
 * rounded worth form a queue, which is in order of rank by itself. Only the heads of the queues, some hundreds in practice and 4,096 at the
 * most, have to be compared: every method takes constant time but for a heap of the heads, and none
 * the long moment of an order that is mended only when a victim is needed.
 *
 * Equal ranks: the lower worth first, then the one that has had its rank for longer.
 */
export class WorthQueues {
  #rank = new Float64Array(0);
  #queue = new Uint16Array(0);
  readonly #queues = new SlotQueues(QUEUES);
  readonly #heads = new Ranking();

  get first(): number | undefined {
    const queue = this.#heads.first;
    return queue === undefined ? undefined : this.#queues.first(queue);
  }

  rankOf(slot: number): number {
    return this.#rank[slot] as number;
  }

  add(slot: number, base: number, worth: number): void {
    this.#rank = withRoom(this.#rank, slot);
    this.#queue = withRoom(this.#queue, slot);
    const queue = queueOf(worth);
    this.#append(slot, queue, base + worthOf(queue));
  }

  /** Neither base nor worth may be lower than when the slot was last placed. */
  raise(slot: number, base: number, worth: number): void {
    const queue = queueOf(worth);
    const rank = base + worthOf(queue);
    if (rank === this.#rank[slot]) return;
    this.remove(slot);
    this.#append(slot, queue, rank);
  }

  remove(slot: number): void {
    const queue = this.#queue[slot] as number;
    const wasFirst = this.#queues.first(queue) === slot;
    this.#queues.remove(queue, slot);
    if (!wasFirst) return;
    const first = this.#queues.first(queue);
    if (first === undefined) this.#heads.remove(queue);
    else this.#heads.raise(queue, this.rankOf(first), queue);
  }

  #append(slot: number, queue: number, rank: number): void {
    this.#rank[slot] = rank;
    this.#queue[slot] = queue;
    this.#queues.append(queue, slot);
    if (this.#queues.first(queue) === slot) this.#heads.add(queue, rank, queue);
  }
}
