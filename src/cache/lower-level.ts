import type { Entry } from './entry.ts';
import type { Miss } from './guard.ts';
import type { Variant } from './head.ts';
import type { Level } from './policy/policy.ts';

/** A fresh entry and its value, which may have left memory again by the time it is used. */
export interface Found<S> {
  readonly entry: Entry<S>;
  readonly value: unknown;
  readonly from: Level;
  /** The value as the level stores it. */
  readonly encoded?: Uint8Array;
}

export interface Missed {
  readonly miss: Miss;
  /** Place in the sequence of the shared level's invalidations at the look-up. */
  readonly sharedAt?: number;
}

export interface Ask {
  readonly key: string;
  /** The reason so far. */
  readonly miss: Miss;
  /** Once aborted nobody wants the answer: it is a miss that says nothing. */
  readonly signal?: AbortSignal | undefined;
}

export interface Put<S> {
  readonly entry: Entry<S>;
  /** Names the state of its inputs. */
  readonly id: string;
  readonly encoded: Uint8Array;
  /** See {@link Missed.sharedAt}. */
  readonly sharedAt: number | undefined;
  /** Set rather than computed: what other instances hold of the key is out of date. */
  readonly outside: boolean;
}

/** A level below memory as the cache uses it: what it cannot do is reported and gone around, nothing rejects. */
export interface LowerLevel<S> {
  readonly name: 'file' | 'shared';
  /** Its bit in {@link Entry.on}. */
  readonly bit: number;
  /** Raised when it was cleared: what was read from it before is not there any more. */
  readonly clearings: number;
  /** In as few round trips as the level can, however many keys; answers in the order of the keys. */
  find(asks: readonly Ask[]): Promise<readonly (Found<S> | Missed)[]>;
  /** Takes effect for later reads at once; settles when the level has it, or failed to. */
  write(puts: readonly Put<S>[]): Promise<void>;
  /** Settles when none of the keys can be served from here any more. */
  remove(keys: readonly string[]): Promise<void>;
  /** Whether {@link swap} can be asked now. */
  readonly swaps: boolean;
  /** What there is of a key now, for {@link swap}; undefined when the level fails. */
  current(ask: Ask): Promise<Current<S> | undefined>;
  /**
   * Puts a value if the newest variant of its key still is the one given, also for writers in other
   * processes; else false. Undefined when the level fails.
   */
  swap(newest: Variant | undefined, put: Put<S>): Promise<boolean | undefined>;
}

export interface Current<S> {
  readonly answer: Found<S> | Missed;
  /** Whether it can be served or not. */
  readonly newest: Variant | undefined;
}
