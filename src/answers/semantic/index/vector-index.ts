import { Slices } from '../../../cache/slices.ts';
import { createKernel, type Kernel } from './kernel.ts';

/** More would overflow the sum of a dot product. */
export const MOST_DIMENSIONS = 4096;
/** The largest number of a query: so that 4,096 products with 127 fit into 31 bits. */
const FINEST = 4095;
/** Compared in one call of the kernel, bytes: well below a millisecond. */
const AT_ONCE = 2 * 1024 * 1024;
const FIRST_ROOM = 64;

/** Something with a vector in an index; undefined while it has none. */
export interface Placed {
  slot: number | undefined;
}

export interface Near<T> {
  readonly item: T;
  /** Cosine, -1 to 1. */
  readonly similarity: number;
}

/** A vector as it is kept: each number a byte, in units of `scale`. */
export interface Quantised {
  readonly bytes: Int8Array;
  readonly scale: number;
}

/**
 * Vectors of unit length, a byte for each dimension, in the memory of the kernel that compares them all.
 * Exact but for the rounding, which moves a similarity by less than a hundredth.
 */
export class VectorIndex {
  readonly dimensions: number;
  readonly #kernel: Kernel;
  /** Bytes of a vector: dimensions, filled up with zeros. */
  readonly #length: number;
  readonly #most: number;
  readonly #query: number;
  readonly #slots: number;
  readonly #results: number;
  readonly #vectors: number;
  /** Of those that are compared at once, which items they are. */
  readonly #places: Int32Array;
  #scales = new Float32Array(FIRST_ROOM);
  #room = 0;
  #used = 0;
  readonly #free: number[] = [];

  constructor(dimensions: number, kernel: Kernel = createKernel()) {
    this.dimensions = dimensions;
    this.#kernel = kernel;
    this.#length = Math.ceil(dimensions / 16) * 16;
    this.#most = Math.max(64, Math.floor(AT_ONCE / this.#length));
    this.#query = kernel.take(2 * this.#length);
    this.#slots = kernel.take(4 * this.#most);
    this.#results = kernel.take(4 * this.#most);
    this.#vectors = kernel.take(0);
    this.#places = new Int32Array(this.#most);
  }

  /** The slot of the vector. Throws a RangeError when there is no memory for more. */
  add({ bytes, scale }: Quantised): number {
    const slot = this.#free.pop() ?? this.#next();
    const at = this.#vectors + slot * this.#length;
    new Int8Array(this.#kernel.memory, at, this.dimensions).set(bytes);
    this.#scales[slot] = scale;
    return slot;
  }

  remove(slot: number): void {
    this.#free.push(slot);
  }

  /** A copy. */
  at(slot: number): Quantised {
    const bytes = new Int8Array(this.#kernel.memory, this.#vectors + slot * this.#length, this.dimensions);
    return { bytes: bytes.slice(), scale: this.#scales[slot] as number };
  }

  /**
   * The most similar of the items, best first. Gives the thread back in between: what loses its slot
   * meanwhile is left out, whatever takes the slot is not taken for it.
   */
  async nearest<T extends Placed>(
    vector: Float32Array,
    items: readonly T[],
    most: number,
    slices = new Slices(),
  ): Promise<Near<T>[]> {
    const { numbers, unit } = asked(vector);
    const best = new Best<T>(most);
    for (let from = 0; from < items.length; from += this.#most) {
      if (slices.due) await slices.pause();
      this.#compare(items, from, numbers, unit, best);
    }
    return best.all.filter(({ item }) => item.slot !== undefined);
  }

  /** As many items as are compared at once, from this one. */
  #compare<T extends Placed>(
    items: readonly T[],
    from: number,
    numbers: Int16Array,
    unit: number,
    best: Best<T>,
  ): void {
    const kernel = this.#kernel;
    new Int16Array(kernel.memory, this.#query, this.#length).set(numbers);
    const slots = new Int32Array(kernel.memory, this.#slots, this.#most);
    const places = this.#places;
    const end = Math.min(items.length, from + this.#most);
    let count = 0;
    for (let i = from; i < end; i++) {
      const { slot } = items[i] as T;
      if (slot === undefined) continue;
      slots[count] = slot;
      places[count++] = i;
    }
    kernel.dots(this.#query, this.#vectors, this.#length, this.#slots, count, this.#results);
    const results = new Int32Array(kernel.memory, this.#results, count);
    const scales = this.#scales;
    let { bar } = best;
    for (let i = 0; i < count; i++) {
      const similarity = (results[i] as number) * unit * (scales[slots[i] as number] as number);
      if (similarity <= bar) continue;
      best.add({ item: items[places[i] as number] as T, similarity });
      bar = best.bar;
    }
  }

  #next(): number {
    if (this.#used === this.#room) {
      const room = Math.max(FIRST_ROOM, 2 * this.#room);
      this.#kernel.grow(this.#vectors, room * this.#length);
      const scales = new Float32Array(room);
      scales.set(this.#scales.subarray(0, this.#used));
      this.#scales = scales;
      this.#room = room;
    }
    return this.#used++;
  }
}

/** Undefined for what points nowhere: zeros, and what is no number. */
export function quantised(vector: Float32Array): Quantised | undefined {
  const { length, largest } = measured(vector);
  if (!(length > 0) || !Number.isFinite(length)) return undefined;
  const bytes = new Int8Array(vector.length);
  for (let i = 0; i < vector.length; i++) bytes[i] = Math.round(((vector[i] as number) / largest) * 127);
  return { bytes, scale: largest / length / 127 };
}

function asked(vector: Float32Array): { readonly numbers: Int16Array; readonly unit: number } {
  const { length, largest } = measured(vector);
  const numbers = new Int16Array(vector.length);
  for (let i = 0; i < vector.length; i++) numbers[i] = Math.round(((vector[i] as number) / largest) * FINEST);
  return { numbers, unit: largest / length / FINEST };
}

function measured(vector: Float32Array): { readonly length: number; readonly largest: number } {
  let sum = 0;
  let largest = 0;
  for (const value of vector) {
    sum += value * value;
    largest = Math.max(largest, Math.abs(value));
  }
  return { length: Math.sqrt(sum), largest };
}

/** The few best of many. */
class Best<T> {
  readonly all: Near<T>[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** What is not above it is not among them. */
  get bar(): number {
    return this.all.length < this.#most
      ? Number.NEGATIVE_INFINITY
      : (this.all.at(-1)?.similarity ?? Number.POSITIVE_INFINITY);
  }

  add(near: Near<T>): void {
    const at = this.all.findIndex(({ similarity }) => similarity < near.similarity);
    this.all.splice(at < 0 ? this.all.length : at, 0, near);
    if (this.all.length > this.#most) this.all.pop();
  }
}
