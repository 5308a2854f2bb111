/** Upper bound of the first bucket, ms; each octave above it has so many buckets, up to 42 s. */
const FIRST_MS = 0.01;
const PER_OCTAVE = 4;
const OCTAVES = 22;
const BUCKETS = OCTAVES * PER_OCTAVE + 1;

/** Upper bounds of the buckets that are shown, seconds: one for each octave; the last one, infinity, is left out. */
export const BOUNDS_SECONDS: readonly number[] = Array.from({ length: OCTAVES + 1 }, (_, octave) =>
  Number(((FIRST_MS / 1000) * 2 ** octave).toPrecision(10)),
);

/** How often something took how long, in buckets a fifth wide: of a fixed size, however much is counted. */
export class Histogram {
  readonly #counts = new Float64Array(BUCKETS + 1);
  count = 0;
  sumMs = 0;
  maxMs = 0;

  add(ms: number): void {
    if (!(ms >= 0)) return; // no duration
    this.count++;
    this.sumMs += ms;
    if (ms > this.maxMs) this.maxMs = ms;
    const bucket = ms <= FIRST_MS ? 0 : Math.ceil(Math.log2(ms / FIRST_MS) * PER_OCTAVE);
    const at = Math.min(bucket, BUCKETS);
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  /** Milliseconds that this part of them, 0 to 1, stayed below, up to a fifth too much; undefined for none. */
  quantile(part: number): number | undefined {
    if (this.count === 0) return undefined;
    const wanted = Math.max(1, Math.ceil(part * this.count));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.#counts[bucket] ?? 0;
      if (seen >= wanted) return Math.min(this.maxMs, FIRST_MS * 2 ** (bucket / PER_OCTAVE));
    }
    return this.maxMs;
  }

  /** How many took at most as long as each of {@link BOUNDS_SECONDS}. */
  cumulative(): number[] {
    let sum = 0;
    return BOUNDS_SECONDS.map((_, octave) => {
      const first = octave === 0 ? 0 : (octave - 1) * PER_OCTAVE + 1;
      for (let bucket = first; bucket <= octave * PER_OCTAVE; bucket++) sum += this.#counts[bucket] ?? 0;
      return sum;
    });
  }
}
