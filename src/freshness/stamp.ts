import type { Dependency } from './dependency.ts';
import type { Marks } from './generations.ts';

/** What must still hold for an entry to be true. */
export interface Stamp {
  readonly marks: Marks;
  /** Place in the sequence of invalidations when the computation began. */
  readonly started: number;
  readonly dependencies: readonly Dependency[];
  /** The epoch of `WatchTrust` in which it was found to hold; 0 is none. */
  watched: number;
}
