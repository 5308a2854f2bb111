import { withRoom } from './slot-array.ts';

/**
 * Small integers by rank, the lowest first, equals by `tie`; a binary heap that knows where each one
 * is. What is compared lies in the heap itself, for that is where it is read.
 */
export class Ranking {
  /** Rank and tie of each place in the heap. */
  #heap = new Float64Array(0);
  /** What is at each place. */
  #ids = new Int32Array(0);
  /** Where each id is. */
  #places = new Int32Array(0);
  #size = 0;

  get first(): number | undefined {
    return this.#size === 0 ? undefined : this.#ids[0];
  }

  add(id: number, rank: number, tie: number): void {
    const place = this.#size++;
    this.#heap = withRoom(this.#heap, 2 * place + 1);
    this.#ids = withRoom(this.#ids, place);
    this.#places = withRoom(this.#places, id);
    this.#up(place, id, rank, tie);
  }

  /** Neither rank nor tie may be lower than before. */
  raise(id: number, rank: number, tie: number): void {
    this.#down(this.#places[id] as number, id, rank, tie);
  }

  /** The tie stays. */
  move(id: number, rank: number): void {
    const place = this.#places[id] as number;
    const tie = this.#heap[2 * place + 1] as number;
    if (rank < (this.#heap[2 * place] as number)) this.#up(place, id, rank, tie);
    else this.#down(place, id, rank, tie);
  }

  remove(id: number): void {
    const place = this.#places[id] as number;
    const last = --this.#size;
    if (place === last) return;
    const rank = this.#heap[2 * last] as number;
    const tie = this.#heap[2 * last + 1] as number;
    if (this.#isBefore(rank, tie, place)) this.#up(place, this.#ids[last] as number, rank, tie);
    else this.#down(place, this.#ids[last] as number, rank, tie);
  }

  rankOf(id: number): number {
    return this.#heap[2 * (this.#places[id] as number)] as number;
  }

  #isBefore(rank: number, tie: number, place: number): boolean {
    const other = this.#heap[2 * place] as number;
    return rank < other || (rank === other && tie < (this.#heap[2 * place + 1] as number));
  }

  /** Puts it at the place, or where one above it has to make way. */
  #up(from: number, id: number, rank: number, tie: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isBefore(rank, tie, parent)) break;
      this.#copy(parent, place);
      place = parent;
    }
    this.#put(place, id, rank, tie);
  }

  /** Puts it at the place, or where the lower ones below leave it. */
  #down(from: number, id: number, rank: number, tie: number): void {
    const heap = this.#heap;
    let place = from;
    for (let child = 2 * place + 1; child < this.#size; child = 2 * place + 1) {
      const other = 2 * child + 2; // the sibling's rank
      if (child + 1 < this.#size && this.#isBefore(heap[other] as number, heap[other + 1] as number, child))
        child++;
      if (this.#isBefore(rank, tie, child)) break;
      this.#copy(child, place);
      place = child;
    }
    this.#put(place, id, rank, tie);
  }

  #copy(from: number, to: number): void {
    this.#put(
      to,
      this.#ids[from] as number,
      this.#heap[2 * from] as number,
      this.#heap[2 * from + 1] as number,
    );
  }

  #put(place: number, id: number, rank: number, tie: number): void {
    this.#heap[2 * place] = rank;
    this.#heap[2 * place + 1] = tie;
    this.#ids[place] = id;
    this.#places[id] = place;
  }
}
