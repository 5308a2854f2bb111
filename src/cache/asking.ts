import type { Miss } from './guard.ts';
import type { Level, Policy } from './policy/policy.ts';

/** What a computation hands over to be stored. */
export interface Draft<S> {
  readonly value: unknown;
  readonly stamp: S;
  /** True for this moment only, whatever the stamp says: given to who asked, not kept. */
  readonly passing?: boolean;
  /** Its inputs were seen in different states: it is computed again. */
  readonly moved?: boolean;
}

/** How a read was answered. `miss` is absent on a hit. */
export interface Outcome<T> {
  readonly value: T;
  /** Where the value came from; `computed` now, or by a `running` computation that another caller began. */
  readonly from: Level | 'computed' | 'running';
  readonly miss?: Miss;
}

/** How a key was read: its value and the level that had it fresh, or why none did. */
export type Read<T> = { readonly value: T; readonly from: Level } | { readonly miss: Miss };

/** What one request may say about itself, within what its namespace allows. */
export interface RequestOptions {
  /** Milliseconds; instead of the namespace's. Such a lifetime does not slide. */
  readonly ttlMs?: number;
  /** Reads and writes these levels only. */
  readonly levels?: readonly Level[];
  /** Instead of the namespace's, as for one agent's requests. */
  readonly policy?: Policy;
  /** What bypasses the cache if that policy does, in words; the namespace's settings when absent. */
  readonly bypassedBy?: string;
}

export interface ComputeOptions extends RequestOptions {
  readonly signal?: AbortSignal;
  /** Computes even if there is a fresh entry; the result replaces it. */
  readonly recompute?: boolean;
  /** The result is given, not kept. */
  readonly noStore?: boolean;
  /** Asked ahead of anybody who wants the answer: counts neither as a hit nor as a miss. */
  readonly ahead?: boolean;
  /** Asked by a computation of another key, which rests on this one's value and verifies it. */
  readonly below?: boolean;
}
