import { withRoom } from './slot-array.ts';

const NONE = -1;

/** Queues of slots, each slot in one of them at most; every method takes constant time. */
export class SlotQueues {
  #next = new Int32Array(0);
  #previous = new Int32Array(0);
  readonly #head: Int32Array;
  readonly #tail: Int32Array;

  constructor(queues: number) {
    this.#head = new Int32Array(queues).fill(NONE);
    this.#tail = new Int32Array(queues).fill(NONE);
  }

  first(queue: number): number | undefined {
    const head = this.#head[queue] as number;
    return head === NONE ? undefined : head;
  }

  append(queue: number, slot: number): void {
    this.#next = withRoom(this.#next, slot);
    this.#previous = withRoom(this.#previous, slot);
    const tail = this.#tail[queue] as number;
    this.#next[slot] = NONE;
    this.#previous[slot] = tail;
    this.#tail[queue] = slot;
    if (tail === NONE) this.#head[queue] = slot;
    else this.#next[tail] = slot;
  }

  remove(queue: number, slot: number): void {
    const next = this.#next[slot] as number;
    const previous = this.#previous[slot] as number;
    if (next === NONE) this.#tail[queue] = previous;
    else this.#previous[next] = previous;
    if (previous === NONE) this.#head[queue] = next;
    else this.#next[previous] = next;
  }

  /** To the end of its queue. */
  renew(queue: number, slot: number): void {
    if (this.#tail[queue] === slot) return;
    this.remove(queue, slot);
    this.append(queue, slot);
  }
}
