/** Buckets for each doubling: a size is told to 4.4 %. */
const PER_DOUBLING = 16;
/** Up to 2^45. */
const BUCKETS = 45 * PER_DOUBLING + 1;

/** How much was read at which stack distance, in buckets whose width grows with the distance. */
export class Distances {
  readonly #weights = new Float64Array(BUCKETS);

  /** A distance counts as the upper edge of its bucket: a room of that size would have served the read. */
  add(distance: number, weight: number): void {
    const exact = PER_DOUBLING * Math.log2(Math.max(1, distance));
    const bucket = Math.min(BUCKETS - 1, Math.ceil(exact - 1e-9));
    this.#weights[bucket] = (this.#weights[bucket] as number) + weight;
  }

  /** What was read at distances of this at the most. */
  within(distance: number): number {
    const last = Math.floor(PER_DOUBLING * Math.log2(Math.max(1, distance)) + 1e-9);
    let sum = 0;
    for (let bucket = 0; bucket <= last && bucket < BUCKETS; bucket++) sum += this.#weights[bucket] as number;
    return sum;
  }

  scale(factor: number): void {
    for (let bucket = 0; bucket < BUCKETS; bucket++)
      this.#weights[bucket] = (this.#weights[bucket] as number) * factor;
  }
}
