import type { Variant } from '../head.ts';
import { shortName } from './shared-generations.ts';

/** One result to be shared; `started` is the sequence of the look-up before its computation. */
export interface SharedPut {
  readonly key: string;
  readonly variant: Omit<Variant, 'sum' | 'bytes'>;
  /** The value as the codec encodes it. */
  readonly bytes: Uint8Array;
  /** Under which it can be invalidated. */
  readonly names: readonly string[];
  readonly started: number;
  /** Variants kept of the key, this one counted; {@link USUAL_VARIANTS} when absent. */
  readonly most?: number;
}

/** What was not served or not stored, and why; since the start. */
export interface SharedCounts {
  /** Records and values that were torn, foreign, or not to be trusted. */
  unreadable: number;
  /** Values too large for the server. */
  oversized: number;
  /** Values of a kind that is not decoded when others may have written it. */
  unshareable: number;
  /** Results that were invalidated before they were stored. */
  outdated: number;
  /** Results given up because too many waited to be stored, or others changed the same key all the time. */
  dropped: number;
}

/** With names as they are on the server. */
export function shortened(put: SharedPut): SharedPut {
  return { ...put, names: put.names.map(shortName) };
}
