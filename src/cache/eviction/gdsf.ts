import type { Evictable, Eviction } from './eviction.ts';
import { Ghosts, hashOf } from './ghosts.ts';
import { Ranking } from './ranking.ts';
import { QUEUES, queueOf, worthOf } from './worth.ts';

/** The frequency of a key never seen: below that of any key that was read. */
const UNSEEN = 0.2;

/**
 * What is kept of a slot, side by side, since slots go in an order that is not that of memory: 64
 * bits of rank; the next slot of its queue, and the previous; its queue and how often its key was
 * inserted or read; and the key's hash.
 */
const WORDS = 6;
const NEXT = 2;
const PREVIOUS = 3;
const STATE = 4;
const HASH = 5;

const QUEUE_BITS = 12;
const MOST_USES = 2 ** 19 - 1;
const NONE = -1;

/**
 * GreedyDual-Size-Frequency: the lowest `L + frequency × cost ÷ size` goes, and L becomes what it
 * had, so that what is not read any more falls behind (Cao & Irani, "Cost-Aware WWW Proxy Caching
 * Algorithms", 1997; Cherkasova, "Improving WWW Proxies Performance with Greedy-Dual-Size-Frequency
 * Caching Policy", 1998). Two ideas are S3-FIFO's (Yang et al., SOSP 2023): a key never seen starts
 * low, at 0.2, and counts 1 at its first hit; and keys that left keep their frequency for a while.
 *
 * As in CAMP (Ghandeharizadeh et al., Middleware 2014), `frequency × cost ÷ size` is rounded down,
 * by less than 1/16 of the result, and slots of one rounded worth form a queue, which is in order of
 * rank by itself since L never falls. Only the first slots of the queues have to be compared, some
 * hundreds in practice and 4,096 at the most. Equal ranks: the lower worth first, then the one that
 * has had its rank for longer. A cost that was not measured counts as the mean of those measured.
 */
export class Gdsf implements Eviction {
  #words = new Int32Array(0);
  /** The same memory. */
  #ranks = new Float64Array(0);
  #slots = 0;
  readonly #first = new Int32Array(QUEUES).fill(NONE);
  readonly #last = new Int32Array(QUEUES).fill(NONE);
  /** The queues by the rank of their first slots. */
  readonly #heads = new Ranking();
  /** As many as slots were ever in use. */
  readonly #ghosts = new Ghosts();
  /** L: the rank of what was last evicted. */
  #inflation = 0;
  #measured = 0;
  #measuredMs = 0;

  insert(slot: number, item: Evictable): void {
    if (slot >= this.#slots) this.#grow(slot);
    this.#measure(item);
    const hash = hashOf(item.key);
    const uses = this.#ghosts.take(hash) + 1;
    const queue = this.#queueOf(item, uses);
    this.#words[slot * WORDS + HASH] = hash;
    this.#append(slot, uses, queue, this.#inflation + worthOf(queue));
  }

  replace(slot: number, item: Evictable): void {
    this.#measure(item);
    const uses = this.#usesOf(slot) + 1;
    const queue = this.#queueOf(item, uses);
    this.#unlink(slot);
    this.#append(slot, uses, queue, this.#inflation + worthOf(queue));
  }

  hit(slot: number, item: Evictable): void {
    const uses = this.#usesOf(slot) + 1;
    const queue = this.#queueOf(item, uses);
    const rank = this.#inflation + worthOf(queue);
    const at = slot * WORDS;
    if (rank === this.#ranks[at >> 1]) this.#words[at + STATE] = stateOf(uses, queue);
    else {
      this.#unlink(slot);
      this.#append(slot, uses, queue, rank);
    }
  }

  renew(): void {}

  remove(slot: number): void {
    this.#unlink(slot);
    this.#ghosts.add(this.#words[slot * WORDS + HASH] as number, this.#usesOf(slot), this.#slots);
  }

  victim(): number | undefined {
    const queue = this.#heads.first;
    if (queue === undefined) return undefined;
    const slot = this.#first[queue] as number;
    this.#inflation = this.#ranks[(slot * WORDS) >> 1] as number;
    return slot;
  }

  #measure({ costMs }: Evictable): void {
    if (!isMeasured(costMs)) return;
    this.#measured++;
    this.#measuredMs += costMs;
  }

  #meanMs(): number {
    return this.#measured === 0 ? 1 : this.#measuredMs / this.#measured;
  }

  #usesOf(slot: number): number {
    return (this.#words[slot * WORDS + STATE] as number) >> QUEUE_BITS;
  }

  #queueOf(item: Evictable, uses: number): number {
    const { costMs, bytes } = item;
    const ms = isMeasured(costMs) ? costMs : this.#meanMs();
    return queueOf(((uses === 1 ? UNSEEN : uses - 1) * ms) / Math.max(1, bytes));
  }

  #append(slot: number, uses: number, queue: number, rank: number): void {
    const words = this.#words;
    const at = slot * WORDS;
    const last = this.#last[queue] as number;
    this.#ranks[at >> 1] = rank;
    words[at + STATE] = stateOf(uses, queue);
    words[at + NEXT] = NONE;
    words[at + PREVIOUS] = last;
    this.#last[queue] = slot;
    if (last !== NONE) words[last * WORDS + NEXT] = slot;
    else {
      this.#first[queue] = slot;
      this.#heads.add(queue, rank, queue);
    }
  }

  #unlink(slot: number): void {
    const words = this.#words;
    const at = slot * WORDS;
    const queue = (words[at + STATE] as number) & (QUEUES - 1);
    const next = words[at + NEXT] as number;
    const previous = words[at + PREVIOUS] as number;
    if (next === NONE) this.#last[queue] = previous;
    else words[next * WORDS + PREVIOUS] = previous;
    if (previous !== NONE) words[previous * WORDS + NEXT] = next;
    else {
      this.#first[queue] = next;
      if (next === NONE) this.#heads.remove(queue);
      else this.#heads.raise(queue, this.#ranks[(next * WORDS) >> 1] as number, queue);
    }
  }

  #grow(slot: number): void {
    this.#slots = Math.max(Math.ceil(1.125 * this.#slots), slot + 1, 64);
    const words = new Int32Array(this.#slots * WORDS);
    words.set(this.#words);
    this.#words = words;
    this.#ranks = new Float64Array(words.buffer);
  }
}

function stateOf(uses: number, queue: number): number {
  return (Math.min(uses, MOST_USES) << QUEUE_BITS) | queue;
}

function isMeasured(costMs: number): boolean {
  return costMs > 0 && costMs < Number.POSITIVE_INFINITY;
}
