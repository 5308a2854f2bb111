import type { Miss } from './guard.ts';

/** What a computation hands over to be stored. */
export interface Draft<S> {
  readonly value: unknown;
  readonly stamp: S;
}

/** How a read was answered. `miss` is absent on a hit. */
export interface Outcome<T> {
  readonly value: T;
  /** Where the value came from; `computed` now, or by a `running` computation that another caller began. */
  readonly from: 'memory' | 'file' | 'computed' | 'running';
  readonly miss?: Miss;
}

export interface ComputeOptions {
  readonly signal?: AbortSignal;
  /** Computes even if there is a fresh entry; the result replaces it. */
  readonly recompute?: boolean;
  /** Milliseconds; instead of the namespace's. */
  readonly ttlMs?: number;
  /** Asked ahead of anybody who wants the answer: counts neither as a hit nor as a miss. */
  readonly ahead?: boolean;
}
