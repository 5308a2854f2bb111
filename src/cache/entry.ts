import type { Namespace } from './namespace.ts';

/** What computing a value took; fields that were not measured are absent. */
export interface Cost {
  /** Wall-clock milliseconds. */
  readonly ms: number;
}

/** Marks an entry whose value is not in memory (it is on the file level only). */
export const VACANT: unique symbol = Symbol('vacant');

/**
 * One cached result, whichever levels hold it. `stamp` belongs to the guard: what must still hold
 * for the value to be true. Fields that change on a hit are plain numbers, so that a hit allocates
 * nothing.
 */
export class Entry<S> {
  readonly key: string;
  readonly namespace: Namespace;
  readonly stamp: S;
  /** Size of the encoded value, or an estimate for one that was never encoded. */
  readonly bytes: number;
  readonly cost: Cost;
  readonly createdAt: number;
  /** Milliseconds since the epoch; 0 is never. */
  readonly expiresAt: number;
  value: unknown;
  /** Names the value's record on the file level; undefined when it is not there. */
  variant: string | undefined;
  hits = 0;
  /** Rounded to the statistics' beat, about a second. */
  lastHitAt = 0;

  constructor(fields: {
    key: string;
    namespace: Namespace;
    stamp: S;
    bytes: number;
    cost: Cost;
    createdAt: number;
    expiresAt: number;
    value: unknown;
    variant: string | undefined;
  }) {
    this.key = fields.key;
    this.namespace = fields.namespace;
    this.stamp = fields.stamp;
    this.bytes = fields.bytes;
    this.cost = fields.cost;
    this.createdAt = fields.createdAt;
    this.expiresAt = fields.expiresAt;
    this.value = fields.value;
    this.variant = fields.variant;
  }

  get inMemory(): boolean {
    return this.value !== VACANT;
  }

  get inFile(): boolean {
    return this.variant !== undefined;
  }
}
