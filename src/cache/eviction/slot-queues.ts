import { withRoom } from './slot-array.ts';

const NONE = -1;

/** Queues of slots, each slot in one of them at most; every method takes constant time. */
export class SlotQueues {
  /** Of each slot the next one and the previous one, side by side. */
  #links = new Int32Array(0);
  readonly #first: Int32Array;
  readonly #last: Int32Array;

  constructor(queues: number) {
    this.#first = new Int32Array(queues).fill(NONE);
    this.#last = new Int32Array(queues).fill(NONE);
  }

  first(queue: number): number | undefined {
    const first = this.#first[queue] as number;
    return first === NONE ? undefined : first;
  }

  append(queue: number, slot: number): void {
    this.#links = withRoom(this.#links, 2 * slot + 1);
    const last = this.#last[queue] as number;
    this.#links[2 * slot] = NONE;
    this.#links[2 * slot + 1] = last;
    this.#last[queue] = slot;
    if (last === NONE) this.#first[queue] = slot;
    else this.#links[2 * last] = slot;
  }

  remove(queue: number, slot: number): void {
    const next = this.#links[2 * slot] as number;
    const previous = this.#links[2 * slot + 1] as number;
    if (next === NONE) this.#last[queue] = previous;
    else this.#links[2 * next + 1] = previous;
    if (previous === NONE) this.#first[queue] = next;
    else this.#links[2 * previous] = next;
  }

  /** To the end of its queue. */
  renew(queue: number, slot: number): void {
    if (this.#last[queue] === slot) return;
    this.remove(queue, slot);
    this.append(queue, slot);
  }
}
