import type { Namespace } from './namespace.ts';

/** What computing a value took; fields that were not measured are absent. */
export interface Cost {
  /** Wall-clock milliseconds. */
  readonly ms: number;
}

/** Marks an entry whose value is not in memory (it is on a level below only). */
export const VACANT: unique symbol = Symbol('vacant');

/** Bits of {@link Entry.on}. */
export const ON_FILE = 1;
export const ON_SHARED = 2;
/** Not a level: the call that stored the entry chose its lifetime, so that no hit begins it anew. */
export const FIXED = 4;

/** In the small numbers of an entry: 3 bits of `on`, one of `inMemory`, twice 10 of milliseconds, one of `sampled`. */
const ON_BITS = 0b111;
const IN_MEMORY = 0b1000;
const CREATED_SHIFT = 4;
const EXPIRES_SHIFT = 14;
const MS_BITS = 0b11_1111_1111;
const SAMPLED = 1 << 24;

const LARGEST = 2 ** 31 - 1;
/** The last moment that a 32-bit count of seconds since 1970 reaches, in the year 2106, ms. */
const LAST_MOMENT = 2 ** 32 * 1000 - 1;

/**
 * One cached result, whichever levels hold it. `stamp` belongs to the guard: what must still hold
 * for the value to be true.
 *
 * Every number is kept as 32-bit integers: any other would be an object of 16 bytes beside the
 * entry, and one more at each change. A hit allocates nothing.
 */
export class Entry<S> {
  // In this order: what an eviction touches lies together.
  readonly key: string;
  #value: unknown;
  #small = 0;
  /** The place in a room of the memory level, which owns it; -1 in none. */
  slot = -1;
  /** Size of the encoded value, or an estimate for one that was never encoded. */
  readonly bytes: number = 0;
  readonly namespace: Namespace;
  readonly stamp: S;
  hits = 0;
  #lastHitSeconds = 0;
  #cost = 0;
  #createdSeconds = 0;
  #expiresSeconds = 0;

  constructor(fields: {
    key: string;
    namespace: Namespace;
    stamp: S;
    /** At most 2 GiB are counted. */
    bytes: number;
    /** 0 is not measured. */
    costMs: number;
    createdAt: number;
    expiresAt: number;
    value: unknown;
    on: number;
  }) {
    this.key = fields.key;
    this.namespace = fields.namespace;
    this.stamp = fields.stamp;
    this.bytes = fields.bytes < LARGEST ? Math.ceil(fields.bytes) : LARGEST;
    this.#cost = packedCost(fields.costMs);
    const createdAt = moment(fields.createdAt);
    this.#createdSeconds = Math.floor(createdAt / 1000) | 0;
    this.#small = ((createdAt % 1000) << CREATED_SHIFT) | (fields.on & ON_BITS);
    this.expiresAt = fields.expiresAt;
    this.value = fields.value;
  }

  /** {@link VACANT} when it is not in memory. */
  get value(): unknown {
    return this.#value;
  }

  set value(value: unknown) {
    this.#value = value;
    this.#small = value === VACANT ? this.#small & ~IN_MEMORY : this.#small | IN_MEMORY;
  }

  /** What computing took, to the microsecond up to 35 minutes and to the millisecond above; 0 is not measured. */
  get costMs(): number {
    const cost = this.#cost;
    return cost >= 0 ? cost / 1000 : -cost;
  }

  /** Whole milliseconds since the epoch. */
  get createdAt(): number {
    return (this.#createdSeconds >>> 0) * 1000 + ((this.#small >> CREATED_SHIFT) & MS_BITS);
  }

  /** Whole milliseconds since the epoch; 0 is never. */
  get expiresAt(): number {
    return (this.#expiresSeconds >>> 0) * 1000 + ((this.#small >> EXPIRES_SHIFT) & MS_BITS);
  }

  set expiresAt(at: number) {
    const expiresAt = moment(at);
    this.#expiresSeconds = Math.floor(expiresAt / 1000) | 0;
    this.#small = (this.#small & ~(MS_BITS << EXPIRES_SHIFT)) | ((expiresAt % 1000) << EXPIRES_SHIFT);
  }

  /** Whether it ever expires. Cheaper than to look when. */
  get mortal(): boolean {
    return this.#expiresSeconds !== 0;
  }

  /** Milliseconds since the epoch, in whole seconds; 0 is never. */
  get lastHitAt(): number {
    return (this.#lastHitSeconds >>> 0) * 1000;
  }

  set lastHitAt(at: number) {
    this.#lastHitSeconds = (at / 1000) | 0;
  }

  /** Which levels below memory have the value: `ON_…` bits; and `FIXED`. */
  get on(): number {
    return this.#small & ON_BITS;
  }

  set on(bits: number) {
    this.#small = (this.#small & ~ON_BITS) | (bits & ON_BITS);
  }

  /** Does not look at the value, which a hit need not load before it is used. */
  get inMemory(): boolean {
    return (this.#small & IN_MEMORY) !== 0;
  }

  get inFile(): boolean {
    return (this.#small & ON_FILE) !== 0;
  }

  get inShared(): boolean {
    return (this.#small & ON_SHARED) !== 0;
  }

  get fixed(): boolean {
    return (this.#small & FIXED) !== 0;
  }

  /** Whether the observer wants to be told of its hits. */
  get sampled(): boolean {
    return (this.#small & SAMPLED) !== 0;
  }

  set sampled(sampled: boolean) {
    this.#small = sampled ? this.#small | SAMPLED : this.#small & ~SAMPLED;
  }
}

/** Microseconds; negative, milliseconds. */
function packedCost(ms: number): number {
  if (!(ms > 0)) return 0;
  const micros = Math.round(ms * 1000);
  return micros <= LARGEST ? micros : -Math.min(Math.round(ms), LARGEST);
}

function moment(at: number): number {
  return at > 0 ? Math.floor(Math.min(at, LAST_MOMENT)) : 0;
}
