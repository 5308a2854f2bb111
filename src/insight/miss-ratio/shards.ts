import { Ranking } from '../../cache/eviction/ranking.ts';
import { Distances } from './distances.ts';
import { LruStack } from './lru-stack.ts';

/** The part of a hash that decides whether its key is followed. */
const HASH_BITS = 24;
const ALL = 2 ** HASH_BITS;
/** Sampled reads after which what was counted before counts half: workloads change. */
const HALF_LIFE = 200_000;

/** How a read ended, as far as the size of a room matters. */
export type ReadEnd =
  | 'hit'
  /** A miss that a larger room might have avoided. */
  | 'avoidable'
  /** A miss at any size: the value had expired, changed or was invalidated. */
  | 'unavoidable';

/**
 * The miss ratio of a room under LRU for every size of it, from the reads of a fixed number of keys,
 * chosen by their hash: SHARDS with a fixed sample size and the adjusted first bucket (Waldspurger et
 * al., "Efficient MRC Construction with SHARDS", FAST 2015). A read stands for as many as the part of
 * the keys that is followed says.
 */
export class Shards {
  readonly #most: number;
  readonly #stack: LruStack;
  /** Numbers of the keys that are followed, by hash. */
  readonly #ids = new Map<number, number>();
  readonly #hashes: Int32Array;
  /** The largest chosen part of the hash first. */
  readonly #byHash = new Ranking();
  readonly #free: number[];
  readonly #byEntries = new Distances();
  readonly #byBytes = new Distances();
  #threshold = ALL;
  /** Reads that the sampled ones stand for, and the reads there really were. */
  #weighed = 0;
  #expected = 0;
  /** What they stood for when the real ones were told, and those since then that were left out. */
  #settled = 0;
  #skipped = 0;
  #sampledReads = 0;

  /** Follows at most so many keys. */
  constructor(most: number) {
    this.#most = most;
    this.#stack = new LruStack(most + 1);
    this.#hashes = new Int32Array(most + 1);
    this.#free = Array.from({ length: most + 1 }, (_, index) => most - index);
  }

  /** Keys that are followed. */
  get sampled(): number {
    return this.#ids.size;
  }

  /** Reads that the curve rests on. */
  get reads(): number {
    return Math.round(this.#expected);
  }

  /** Whether reads of the key of this hash are to be told. */
  takes(hash: number): boolean {
    return chosen(hash) < this.#threshold;
  }

  /** `bytes`: of the value, where there is one. */
  read(hash: number, end: ReadEnd, bytes?: number): void {
    if (!this.takes(hash)) return;
    const scale = ALL / this.#threshold;
    if (++this.#sampledReads >= HALF_LIFE) this.#fade();
    const id = this.#ids.get(hash);
    if (id === undefined) {
      // Read before it was followed: at which distance, nobody knows.
      if (end === 'hit') this.#skipped += scale;
      else this.#weighed += scale;
      this.#follow(hash);
    } else {
      this.#weighed += scale;
      if (end !== 'unavoidable') {
        const above = this.#stack.above(id);
        this.#byEntries.add(above.entries * scale + 1, scale);
        this.#byBytes.add(above.bytes * scale + this.#stack.sizeOf(id), scale);
      }
      this.#stack.use(id);
    }
    if (bytes !== undefined) this.sized(hash, bytes);
  }

  /** The value of the key has this size from now on. */
  sized(hash: number, bytes: number): void {
    const id = this.#ids.get(hash);
    if (id !== undefined) this.#stack.resize(id, bytes);
  }

  /** There were so many reads of all keys since this was said last; undefined when not all of the followed ones were told. */
  settle(reads: number | undefined): void {
    this.#expected += reads === undefined ? this.#weighed - this.#settled : reads - this.#skipped;
    this.#skipped = 0;
    this.#settled = this.#weighed;
  }

  /** Follows half as many of the keys. */
  halve(): void {
    this.#lower(Math.ceil(this.#threshold / 2));
  }

  /** Share of reads that miss in a room of these bounds; undefined before the first read. */
  missRatio(room: { readonly entries?: number; readonly bytes?: number }): number | undefined {
    if (!(this.#expected > 0)) return undefined;
    const served = Math.min(
      room.entries === undefined ? Number.POSITIVE_INFINITY : this.#byEntries.within(room.entries),
      room.bytes === undefined ? Number.POSITIVE_INFINITY : this.#byBytes.within(room.bytes),
    );
    // The sample has too many reads of hot keys or too few: the difference are hits at any size.
    const adjusted = served + this.#expected - this.#weighed;
    return Math.min(1, Math.max(0, 1 - adjusted / this.#expected));
  }

  #follow(hash: number): void {
    const id = this.#free.pop() as number;
    this.#ids.set(hash, id);
    this.#hashes[id] = hash;
    this.#byHash.add(id, -chosen(hash), id);
    this.#stack.use(id);
    if (this.#ids.size > this.#most) {
      const last = this.#hashes[this.#byHash.first as number] as number;
      this.#lower(chosen(last));
    }
  }

  #lower(threshold: number): void {
    this.#threshold = Math.max(1, threshold);
    for (let id = this.#byHash.first; id !== undefined; id = this.#byHash.first) {
      const hash = this.#hashes[id] as number;
      if (this.takes(hash)) return;
      this.#byHash.remove(id);
      this.#ids.delete(hash);
      this.#stack.remove(id);
      this.#free.push(id);
    }
  }

  #fade(): void {
    this.#sampledReads = 0;
    this.#weighed /= 2;
    this.#expected /= 2;
    this.#settled /= 2;
    this.#byEntries.scale(0.5);
    this.#byBytes.scale(0.5);
  }
}

/** Mixed once more (the end of MurmurHash3), for which keys are chosen must say nothing else of them. */
function chosen(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  const whole = Math.imul(half ^ (half >>> 13), 0xc2b2_ae35);
  return (whole ^ (whole >>> 16)) & (ALL - 1);
}
