import { withRoom } from './slot-array.ts';

/** Small integers by rank, the lowest first, equals by `tie`; a binary heap that knows where each one is. */
export class Ranking {
  #rank = new Float64Array(0);
  #tie = new Float64Array(0);
  /** Where in the heap an id is. */
  #place = new Int32Array(0);
  readonly #heap: number[] = [];

  get first(): number | undefined {
    return this.#heap[0];
  }

  add(id: number, rank: number, tie: number): void {
    this.#rank = withRoom(this.#rank, id);
    this.#tie = withRoom(this.#tie, id);
    this.#place = withRoom(this.#place, id);
    this.#rank[id] = rank;
    this.#tie[id] = tie;
    this.#heap.push(id);
    this.#up(this.#heap.length - 1, id);
  }

  /** Neither rank nor tie may be lower than before. */
  raise(id: number, rank: number, tie: number): void {
    this.#rank[id] = rank;
    this.#tie[id] = tie;
    this.#down(this.#place[id] as number, id);
  }

  remove(id: number): void {
    const at = this.#place[id] as number;
    const last = this.#heap.pop() as number;
    if (last === id) return;
    if (this.#before(last, id)) this.#up(at, last);
    else this.#down(at, last);
  }

  rankOf(id: number): number {
    return this.#rank[id] as number;
  }

  #before(a: number, b: number): boolean {
    const rankA = this.#rank[a] as number;
    const rankB = this.#rank[b] as number;
    return rankA < rankB || (rankA === rankB && (this.#tie[a] as number) < (this.#tie[b] as number));
  }

  #up(from: number, id: number): void {
    const heap = this.#heap;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as number;
      if (!this.#before(id, above)) break;
      heap[at] = above;
      this.#place[above] = at;
      at = parent;
    }
    heap[at] = id;
    this.#place[id] = at;
  }

  #down(from: number, id: number): void {
    const heap = this.#heap;
    const { length } = heap;
    let at = from;
    for (let child = 2 * at + 1; child < length; child = 2 * at + 1) {
      if (child + 1 < length && this.#before(heap[child + 1] as number, heap[child] as number)) child++;
      const below = heap[child] as number;
      if (!this.#before(below, id)) break;
      heap[at] = below;
      this.#place[below] = at;
      at = child;
    }
    heap[at] = id;
    this.#place[id] = at;
  }
}
